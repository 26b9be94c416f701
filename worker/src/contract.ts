// What the Worker's files agree on: what the platform hands in, what is kept of a task, and what its objects can be
// asked. Types alone, and no import, so that every other file may import it.

/** What Cloudflare hands in. All vars are strings; all of them but the key and the access may be left out. */
export interface Env {
  TASKS: DurableObjectNamespace<TaskMethods>;
  LEDGER: DurableObjectNamespace<LedgerMethods>;
  OUTPUTS: R2Bucket;
  CREATE_LIMIT: RateLimit;
  READ_LIMIT: RateLimit;
  UPLOAD_LIMIT: RateLimit;

  COMETAPI_KEY?: string;
  COMETAPI_ACCESS_TOKEN?: string;
  COMETAPI_BASE_URL?: string;
  SOLE_CREATOR?: string;
  ACCESS?: string;
  ACCESS_TOKEN?: string;
  ACCESS_TOKEN_PREVIOUS?: string;
  TOKEN_SECRET?: string;
  TOKEN_SECRET_PREVIOUS?: string;
  ALLOWED_ORIGINS?: string;
  PUBLIC_URL?: string;
  ALLOW_PRIVATE_MEDIA?: string;
  MAX_CONCURRENT_TASKS?: string;
  MAX_CREATES_PER_DAY?: string;
  MAX_CONCURRENT_TASKS_PER_CALLER?: string;
  MAX_CREATES_PER_DAY_PER_CALLER?: string;
  MAX_VIDEO_MB?: string;
  MAX_UPLOAD_MB?: string;
  MAX_UPLOAD_MB_PER_DAY_PER_CALLER?: string;
  UPLOAD_HOURS?: string;
  KEEP_HOURS?: string;
  GIVE_UP_HOURS?: string;
  UNKNOWN_MINUTES?: string;
  COPY_MINUTES?: string;
  HOLD_SECONDS?: string;
  POLL_INTERVAL_MS?: string;
}

export interface Refusal {
  status: number;
  /** What is wrong and what to do, for people. */
  message: string;
  /** The name of the field in question. */
  param?: string;
  /** A word for programs. */
  code?: string;
  /** Seconds. */
  retryAfter?: number;
}

export interface Order {
  video: string;
  image: string;
  runwayVersion: string | null;
}

/**
 * new       taken, nothing sent to the service yet
 * sending   the create is on its way; found so after a crash, its outcome is unknown
 * unknown   the service may have made a task whose id never arrived; a callback can still settle it
 * waiting   the service has accepted it
 * copying   the service is done; the video is on its way to our own storage
 * succeeded, failed: nothing more happens until it expires
 * leaving   its video and the record are being deleted; readers are told that there is no such task
 */
export type State =
  "new" | "sending" | "unknown" | "waiting" | "copying" | "succeeded" | "failed" | "leaving";

export interface TaskRecord {
  /** Which form of record this is; see `task-record.ts`. */
  version: number;
  id: string;
  caller: string;
  order: Order;
  state: State;
  /** Whose submission this is: a random word, so that one that was given up can tell that it is not the one any more. */
  attempt: string;
  /** Whether a paid task may exist at the service that nobody has the id of. */
  taskMayExist: boolean;
  /** The service's id, once known. */
  serviceId: string | null;
  /** Times are ms since the epoch, by this Worker's clock unless the service's is all there is. */
  createdAt: number;
  submittedAt: number | null;
  startedAt: number | null;
  finishedAt: number | null;
  progress: number | null;
  failReason: string | null;
  /** Where the service keeps the video: until the copy is made, or for good if none can be. */
  videoUrl: string | null;
  /** Why the video is not in our own storage, for a task that has succeeded without it. */
  temporaryBecause: string | null;
  /** The unguessable last part of the video's URL here. */
  outputId: string;
  /** The uploads of this Worker's that the task was made from. */
  uploads: string[];
  callbackSecret: string;
  /** When the service last knew the task, and how many reads in a row have brought no news of it. */
  seenAt: number | null;
  unchanged: number;
  /** When a callback last asked for a look at once, the service's id that it named, and how many were heeded. */
  hintedAt: number | null;
  hintedId: string | null;
  hints: number;
  /** Reads or copies that failed in a row, and copies among them that were no video. */
  failures: number;
  notVideos: number;
  /** When the first copy was tried. */
  copyingSince: number | null;
  /** When the alarm is due. */
  wakeAt: number;
  /** What the task has cost in alarms, reads of the service and rows written. */
  spent: { alarms: number; reads: number; rows: number };
}

