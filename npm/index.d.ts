/**
 * A client for Runway's Act-One through CometAPI. Nothing is loaded or started by the import: the WebAssembly comes
 * with the first call.
 *
 * ```js
 * import { run } from "act-one";
 *
 * const task = await run(
 *   { video: "https://…/performance.mp4", image: "https://…/portrait.jpg" },
 *   { apiKey, signal, onUpdate: (task) => (bar.value = task.progress ?? 0) },
 * );
 * player.src = task.videoUrl;
 * ```
 *
 * @module
 */

/**
 * Submits, then waits: {@link submit} and {@link waitForTask} in one.
 *
 * @param input what to animate; read at the call, so the same object can be changed for the next one
 * @param options how the call is made
 * @returns the succeeded task
 * @throws {ActOneError} with any `code`. With `timeout` or `network` and an `error.taskId`, the paid task goes on:
 *   `waitForTask(error.taskId)` picks it up. With `error.taskMayExist`, running again may pay a second time.
 *
 * @example
 * const task = await run(
 *   { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.jpg" },
 *   { apiKey: process.env.COMETAPI_KEY, onUpdate: ({ status, progress }) => console.log(status, progress) },
 * );
 * console.log(task.videoUrl);
 */
export function run(input: Input, options?: Options): Promise<SucceededTask>;

/**
 * Creates a task, which costs money, and gives it as soon as the service has accepted it.
 *
 * @param input what to animate; read at the call, so the same object can be changed for the next one
 * @param options how the call is made
 * @returns the accepted task: keep its `id`, or all of it, to find it again after a reload
 * @throws {ActOneError} with any `code` but `task_failed` and `task_not_found`. With `error.taskMayExist`, submitting
 *   again may pay a second time.
 *
 * @example
 * const task = await submit({ video, image }, { apiKey });
 * localStorage.setItem("task", JSON.stringify(task)); // for waitForTask, after a reload
 */
export function submit(input: Input, options?: Options): Promise<Task>;

/**
 * Reads a task once. Free, and safe to repeat.
 *
 * @param taskOrId a task that another function returned, or the `id` of one
 * @param options how the call is made
 * @returns the task as it stands, a failed one too
 * @throws {ActOneError} `task_not_found` when the service does not know the id, which can also be so for some seconds
 *   after a submission
 *
 * @example
 * const { status, progress } = await getTask(id, { apiKey });
 */
export function getTask(taskOrId: ListedTask | string, options?: Options): Promise<Task>;

/**
 * Waits until a task has succeeded, reading it on a schedule that adapts to its progress.
 *
 * @param taskOrId a task, also one that comes back from storage, or the id of one
 * @param options how the wait is made; `onUpdate` is called with each changed task
 * @returns the succeeded task
 * @throws {ActOneError} `task_failed` when the task failed, with `error.task`; `timeout` when `options.timeout` ran
 *   out, while the task itself goes on
 *
 * @example
 * const task = await waitForTask(JSON.parse(localStorage.getItem("task")), { apiKey });
 */
export function waitForTask(taskOrId: ListedTask | string, options?: Options): Promise<SucceededTask>;

/**
 * Watches a task: returns every changed snapshot up to and including the last, of a failed task too.
 *
 * Polling starts with the loop and stops when it is left. Each loop over what this gives is a watch of its own.
 *
 * @param taskOrId a task, also one that comes back from storage, or the id of one
 * @param options how the watch is made
 * @returns an async iterable; its iteration throws what {@link waitForTask} rejects with, but for `task_failed`
 *
 * @example
 * for await (const task of watchTask(id, { apiKey })) {
 *   console.log(task.status, task.progress);
 * }
 */
export function watchTask(taskOrId: ListedTask | string, options?: Options): WatchTask;

/**
 * Reads a task out of a callback, in any shape that the service sends. A callback carries no signature: take it as a
 * hint to call {@link getTask} now, never as proof.
 *
 * @param requestOrBody the `Request` that came in, its text, its bytes, or the decoded JSON
 * @returns the task that the callback tells of
 * @throws {ActOneError} `invalid_input` when it cannot be read, `bad_response` when no task is in it
 *
 * @example
 * const { id } = await parseCallback(request);
 * const task = await getTask(id, { apiKey });
 */
export function parseCallback(
  requestOrBody: CallbackRequest | string | ArrayBufferView | ArrayBufferLike | object,
): Promise<Task>;

