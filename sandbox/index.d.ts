/**
 * A stand-in for the service that speaks its protocol, for development and tests without a key. It is a function from
 * a web-standard `Request` to a `Response`: use it as the `fetch` option of the client, as a Worker's handler, or
 * behind a port with `serve` from `act-one/sandbox/node`. Everything is kept in memory.
 *
 * ```js
 * import { run } from "act-one";
 * import { createSandbox } from "act-one/sandbox";
 *
 * const sandbox = createSandbox({ speed: 100, checkMedia: false });
 * const task = await run({ video, image }, { apiKey: "sk-sandbox", fetch: sandbox.fetch });
 * ```
 *
 * **Results.** In the same process, a result's URL is under `https://sandbox.invalid`, and the sandbox's own `fetch` has
 * it. To play it in a page:
 *
 * ```js
 * import { download } from "act-one";
 *
 * const response = await download(task, { fetch: sandbox.fetch });
 * player.src = URL.createObjectURL(await response.blob());
 * ```
 *
 * Behind a port, or mounted in a server, it is under the URL that the sandbox was called at.
 *
 * **Steering one task.** A query on the video's or the image's URL decides how that task ends, over the `outcome`
 * option: `?sandbox=fail` (with `&reason=…` for the fail reason), `?sandbox=stall` (runs for ever), `?sandbox=succeed`.
 */
export function createSandbox(options?: SandboxOptions): Sandbox;

/**
 * A clock that moves only when told to, so that tests never sleep. `start` is in milliseconds since the epoch; by
 * default it is a fixed day in 2026.
 *
 * ```js
 * const clock = createClock();
 * const sandbox = createSandbox({ clock });
 * // … submit …
 * clock.advance(90_000); // the task is done now
 * ```
 */
export function createClock(start?: number): ManualClock;

