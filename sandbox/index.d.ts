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
 * **Steering one task.** A query on the video's or the image's address decides how that task ends, over the `outcome`
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
  /** The published form in which a create is answered. Default: `"seed"`. */
  createShape?: "seed" | "current" | "flat" | "record";
  /** The published form in which a feed is answered. Default: `"wrapped"`. */
  feedShape?: FeedShape;
  /** The form of the callback's body; `"bare"` is the numeric record without an envelope. Default: `"bare"`. */
  callbackShape?: "bare" | FeedShape;
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
  /** Divides `queueTime`, `runTime` and `invisibleFor`. Default: 1. */
  speed?: number;
  /** How tasks end, for all or decided for each; `"stall"` never does. Default: `"succeed"`. */
  outcome?: Outcome | ((input: TaskInput) => Outcome | undefined);
  /** What a failed task says. Default: `"no face detected in the source video"`. */
  failReason?: string;
  /** Addresses for results, in place of the sandbox's own `/outputs/{id}/…`. */
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

export type FeedShape = "wrapped" | "flat" | "numeric" | "words";
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
  /** Milliseconds since the epoch, like the two below. */
  readonly submittedAt: number;
  readonly startsAt: number;
  /** `Infinity` for a task that stalls. */
  readonly finishesAt: number;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `action` once, `ms` milliseconds later. */
  after(ms: number, action: () => void): void;
}

export interface ManualClock extends Clock {
  /** Moves the time on and does what was booked for it, in order. */
  advance(ms: number): void;
}

export interface WorkerContext {
  waitUntil?(promise: Promise<unknown>): void;
}