/**
 * Tells when the next read of a task is worth making, for schedulers that outlive a process.
 *
 * @param task a snapshot, such as {@link getTask} gives
 * @param options `unchanged`: how many reads in a row have brought no news, 0 by default. One snapshot cannot tell a task
 *   that is stuck at some progress from one that has just got there
 * @returns milliseconds, counted from `task.checkedAt`; `Infinity` for a task that has ended, which no timer takes
 *
 * @example
 * await storage.setAlarm(task.checkedAt + (await nextPollDelay(task)));
 */
export function nextPollDelay(
  task: Task,
  options?: { unchanged?: number | null | undefined },
): Promise<number>;

/**
 * Lists the account's own Act-One tasks, newest first, by {@link Options.accessToken}; behind a proxy, those of the
 * caller.
 *
 * @example
 * const { tasks } = await listTasks({ since: Date.now() - 3_600_000 }, { accessToken });
 *
 * @throws {ActOneError} `invalid_input` without an `accessToken`, to the service itself; `unauthorized` when it is
 *   refused
 */
export function listTasks(filter?: TaskFilter | null, options?: Options): Promise<TaskList>;

/** Which tasks {@link listTasks} lists. */
export interface TaskFilter {
  /** Submitted no earlier than this, in ms since the epoch. */
  since?: number | null | undefined;
  /** Submitted no later than this, in ms since the epoch. */
  until?: number | null | undefined;
  /** Only those that stand here. Applied to the page that was read where the service has no one word for it. */
  status?: TaskStatus | null | undefined;
  /** Which page, from 1. */
  page?: number | null | undefined;
  /** How many on a page, up to 100; the service gives 20 by default. */
  pageSize?: number | null | undefined;
  /** Keep tasks of other kinds too. */
  all?: boolean | null | undefined;
}

/** A task as the list tells of it. Of one that has succeeded the list may not have the video's URL; {@link getTask} has. */
export type ListedTask = Task | (Snapshot & { status: "succeeded" });

/** A page of the account's tasks. */
export interface TaskList {
  /** Newest first. */
  tasks: ListedTask[];
  /** The service's own count, tasks of other kinds included; `null` where it gives none. */
  total: number | null;
}

/**
 * Puts a file where the service can fetch it: to the proxy's `POST /uploads`, as the Worker of this package has it, or by
 * {@link Options.upload}. `submit` and `run` do so by themselves with files in their input.
 *
 * @example
 * const { url, expiresAt } = await upload(input.files[0], { baseUrl: "https://act-one.example.workers.dev" });
 *
 * @param file what to upload; bytes are copied at the call
 * @param options how the file is sent; `onProgress` is called as it moves
 * @returns where the file is, and until when
 * @throws {ActOneError} `invalid_input` for what is no file, is empty, or has no place to go to; `rejected` when the file
 *   is too large or neither a video nor an image, and any other `code` that concerns an exchange
 */
export function upload(file: FileLike, options?: Options): Promise<Upload>;

/** What {@link upload} returns. */
export interface Upload {
  /** Where the service can fetch the file. */
  url: string;
  /** Until when, in ms since the epoch; `null` where nobody says, as with an {@link Options.upload} of your own. */
  expiresAt: number | null;
}

/**
 * Fetches a finished video. Its URL is temporary, so whoever needs the file later stores what this returns.
 *
 * The body is one stream over as many connections as it takes: where one breaks, the rest is asked for from there on, if
 * the server shows by `ETag` or `Last-Modified` that the file is still the same. Its length is checked.
 *
 * @param taskOrUrl a succeeded task, or the URL of its video
 * @param options how the file is fetched; `onProgress` is called as the body is read, and `signal` ends that too
 * @returns a `Response` whose body is the video, still to be read
 * @throws {ActOneError} with any `code` that concerns an exchange; `bad_response` if the answer is a web page, JSON, empty,
 *   or a part of the video that was not asked for. So does the reading of the body: `network` if no further connection
 *   brings more or the server cannot send the rest alone, `bad_response` if the file has changed or turns out empty
 *
 * @example
 * const response = await download(task, { onProgress: ({ bytes, total }) => console.log(bytes, total) });
 * await writeFile("result.mp4", response.body);
 */
export function download(taskOrUrl: Finished | string | UrlLike, options?: Options): Promise<FetchResponse>;