export interface SandboxOptions {
  /** The API keys that are accepted; `null` checks none. Default: `["sk-sandbox"]`. */
  keys?: string[] | null;
  /** The path under which the handler is mounted, like `"/sandbox"`. Default: `""`. */
  basePath?: string;
  /**
   * The form in which a create is answered. The first four are published; the others are seen in public code of the
   * gateway's family: `"bareId"` (`data` is the id itself), `"emptyError"` (an `error` that says nothing beside the
   * id). Default: `"seed"`.
   */
  createShape?: "seed" | "current" | "flat" | "record" | "bareId" | "emptyError";
  /** The form in which a feed is answered. Default: `"wrapped"`. */
  feedShape?: FeedShape;
  /**
   * The form of the callback's body. `"bare"` is the numeric record without an envelope; with `"codeOnly"` a failure
   * is told by `code` around nothing but the id. Default: `"bare"`.
   */
  callbackShape?: "bare" | "codeOnly" | FeedShape;
  /** How often each callback is sent: 0 loses it, 2 repeats it. Default: 1. */
  callbackCopies?: number;
  /** Milliseconds that a task waits. Default: 8,000. */
  queueTime?: number;
  /** Milliseconds that a task then runs. Default: 75,000. */
  runTime?: number;
  /** Milliseconds after create in which the feed still answers `task_not_exist`. Default: 1,500. */
  invisibleFor?: number;
  /** The step in which progress grows, as a fraction of 1. Default: 0.1. */
  progressStep?: number;
  /** Divides `queueTime`, `runTime`, `invisibleFor` and `listLag`. Default: 1. */
  speed?: number;
  /**
   * How tasks end, for all or decided for each; `"stall"` never does. A create whose function throws or returns something
   * else is refused, with the reason. Default: `"succeed"`.
   */
  outcome?: Outcome | ((input: TaskInput) => Outcome | undefined);
  /** What a failed task says. Default: `"no face detected in the source video"`. */
  failReason?: string;
  /** URLs of results, in place of the sandbox's own `/outputs/{id}/…`. */
  resultUrls?: Partial<ResultUrls>;
  /**
   * Whether to fetch the video and the image on create and refuse what is not there or not 16:9 (within 1 %). In a
   * page, this needs servers that allow its origin. Default: `true`.
   */
  checkMedia?: boolean;
  /** Longest check of one file, in real milliseconds, whatever the clock. Default: 10,000. */
  mediaTimeout?: number;
  /** A limit for each key: so many requests in `per` milliseconds of the clock. Default: none. */
  rateLimit?: {
    requests: number;
    per: number;
    /** Whether a 429 carries `Retry-After`. Default: `true`. */
    retryAfter?: boolean;
    /** Whether a 429 has no body, as it sometimes happens. Default: `false`. */
    emptyBody?: boolean;
  };
  /**
   * What pages on other origins may do. `true`: call with a key; `"gateway"`: what the real gateway allows, by which
   * browsers refuse calls with a key; `false`: nothing. Default: `true`.
   */
  cors?: boolean | "gateway";
  /**
   * The longest time in whole seconds for which a feed's answer is held until it has news, as the Worker does it: offered
   * by the header `Act-One-Wait` on answers to creates and feeds, asked for by `Prefer: wait=…`. 0 offers nothing, like
   * the service itself. Progress alone ends a held read after 12 s, divided by `speed`. Default: 30.
   */
  heldReads?: number;
  /** The largest file that `POST /uploads` takes. Default: 100,000,000 bytes. */
  maxUploadBytes?: number;
  /** Milliseconds that an uploaded file is kept. Default: 86,400,000, a day. */
  uploadLifetime?: number;
  /**
   * The access tokens that the account's task list (`GET /api/task/self`) is shown to; `null` checks none. Default:
   * `["at-sandbox"]`.
   */
  accessTokens?: string[] | null;
  /** Where the list stands in that answer: `data.items`, `data` itself, or `data.data`. Default: `"items"`. */
  listShape?: "items" | "list" | "nested";
  /**
   * Whether the list's records say what was sent, and where: as JSON under `properties.input`, under `input`, or under
   * `data.data`. `fields` names what of `video`, `image`, `callback_url`; without it, all. Default: `null`, not at all.
   */
  listedInput?: {
    place: "properties" | "input" | "data";
    fields?: ("video" | "image" | "callback_url")[];
  } | null;
  /** Milliseconds after create in which the list does not have the task yet; divided by `speed`. Default: 0. */
  listLag?: number;
  /** How many tasks somebody else makes on the same account right after each accepted create. Default: 0. */
  strangers?: number;
  /** Where time comes from. Default: the time of day. */
  clock?: Clock;
  /** Fetches the media and delivers the callbacks. Default: the global one. */
  fetch?: typeof globalThis.fetch;
  /**
   * Sees each request first. `next()` gives the sandbox's own answer; what is returned is sent in its place, and
   * nothing returned sends the sandbox's own. To read a request's body here, read a `clone()` of it.
   */
  answer?: (
    request: Request,
    next: () => Promise<Response>,
  ) => Response | undefined | void | Promise<Response | undefined | void>;
}

/**
 * The forms of a feed's answer. The first four are published by CometAPI and its nearest siblings; the others are seen
 * in public code and on pages of the gateway's family.
 */
export type FeedShape =
  | "wrapped"
  | "flat"
  | "numeric"
  | "words"
  /** The gateway's record, the result's URL in `fail_reason`. */
  | "failReason"
  /** Runway's own record, bare: `output`, `failure`, progress from 0 to 1. */
  | "runway"
  /** A record of the OpenAI kind, the result's URL under `metadata`. */
  | "video"
  /** The result's URL under `url`, beside an `error` that says nothing. */
  | "url"
  /** The result's URL under `result`. */
  | "result"
  /** A numeric record of which only `raw_video_url` has the result's URL. */
  | "rawVideo"
  /** The provider's answer with its envelope and its own task id under `data.data`. */
  | "envelope"
  /** Failure told by `code` 400 around the record. */
  | "code"
  /** All that the open gateway's record has. */
  | "full"
  /** The record of Runway's web application as the provider's: `artifacts`, `progressRatio`, `error.errorMessage`. */
  | "application"
  /** The same record under `task`, with no envelope. */
  | "task"
  /** The provider's record as JSON in a string. */
  | "text"
  /** The provider's `output` is one URL instead of a list. */
  | "output"
  /** `data` is null while the task is queued. */
  | "late";
