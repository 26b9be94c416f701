// What is kept of a task, and keeping it: one row for where the task stands, and every raw answer that changed. It
// is written before and after each step that costs money, so whoever comes after a crash reads here how far it got.

import type { CreateCall, TaskRecord } from "./contract.ts";
import { log } from "./log.ts";
import { randomSecret } from "./secrets.ts";

/** The form of records that is written. Version 1 has no number; earlier ones lack fields that `upgraded` adds. */
const RECORD_VERSION = 3;

export type AnswerSource = "create" | "feed" | "callback";

/** The service gives a few dozen different answers in a task's life; a flood of callbacks must not fill the disk. */
const MAX_ANSWERS = 200;
const MAX_ANSWER_LENGTH = 65_536;

export function newRecord({ id, caller, order, uploads }: CreateCall, now: number): TaskRecord {
  return {
    version: RECORD_VERSION,
    id,
    caller,
    order,
    state: "new",
    attempt: randomSecret(),
    taskMayExist: false,
    serviceId: null,
    createdAt: now,
    submittedAt: null,
    startedAt: null,
    finishedAt: null,
    progress: null,
    failReason: null,
    videoUrl: null,
    temporaryBecause: null,
    outputId: randomSecret(),
    uploads,
    callbackSecret: randomSecret(),
    seenAt: null,
    unchanged: 0,
    hintedAt: null,
    hintedId: null,
    hints: 0,
    failures: 0,
    notVideos: 0,
    copyingSince: null,
    wakeAt: 0,
    spent: { alarms: 0, reads: 0, rows: 0 },
  };
}

function upgraded(record: TaskRecord): TaskRecord {
  if (record.version === RECORD_VERSION) return record;
  const added = {
    attempt: "",
    temporaryBecause: null,
    uploads: [],
    hints: 0,
    notVideos: 0,
    copyingSince: null,
    unchanged: 0,
  };
  return { ...added, ...record, version: RECORD_VERSION };
}

export class TaskStore {
  readonly #storage: DurableObjectStorage;
  #record: TaskRecord | undefined;
  #onChange = () => {};

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    // An id that was made up gets an object too, but no table: only what is written is stored, and paid.
    const tables = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'task'").toArray();
    if (tables.length === 0) return;
    const [row] = storage.sql.exec<{ record: string }>("SELECT record FROM task").toArray();
    if (row) this.#record = upgraded(JSON.parse(row.record));
  }

  get record(): TaskRecord | undefined {
    return this.#record;
  }

  /** The record of a task that is there. */
  get known(): TaskRecord {
    if (this.#record === undefined) throw new Error("the task is gone");
    return this.#record;
  }

  /** `action` is called after each change of the record. */
  onChange(action: () => void): void {
    this.#onChange = action;
  }

  /** Writes the first record of a task. */
  begin(record: TaskRecord, wakeAt: number): void {
    this.#storage.sql.exec(`
      CREATE TABLE IF NOT EXISTS task (id INTEGER PRIMARY KEY, record TEXT NOT NULL);
      CREATE TABLE IF NOT EXISTS answers (
        n INTEGER PRIMARY KEY, at INTEGER NOT NULL, source TEXT NOT NULL, body TEXT NOT NULL
      );`);
    this.#record = record;
    try {
      this.update({}, wakeAt);
    } catch (error) {
      this.#record = undefined;
      throw error;
    }
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
    if (movesAlarm) this.wake(wakeAt);
    this.#record = next;
    this.#onChange();
    return next;
  }

  /** Sets the alarm alone. */
  wake(time: number): void {
    this.#storage.setAlarm(time).catch((error) => {
      // The ledger's list brings the task back.
      log("alarm.not_set", { task: this.#record?.id, error: String(error) });
    });
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

  /** Deletes all of it, the alarm too. The record is there until it is deleted: who fails here is tried again. */
  async forget(): Promise<void> {
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
    this.#record = undefined;
    this.#onChange();
  }
}

/** `exec_time` differs in every answer and says nothing. */
function withoutExecTime(answer: unknown): string {
  return JSON.stringify(answer, (key, value) => (key === "exec_time" ? undefined : value)) ?? "";
}