/**
 * The package's functions with options of their own.
 *
 * @param defaults options for every call, over which each call's own go; one that is `undefined` counts as not given,
 *   and `null` is the package's own default
 *
 * @example
 * const client = createClient({ apiKey: process.env.COMETAPI_KEY });
 * const task = await client.run({ video, image }, { timeout: null });
 */
export function createClient(defaults?: Options): Client;

/**
 * Loads the WebAssembly now rather than at the first call, or from somewhere else than beside the script. Needed by
 * nobody: without it, the first call loads what is right for the runtime. Once it is loaded, further calls do nothing.
 *
 * @param source where to load it from: a URL, the bytes, a `Response`, or a compiled `WebAssembly.Module`
 * @throws {ActOneError} `wasm_unavailable` when it cannot be loaded; the next call tries again
 *
 * @example
 * await init("/assets/act_one_bg.wasm");
 */
export function init(source?: WasmSource | PromiseLike<WasmSource>): Promise<void>;

/**
 * What to animate. Both have to be in 16:9; the service refuses others, or fails after it was paid. It names no other
 * limits; a result is at most 30 seconds long. A file is uploaded first, see {@link upload}. For a path, pass
 * `await fs.openAsBlob(path)`.
 */
export interface Input {
  /**
   * The performance to take over: an absolute `http(s)` URL of a video that the service can fetch, or a file. A short,
   * stable clip works best.
   */
  video: string | UrlLike | FileLike;
  /** The character to animate: an absolute `http(s)` URL of an image that the service can fetch, or a file. */
  image: string | UrlLike | FileLike;
  /** Where the service POSTs the task when it has ended. Whoever only polls needs none. */
  callbackUrl?: string | UrlLike | null | undefined;
}

/** A value, or a promise of one. */
export type Awaitable<T> = T | PromiseLike<T>;