/** What a reader may see of a task: all that its answer is made from. */
export type TaskView = Pick<
  TaskRecord,
  | "id"
  | "state"
  | "taskMayExist"
  | "createdAt"
  | "submittedAt"
  | "startedAt"
  | "finishedAt"
  | "progress"
  | "failReason"
  | "videoUrl"
  | "temporaryBecause"
  | "outputId"
>;

export interface CreateCall {
  id: string;
  caller: string;
  order: Order;
  /** The uploads of this Worker's among the order's URLs. */
  uploads: string[];
  /** This Worker's own URL, for the callback. */
  origin: string;
}

export type Creation = { taskId: string; isRepeat: boolean } | { refusal: Refusal };

export interface Reading {
  /** `undefined` for a task that there is not, or that is somebody else's. */
  task: TaskView | undefined;
  /** Whether the next read may be held too. */
  offersToHold: boolean;
}

/** What became of a wish to delete a task. */
export type Removal = "removed" | "not_found" | "not_ended";

/** What another task has to know of this one: which of the service's is it, and whether it may have one at all. */
export interface Standing {
  serviceId: string | null;
  /** Whether its create has left, and may have made a task. */
  mayHaveTask: boolean;
  order: Order;
}

/** What a task's object can be asked. */
export interface TaskMethods extends Rpc.DurableObjectBranded {
  create(call: CreateCall): Promise<Creation>;
  read(caller: string, holdMs: number): Promise<Reading>;
  callback(secret: string, body: string): Promise<boolean>;
  remove(caller: string): Promise<Removal>;
  /** For this Worker's own tasks. */
  standing(): Promise<Standing | null>;
  /** @returns when to ask again, in ms since the epoch; `null` when there is no task */
  wake(): Promise<number | null>;
}

export interface Limits {
  maxConcurrentTasks: number;
  maxCreatesPerDay: number;
  /** `null` where callers cannot be told apart. */
  perCaller: { maxConcurrentTasks: number; maxCreatesPerDay: number } | null;
  /** How long a place is held for a task that never gives it back. */
  holdMs: number;
}

export type Admission =
  "admitted" | "too_many_tasks" | "too_many_creates" | "too_many_of_caller" | "too_many_creates_of_caller";

export interface TaskFilter {
  taskId: string | null;
  /** The gateway's word for a task that has ended; `"running"` for all that have not. */
  status: "SUCCESS" | "FAILURE" | "running" | null;
  /** ms since the epoch. */
  from: number | null;
  until: number | null;
  offset: number;
  limit: number;
}

export interface ListedTask {
  id: string;
  createdAt: number;
  endedAt: number | null;
  status: "SUCCESS" | "FAILURE" | null;
}

export interface UploadOrder {
  id: string;
  caller: string;
  /** The most that it can become. */
  bytes: number;
  expiresAt: number;
  maxBytesPerDay: number;
}

/** What there is, for `/healthz?deep`. */
export interface Census {
  runningTasks: number;
  /** With the ended ones. */
  keptTasks: number;
  /** Those that the cron trigger should have looked after. */
  overdueTasks: number;
  createsToday: number;
  uploadedBytesToday: number;
  keptUploads: number;
}

/** What the ledger can be asked. */
export interface LedgerMethods extends Rpc.DurableObjectBranded {
  admit(task: string, caller: string, uploads: string[], limits: Limits): Promise<Admission>;
  release(task: string): Promise<void>;
  ended(task: string, status: "SUCCESS" | "FAILURE", checkAt: number): Promise<void>;
  resumed(task: string, caller: string, holdMs: number): Promise<void>;
  forget(task: string, withUploads: boolean): Promise<void>;
  createdSince(since: number, limit: number): Promise<{ tasks: string[]; isWhole: boolean }>;
  list(caller: string, filter: TaskFilter): Promise<{ tasks: ListedTask[]; total: number }>;
  overdue(limit: number): Promise<string[]>;
  checked(task: string, nextCheckAt: number | null): Promise<void>;
  census(): Promise<Census>;
  admitUpload(upload: UploadOrder): Promise<boolean>;
  uploaded(id: string, bytes: number): Promise<void>;
  dropUpload(id: string): Promise<void>;
  sweep(): Promise<void>;
}