export type Outcome = "succeed" | "fail" | "stall";

export interface Sandbox {
  /**
   * Answers a request. Takes what the global `fetch` takes, and what a Worker's handler is given; it needs no `this`.
   * With a Worker's context, a callback is held open by `waitUntil`.
   */
  fetch(input: string | URL | Request, init?: RequestInit, context?: WorkerContext): Promise<Response>;
  /** What the sandbox was asked and what it did, since it was made. */
  readonly counts: Counts;
  /** Every accepted task by its id. A task's `status` and `progress` are read off the clock. */
  readonly tasks: ReadonlyMap<string, SandboxTask>;
  /** The tasks that somebody else has made on the same account, by their ids; see `createElsewhere`. */
  readonly strangers: ReadonlyMap<string, SandboxTask>;
  /** The uploaded files that are kept, by the last part of their URLs. */
  readonly uploads: ReadonlyMap<string, SandboxUpload>;
  /**
   * Makes a task as somebody else on the same account would: the list and the feed have it, `tasks` and `counts` do not.
   * `platform` and `action` are what the list says of it. Default: those of an Act-One task.
   */
  createElsewhere(input?: Partial<TaskInput>, kind?: { platform?: string; action?: string }): SandboxTask;
  /** Waits until the callbacks whose delivery has begun are delivered, for tests that assert on them. */
  idle(): Promise<void>;
}

/** `creates` is `accepted` plus `refused` plus those being answered. */
export interface Counts {
  /** Create requests. */
  creates: number;
  /** Creates that made a task. */
  accepted: number;
  /** Creates that made none, for whatever reason. */
  refused: number;
  /** Feed requests. */
  reads: number;
  /** Requests for the task list. */
  lists: number;
  /** Files taken. */
  uploads: number;
  /** Callbacks sent. */
  callbacks: number;
  /** Callbacks among them that were not answered with 2xx. */
  callbackFailures: number;
  /** Requests with no accepted key. */
  unauthorized: number;
  /** Requests answered with 429. */
  rateLimited: number;
}

export interface TaskInput {
  video: string;
  image: string;
  callbackUrl: string;
}

export interface ResultUrls {
  video: string;
  poster: string;
  lastFrame: string;
}

export interface SandboxTask extends TaskInput {
  readonly id: string;
  readonly status: "queued" | "running" | "succeeded" | "failed";
  /** 0..1 */
  readonly progress: number;
  /** Whether the feed knows the task already. */
  readonly visible: boolean;
  /** How it will end. */
  readonly outcome: Outcome;
  readonly failReason: string;
  readonly results: ResultUrls;
  /** Milliseconds since the epoch, like the three below. */
  readonly submittedAt: number;
  /** From when on the feed knows the task. */
  readonly visibleAt: number;
  readonly startsAt: number;
  /** `Infinity` for a task that stalls. */
  readonly finishesAt: number;
}

export interface SandboxUpload {
  readonly url: string;
  /** By the file's own first bytes. */
  readonly type: string;
  /** What the caller calls it. */
  readonly fileName: string | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Calls `action` once, `ms` milliseconds later. `keepsAlive` says that a request waits for it, so that a Node process
   * must not end before. May return a function that cancels it; without one, the timer of an aborted request runs to its
   * end. That function may also be called after `action`.
   */
  after(ms: number, action: () => void, options?: { keepsAlive?: boolean }): void | (() => void);
}

export interface ManualClock extends Clock {
  /** Moves the time on and does what was booked for it, in order. */
  advance(ms: number): void;
}

export interface WorkerContext {
  waitUntil?(promise: Promise<unknown>): void;
}