/** How a call is made. Read at the call, like the input. Every option can be left out; `undefined` and `null` are the same as that but for `timeout`. */
export interface Options {
  /**
   * Your CometAPI key, sent as the Bearer token. Needed for the service itself; leave it out behind a proxy. A key in
   * a page is public.
   *
   * A function is called before each request, and once more after a 401: for short-lived tokens of a proxy. If it
   * throws, the call rejects with `invalid_input`; if it has worked before, it is called again after a while, as a
   * broken connection is tried again.
   */
  apiKey?: string | (() => Awaitable<string | null | undefined>) | null | undefined;
  /**
   * The account's access token, from the console; not the API key. For {@link listTasks}, and for finding the task of a
   * create whose answer was lost. As secret as the key; a proxy's callers never need it. May be a function, as
   * {@link Options.apiKey}.
   */
  accessToken?: string | (() => Awaitable<string | null | undefined>) | null | undefined;
  /**
   * Nobody else creates Runway tasks, of any kind, on this account meanwhile: a single new task in the list may then be
   * taken for the lost one.
   *
   * @default false
   */
  soleCreator?: boolean | null | undefined;
  /**
   * Sent as `Idempotency-Key` with creates: a string for one create, or `true` for a fresh key each call. A create in
   * doubt is then repeated with it. Only for a `baseUrl` whose server honours it, as the Worker of this package does;
   * the service itself does not, and refusing the option there saves a second payment.
   */
  idempotencyKey?: string | true | null | undefined;
  /**
   * The service, or a proxy that speaks its routes. In a page it may be relative to the page.
   *
   * @default "https://api.cometapi.com"
   */
  baseUrl?: string | UrlLike | null | undefined;
  /** Sent as `X-Runway-Version`, such as `"2024-11-06"`. Default: not sent. */
  runwayVersion?: string | null | undefined;
  /** The callback's URL for inputs that have none. Default: one that never resolves, so that nobody is called. */
  callbackUrl?: string | UrlLike | null | undefined;
  /** Further request headers. Default: none. */
  headers?: HeadersLike | null | undefined;
  /** Used in place of the global `fetch`: a service binding, a test double. Default: the global one. */
  fetch?: FetchLike | null | undefined;
  /** Ends the call at once when it aborts; the call rejects with the signal's own `reason`. Default: none. */
  signal?: AbortSignalLike | null | undefined;
  /**
   * Milliseconds for one HTTP exchange, its body included; but not that of a download, which is the caller's to read, nor
   * that of an upload: that ends by `signal`, or after a minute in which no byte moves, where the runtime shows that.
   *
   * @default 30_000
   */
  requestTimeout?: number | null | undefined;
  /**
   * Further tries of one exchange that is safe to repeat, 0 to 100. A wait outlasts what may pass (no answer, HTTP 429
   * and 5xx) until its `timeout`, however many tries that takes.
   *
   * @default 4
   */
  maxRetries?: number | null | undefined;
  /**
   * Also repeat creates that may have been processed already. Each repeat can pay for one more task.
   *
   * @default false
   */
  retryCreates?: boolean | null | undefined;
  /**
   * Milliseconds for the whole wait; `null` for no limit. The task itself goes on after it. An hour by default: a
   * gateway of the same family calls 10 to 20 minutes typical for Act-One.
   *
   * @default 3_600_000
   */
  timeout?: number | null | undefined;
  /** Called with each changed task. What it throws ends nothing and is shown on the console. Default: none. */
  onUpdate?: ((task: Task) => unknown) | null | undefined;
  /**
   * Called before each retry of an exchange, in a wait too: what a page shows as "reconnecting". What it throws ends
   * nothing and is shown on the console. Default: none.
   */
  onRetry?: ((retry: Retry) => unknown) | null | undefined;
  /**
   * Called as the bytes of a file move, for `download`, `upload`, and the files of `submit` and `run`. Where the runtime
   * does not show how much of an upload has gone, it is called at the start and at the end. What it throws ends nothing
   * and is shown on the console. Default: none.
   */
  onProgress?: ((progress: Progress) => unknown) | null | undefined;
  /**
   * Your own place for files, in place of the proxy's `/uploads`: called with each file, it returns the file's absolute
   * `http(s)` URL. `signal` aborts with the call, and when the other file of an input has failed. Default:
   * `POST {baseUrl}/uploads`, which the service itself does not have.
   *
   * @example
   * const upload = async (file, { name, signal }) => {
   *   const { putUrl, getUrl } = await signedUrls(name);
   *   await fetch(putUrl, { method: "PUT", body: file, signal });
   *   return getUrl;
   * };
   */
  upload?: UploadTo | null | undefined;
  /**
   * The `checkMedia` of `act-one/media`: `submit` and `run` ask it before anything is uploaded or paid, and refuse files that
   * are not 16:9, of the wrong kind, or empty. What it cannot reach or read is not refused. Default: none.
   */
  checkMedia?: CheckMedia | null | undefined;
  /** Fixed milliseconds between two reads. Default: a schedule that adapts to the task's progress. */
  pollInterval?: number | null | undefined;
  /**
   * Milliseconds after a submission in which the service's "there is no such task" is taken for "not yet".
   *
   * @default 30_000
   */
  notFoundGrace?: number | null | undefined;
}

/** What {@link Options.checkMedia} is. It is passed what of the options counts for reading files. */
export type CheckMedia = (
  media: { video: string | FileLike; image: string | FileLike },
  options: Options,
) => PromiseLike<{ video: CheckedMedia | null; image: CheckedMedia | null }>;

/** What {@link Options.checkMedia} tells of a file. */
export interface CheckedMedia {
  readonly problems: readonly { readonly code: string; readonly message: string }[];
}

/** What {@link Options.upload} is. `name` is the file's own, else `"video"` or `"image"`, `null` where nobody knows one. */
export type UploadTo = (
  file: WebBlob,
  more: { name: string | null; signal: WebAbortSignal },
) => string | UrlLike | PromiseLike<string | UrlLike>;

/** What {@link Options.onProgress} is told. */
export interface Progress {
  /** How many bytes have moved so far. */
  bytes: number;
  /** How many there are; `null` where that is not known. */
  total: number | null;
  /** Which file of an input is uploaded; `null` for any other file. */
  file: "video" | "image" | null;
}

/** What {@link Options.onRetry} is told. */
export interface Retry {
  /** Why the last try has failed. */
  error: ActOneError;
  /** Which retry of this exchange comes next, from 1. */
  attempt: number;
  /** In how many milliseconds it comes. */
  delay: number;
}

/**
 * A task as one read showed it. Plain data: it survives `structuredClone`, JSON and storage, and can be handed back to
 * {@link waitForTask}. Its `status` tells the three apart.
 */
export type Task = PendingTask | SucceededTask | FailedTask;

/** A task that has not ended. */
export interface PendingTask extends Snapshot {
  /** `"queued"`: accepted, not started. `"running"`: being worked on. */
  status: "queued" | "running";
}

