// What is kept of a task, and keeping it: one row for where the task stands, and every raw answer that changed. It
// is written before and after each step that costs money, so whoever comes after a crash reads here how far it got.

import type { Order } from "./inputs.ts";
import { randomSecret } from "./secrets.ts";

/**
 * new       taken, nothing sent to the service yet
 * sending   the create is on its way; found so after a crash, its outcome is unknown
 * unknown   the service may have made a task whose id never arrived; a callback can still settle it
 * waiting   the service has accepted it
 * copying   the service is done; the video is on its way to our own storage
 * succeeded, failed: nothing more happens until it expires
 */
export type State = "new" | "sending" | "unknown" | "waiting" | "copying" | "succeeded" | "failed";

export interface TaskRecord {
  id: string;
  caller: string;
  order: Order;
  state: State;
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
  /** Where the service keeps the video, until the copy is made. */
  videoUrl: string | null;
  /** The unguessable last part of the video's address here. */
  outputId: string;
  callbackSecret: string;
  /** When the service last knew the task. */
  seenAt: number | null;
  /** When a callback last asked for a look at once, and the service's id that it named. */
  hintedAt: number | null;
  hintedId: string | null;
  /** Reads or copies that failed in a row. */
  failures: number;
  /** When the alarm is due. */
  wakeAt: number;
  /** What the task has cost in alarms, reads of the service and rows written. */
  spent: { alarms: number; reads: number; rows: number };
}

export type AnswerSource = "create" | "feed" | "callback";

/** The service gives a few dozen different answers in a task's life; a flood of callbacks must not fill the disk. */
const MAX_ANSWERS = 200;
const MAX_ANSWER_LENGTH = 65_536;

export function newRecord(id: string, caller: string, order: Order, now: number): TaskRecord {
  return {
    id,
    caller,
    order,
    state: "new",
    taskMayExist: false,
    serviceId: null,
    createdAt: now,
    submittedAt: null,
    startedAt: null,
    finishedAt: null,
    progress: null,
    failReason: null,
    videoUrl: null,
    outputId: randomSecret(),
    callbackSecret: randomSecret(),
    seenAt: null,
    hintedAt: null,
    hintedId: null,
    failures: 0,
    wakeAt: 0,
    spent: { alarms: 0, reads: 0, rows: 0 },
  };
}

export class TaskStore {
  readonly #storage: DurableObjectStorage;
  #record: TaskRecord | undefined;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    // An id that was made up gets an object too, but no table: only what is written is stored, and paid.
    const tables = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'task'").toArray();
    if (tables.length === 0) return;
    const [row] = storage.sql.exec<{ record: string }>("SELECT record FROM task").toArray();
    if (row) this.#record = JSON.parse(row.record);
  }

  get record(): TaskRecord | undefined {
    return this.#record;
  }

  /** The record of a task that is there. */
  get known(): TaskRecord {
    if (this.#record === undefined) throw new Error("the task is gone");
    return this.#record;
  }

  /** Writes the first record of a task. */
  begin(record: TaskRecord, wakeAt: number): void {
    this.#storage.sql.exec(`
      CREATE TABLE task (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
      CREATE TABLE answers (
        n INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL
      );`);
    this.#record = record;
    this.update({}, wakeAt);
  }

  /**
   * Writes what has changed, and when the alarm comes back for the task. Both are on disk or neither is: nothing is
   * awaited in between.
   */
  update(changes: Partial<TaskRecord>, wakeAt: number = this.known.wakeAt): TaskRecord {
    const movesAlarm = wakeAt !== this.known.wakeAt;
    const next = { ...this.known, ...changes, wakeAt };
    next.spent = { ...next.spent, rows: next.spent.rows + (movesAlarm ? 2 : 1) };
    this.#storage.sql.exec("INSERT OR REPLACE INTO task (id, record) VALUES (1, ?)", JSON.stringify(next));
    if (movesAlarm) void this.#storage.setAlarm(wakeAt);
    this.#record = next;
    return next;
  }

  /** Counts what is written with the next update. */
  count(what: "alarms" | "reads" | "rows"): void {
    const { spent } = this.known;
    this.#record = { ...this.known, spent: { ...spent, [what]: spent[what] + 1 } };
  }

  /** Keeps a raw answer, if it says anything else than the one before. */
  keepAnswer(source: AnswerSource, answer: unknown): void {
    const body = withoutExecTime(answer).slice(0, MAX_ANSWER_LENGTH);
    const [last] = this.#storage.sql
      .exec<{ n: number; body: string }>("SELECT n, body FROM answers ORDER BY n DESC LIMIT 1")
      .toArray();
    if (last?.body === body || (last?.n ?? 0) >= MAX_ANSWERS) return;
    this.#storage.sql.exec(
      "INSERT INTO answers (at, source, body) VALUES (?, ?, ?)",
      Date.now(),
      source,
      body,
    );
    this.count("rows");
  }

  /** Waits until what was written is on disk. */
  sync(): Promise<void> {
    return this.#storage.sync();
  }

  async forget(): Promise<void> {
    this.#record = undefined;
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }
}

/** `exec_time` differs in every answer and says nothing. */
function withoutExecTime(answer: unknown): string {
  return JSON.stringify(answer, (key, value) => (key === "exec_time" ? undefined : value)) ?? "";
}