/** A task whose video is there. */
export interface SucceededTask extends Snapshot {
  /** The task has ended well. */
  status: "succeeded";
  /** The finished video. The URL is temporary: store a copy of what is needed later, for instance by {@link download}. */
  videoUrl: string;
}

/** A task that ended without a video. */
export interface FailedTask extends Snapshot {
  /** The task has ended, without a video. */
  status: "failed";
}

/** What every task has. Times are milliseconds since the epoch. */
export interface Snapshot {
  /** The service's id of the task. */
  id: string;
  /** Where the task stands. */
  status: TaskStatus;
  /** 0 to 1, never falling between snapshots of one wait; `null` where the service does not say. */
  progress: number | null;
  /** The finished video, once it is there. */
  videoUrl: string | null;
  /** A still of the video, where the service gives one. */
  posterUrl: string | null;
  /** The video's last frame, where the service gives one. */
  lastFrameUrl: string | null;
  /** Why the task failed, in the service's words. */
  failReason: string | null;
  /** When the task was submitted. */
  submittedAt: number | null;
  /** When the work on it began. */
  startedAt: number | null;
  /** When it ended. */
  finishedAt: number | null;
  /** When this snapshot was read, by this machine's clock. */
  checkedAt: number;
  /** The service's answer as it came, decoded. Its shape is the service's affair and may change. */
  raw: unknown;
}

/** Where a task stands. `"succeeded"` and `"failed"` are ends. */
export type TaskStatus = "queued" | "running" | "succeeded" | "failed";

/** A watch that begins anew with each loop over it. */
export interface WatchTask extends AsyncIterable<Task> {
  /** Begins a watch. */
  [Symbol.asyncIterator](): TaskIterator;
}

/** One watch of a task. */
export interface TaskIterator extends AsyncIterator<Task, undefined, undefined> {
  /** The next changed task. The first call starts the polling. */
  next(): Promise<IteratorResult<Task, undefined>>;
  /** Stops the polling at once, also while a `next()` is pending. */
  return(): Promise<IteratorResult<Task, undefined>>;
  /** The iterator itself. */
  [Symbol.asyncIterator](): TaskIterator;
}

/** What {@link createClient} gives: the package's functions with defaults under each call's options. */
export interface Client {
  /** As {@link run}. */
  run: typeof run;
  /** As {@link submit}. */
  submit: typeof submit;
  /** As {@link getTask}. */
  getTask: typeof getTask;
  /** As {@link waitForTask}. */
  waitForTask: typeof waitForTask;
  /** As {@link watchTask}. */
  watchTask: typeof watchTask;
  /** As {@link listTasks}. */
  listTasks: typeof listTasks;
  /** As {@link parseCallback}. */
  parseCallback: typeof parseCallback;
  /** As {@link nextPollDelay}. */
  nextPollDelay: typeof nextPollDelay;
  /** As {@link upload}. */
  upload: typeof upload;
  /** As {@link download}. */
  download: typeof download;
}

/**
 * What every call rejects with, but for an abort, which rejects with the signal's own reason. Never holds the key.
 * `instanceof` also holds for errors of another copy of the package in the same program.
 */
export class ActOneError extends Error {
  /** For tests of code that handles these errors; the package makes its own. */
  constructor(fields: ActOneErrorFields);
  name: "ActOneError";
  /**
   * What kind of error this is:
   *
   * - `invalid_input`: refused before any request; `issues` lists what is wrong
   * - `unauthorized`: the service refused the key
   * - `forbidden`: the service refused the access
   * - `rejected`: the service refused the request
   * - `rate_limited`: too fast, still so after the retries
   * - `task_not_found`: the service does not know the id, the grace period included
   * - `task_failed`: the task ended in failure; `task` has it
   * - `timeout`: `requestTimeout` or `timeout` ran out; the task itself goes on, `waitForTask(error.taskId)` picks it up
   * - `network`: no answer, in a page often because of CORS
   * - `server_error`: the service or the provider failed (5xx), still so after the retries
   * - `bad_response`: an answer that is not the protocol: a web page, truncated JSON, no id, done without a video
   * - `wasm_unavailable`: the WebAssembly could not be loaded, and nothing was sent; the message says what to do
   * - `internal`: a bug in this package: its Rust has panicked. Every call under way ends with it; the next one works
   */
  readonly code: ErrorCode;
  /** All that is wrong with the input; empty for every other code. */
  readonly issues: readonly Issue[];
  /** The HTTP status, if an answer came. */
  readonly status: number | null;
  /** The service's name for the request, which its support asks for. */
  readonly requestId: string | null;
  /** The task in question, if its id is known. */
  readonly taskId: string | null;
  /** The last snapshot of the task, if there is one. */
  readonly task: Task | null;
  /** Whether the same call, made again later, may succeed at no further cost. */
  readonly retryable: boolean;
  /** Whether a paid task may have been created that the caller has no id for. */
  readonly taskMayExist: boolean;
  /** When the create left that may have made it, in ms since the epoch. */
  readonly sentAt: number | null;
  /** The tasks of the account's list that may be it, empty where there were none; `null` where nobody could look. */
  readonly candidates: readonly Task[] | null;
  /** What the runtime threw, if that is behind it. */
  readonly cause?: unknown;
}

/** What an {@link ActOneError} is made of. What is left out is `null`, `false` or empty. */
export interface ActOneErrorFields extends Partial<
  Pick<
    ActOneError,
    | "issues"
    | "status"
    | "requestId"
    | "taskId"
    | "task"
    | "retryable"
    | "taskMayExist"
    | "sentAt"
    | "candidates"
    | "cause"
  >
> {
  /** What kind of error this is. */
  code: ErrorCode;
  /** What happened and what to do, for people. */
  message: string;
}

/** The kinds of {@link ActOneError}. {@link ActOneError.code} says when each is met. */
export type ErrorCode =
  | "invalid_input"
  | "unauthorized"
  | "forbidden"
  | "rejected"
  | "rate_limited"
  | "task_not_found"
  | "task_failed"
  | "timeout"
  | "network"
  | "server_error"
  | "bad_response"
  | "wasm_unavailable"
  | "internal";

/** One thing that is wrong with an input or an option. */
export interface Issue {
  /** The field or option, such as `"video"` or `"pollInterval"`. */
  path: string;
  /** What is wrong with it and what to do. */
  message: string;
}

// What follows stands for the web's own types, so that none of them has to be there: the DOM's, Node's and the
// Workers' all fit.

/** A `URL`, or what has an `href` as one. */
export interface UrlLike {
  readonly href: string;
}

/** A file: a `Blob` or `File`, or its bytes (`Uint8Array`, Node's `Buffer`, `ArrayBuffer`). */
export type FileLike = BlobLike | ArrayBufferView | ArrayBufferLike;

/** A `Blob` or `File`, of whatever realm. */
export interface BlobLike {
  readonly size: number;
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  slice(start?: number, end?: number, type?: string): BlobLike;
}

/** The runtime's `Blob`. */
export type WebBlob = Global<"Blob", BlobLike>;

/** The runtime's `AbortSignal`. */
export type WebAbortSignal = Global<"AbortSignal", AbortSignalLike>;

/** A task that has a video. */
export interface Finished {
  readonly videoUrl: string;
}

/** An incoming `Request`, or what can be read as one. */
export interface CallbackRequest {
  text(): Promise<string>;
}

/** `Headers`, a list of pairs, or an object. */
export type HeadersLike = Iterable<readonly [string, string] | string[]> | Record<string, string>;

/** An `AbortSignal`. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** What stands in for the global `fetch`. It is called with a `Request` alone. */
export type FetchLike = (request: FetchRequest) => PromiseLike<FetchResponse>;

/** The runtime's `Request`. */
export type FetchRequest = Global<
  "Request",
  { readonly url: string; readonly method: string; text(): Promise<string> }
>;

/** The runtime's `Response`. */
export type FetchResponse = Global<
  "Response",
  {
    readonly ok: boolean;
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    readonly body: unknown;
    text(): Promise<string>;
    arrayBuffer(): Promise<ArrayBuffer>;
  }
>;

/** Where the WebAssembly can come from: a URL, the bytes, a `Response`, or a compiled `WebAssembly.Module`. */
export type WasmSource = string | UrlLike | ArrayBuffer | ArrayBufferView | FetchResponse | WasmModule;

/** A compiled `WebAssembly.Module`. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module & object
  : object;

type Global<Name extends string, Otherwise> = typeof globalThis extends {
  [K in Name]: { prototype: infer Instance };
}
  ? Instance
  : Otherwise;
