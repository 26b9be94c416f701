// The one object that sees all tasks and uploads: it bounds how many there are, lists a caller's own, and remembers which
// have to be looked after, so that one whose alarm was lost is found again. It knows nothing of a task but whose it is and
// how it ended; whatever it is told twice, it counts once.

import { DurableObject } from "cloudflare:workers";
import type {
  Admission,
  Census,
  Env,
  LedgerMethods,
  Limits,
  ListedTask,
  TaskFilter,
  UploadOrder,
} from "./contract.ts";
import { log } from "./log.ts";
import { uploadKey } from "./stored-files.ts";

/** A day's counts are kept for two, so that giving back a create just after midnight finds it. */
const DAYS_KEPT = 2;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** When a task that was admitted is looked at first, if nobody else says so. */
export const FIRST_CHECK_MS = 5 * 60_000;

/** The cron trigger comes every five minutes; a task that it has passed over for so long is left alone by it. */
const OVERDUE_MS = 15 * 60_000;

/** How long it is remembered that a task was forgotten: longer than the task of a lost create is looked for. */
const FORGOTTEN_KEPT_MS = DAY_MS;

/** How long a task's uploads outlive it. */
const UPLOAD_GRACE_MS = HOUR_MS;

/** Files deleted in one sweep; the next one follows at once if there are more. */
const MOST_SWEPT = 100;
const SWEEP_RETRY_MS = 5 * 60_000;

export class Ledger extends DurableObject<Env> implements LedgerMethods {
  readonly #sql = this.ctx.storage.sql;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS running (
        task TEXT PRIMARY KEY, caller TEXT NOT NULL, day INTEGER NOT NULL, held_until INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS tasks (
        task TEXT PRIMARY KEY, caller TEXT NOT NULL, created_at INTEGER NOT NULL,
        ended_at INTEGER, status TEXT, check_at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS forgotten (task TEXT PRIMARY KEY, created_at INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS day_counts (
        day INTEGER NOT NULL, caller TEXT NOT NULL, creates INTEGER NOT NULL, bytes INTEGER NOT NULL,
        PRIMARY KEY (day, caller)
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS uploads (
        id TEXT PRIMARY KEY, caller TEXT NOT NULL, day INTEGER NOT NULL, bytes INTEGER NOT NULL,
        expires_at INTEGER NOT NULL, latest INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS upload_uses (
        upload TEXT NOT NULL, task TEXT NOT NULL, is_over INTEGER NOT NULL, PRIMARY KEY (upload, task)
      ) WITHOUT ROWID;`);
  }

  // Tasks

  /** Takes a place for the task, unless all are taken. */
  async admit(task: string, caller: string, uploads: string[], limits: Limits): Promise<Admission> {
    const now = Date.now();
    const today = dayOf(now);
    this.#sql.exec("DELETE FROM running WHERE held_until < ?", now);
    // Asked again, or so late that the task has been through meanwhile: it is counted already.
    if (this.#number("SELECT count(*) AS n FROM tasks WHERE task = ?", task) > 0) return "admitted";
    const refusal = this.#refusal(caller, today, limits);
    if (refusal) return refusal;

    this.#sql.exec("INSERT INTO running VALUES (?, ?, ?, ?)", task, caller, today, now + limits.holdMs);
    this.#sql.exec(
      "INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, NULL, NULL, ?)",
      task,
      caller,
      now,
      now + FIRST_CHECK_MS,
    );
    this.#count(today, caller, 1, 0);
    this.#sql.exec("DELETE FROM day_counts WHERE day <= ?", today - DAYS_KEPT);
    this.#use(task, caller, uploads);
    return "admitted";
  }

  #refusal(caller: string, today: number, limits: Limits): Exclude<Admission, "admitted"> | undefined {
    const running = "SELECT count(*) AS n FROM running";
    const creates = "SELECT total(creates) AS n FROM day_counts WHERE day = ?";
    if (this.#number(running) >= limits.maxConcurrentTasks) return "too_many_tasks";
    if (this.#number(creates, today) >= limits.maxCreatesPerDay) return "too_many_creates";
    if (!limits.perCaller) return undefined;
    const { maxConcurrentTasks, maxCreatesPerDay } = limits.perCaller;
    if (this.#number(`${running} WHERE caller = ?`, caller) >= maxConcurrentTasks) {
      return "too_many_of_caller";
    }
    const ofCaller = this.#number(`${creates} AND caller = ?`, today, caller);
    return ofCaller >= maxCreatesPerDay ? "too_many_creates_of_caller" : undefined;
  }

  /** The task needs its uploads for as long as they may be kept, also where another task has let them go. */
  #use(task: string, caller: string, uploads: string[]): void {
    for (const upload of uploads) {
      const [own] = this.#sql
        .exec(
          "UPDATE uploads SET expires_at = latest WHERE id = ? AND caller = ? RETURNING id",
          upload,
          caller,
        )
        .toArray();
      if (own) this.#sql.exec("INSERT OR IGNORE INTO upload_uses VALUES (?, ?, 0)", upload, task);
    }
  }

  /** Gives the place and the day's create back: the service made no task. */
  async release(task: string): Promise<void> {
    const [place] = this.#sql
      .exec<{ day: number; caller: string }>("DELETE FROM running WHERE task = ? RETURNING day, caller", task)
      .toArray();
    if (place) this.#count(place.day, place.caller, -1, 0);
    this.#sql.exec("DELETE FROM tasks WHERE task = ?", task);
    this.#sql.exec("DELETE FROM upload_uses WHERE task = ?", task);
  }

  async ended(task: string, status: "SUCCESS" | "FAILURE", checkAt: number): Promise<void> {
    const now = Date.now();
    this.#sql.exec("DELETE FROM running WHERE task = ?", task);
    const update = "UPDATE tasks SET ended_at = ?, status = ?, check_at = ? WHERE task = ?";
    this.#sql.exec(update, now, status, checkAt, task);
    await this.#letGo(task, now + UPLOAD_GRACE_MS);
  }

  /** Takes the place again for a task that was thought to have ended; it is paid, so no bound applies. */
  async resumed(task: string, caller: string, holdMs: number): Promise<void> {
    const now = Date.now();
    this.#sql.exec(
      "INSERT OR IGNORE INTO running VALUES (?, ?, ?, ?)",
      task,
      caller,
      dayOf(now),
      now + holdMs,
    );
    const update = "UPDATE tasks SET ended_at = NULL, status = NULL, check_at = ? WHERE task = ?";
    this.#sql.exec(update, now + FIRST_CHECK_MS, task);
  }

  async forget(task: string, withUploads: boolean): Promise<void> {
    const now = Date.now();
    this.#sql.exec("DELETE FROM running WHERE task = ?", task);
    // The list of the service has it for longer, and nobody could say any more whose it is.
    this.#sql.exec(
      "INSERT OR IGNORE INTO forgotten SELECT task, created_at FROM tasks WHERE task = ? AND created_at > ?",
      task,
      now - FORGOTTEN_KEPT_MS,
    );
    this.#sql.exec("DELETE FROM tasks WHERE task = ?", task);
    if (withUploads) await this.#letGo(task, now);
    this.#sql.exec("DELETE FROM upload_uses WHERE task = ?", task);
  }

  /** The tasks of all callers since then, and whether these are all that there were. */
  async createdSince(since: number, limit: number): Promise<{ tasks: string[]; isWhole: boolean }> {
    const query = "SELECT task FROM tasks WHERE created_at >= ? ORDER BY created_at LIMIT ?";
    const rows = this.#sql.exec<{ task: string }>(query, since, limit + 1).toArray();
    const forgotten = "SELECT count(*) AS n FROM forgotten WHERE created_at >= ?";
    const isWhole = rows.length <= limit && this.#number(forgotten, since) === 0;
    return { tasks: rows.slice(0, limit).map(({ task }) => task), isWhole };
  }

  async list(caller: string, filter: TaskFilter): Promise<{ tasks: ListedTask[]; total: number }> {
    const { taskId, status, from, until, offset, limit } = filter;
    const where = `FROM tasks WHERE caller = ?1 AND (?2 IS NULL OR task = ?2)
      AND (?3 IS NULL OR ifnull(status, 'running') = ?3)
      AND (?4 IS NULL OR created_at >= ?4) AND (?5 IS NULL OR created_at <= ?5)`;
    const bindings = [caller, taskId, status, from, until];
    const total = this.#number(`SELECT count(*) AS n ${where}`, ...bindings);
    const rows = this.#sql.exec<{
      task: string;
      created_at: number;
      ended_at: number | null;
      status: ListedTask["status"];
    }>(`SELECT * ${where} ORDER BY created_at DESC, task LIMIT ?6 OFFSET ?7`, ...bindings, limit, offset);
    const tasks = rows.toArray().map((row) => ({
      id: row.task,
      createdAt: row.created_at,
      endedAt: row.ended_at,
      status: row.status,
    }));
    return { tasks, total };
  }

  // Looking after

  /** The tasks that are to be looked at, the longest due first. */
  async overdue(limit: number): Promise<string[]> {
    const query = "SELECT task FROM tasks WHERE check_at < ? ORDER BY check_at LIMIT ?";
    return this.#sql
      .exec<{ task: string }>(query, Date.now(), limit)
      .toArray()
      .map(({ task }) => task);
  }

  async checked(task: string, nextCheckAt: number | null): Promise<void> {
    if (nextCheckAt === null) return this.release(task);
    this.#sql.exec("UPDATE tasks SET check_at = ? WHERE task = ?", nextCheckAt, task);
  }

  async census(): Promise<Census> {
    const now = Date.now();
    const today = "FROM day_counts WHERE day = ?";
    return {
      runningTasks: this.#number("SELECT count(*) AS n FROM running WHERE held_until >= ?", now),
      keptTasks: this.#number("SELECT count(*) AS n FROM tasks"),
      overdueTasks: this.#number("SELECT count(*) AS n FROM tasks WHERE check_at < ?", now - OVERDUE_MS),
      createsToday: this.#number(`SELECT total(creates) AS n ${today}`, dayOf(now)),
      uploadedBytesToday: this.#number(`SELECT total(bytes) AS n ${today}`, dayOf(now)),
      keptUploads: this.#number("SELECT count(*) AS n FROM uploads"),
    };
  }

  // Uploads

  /** Reserves what an upload may become, unless the caller has had his share of the day. */
  async admitUpload({ id, caller, bytes, expiresAt, maxBytesPerDay }: UploadOrder): Promise<boolean> {
    const today = dayOf(Date.now());
    const query = "SELECT bytes AS n FROM day_counts WHERE day = ? AND caller = ?";
    if (this.#number(query, today, caller) + bytes > maxBytesPerDay) return false;
    const row = [id, caller, today, bytes, expiresAt, expiresAt];
    this.#sql.exec("INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?)", ...row);
    this.#count(today, caller, 0, bytes);
    await this.#sweepBy(expiresAt);
    return true;
  }

  /** Gives back what was reserved and not needed. */
  async uploaded(id: string, bytes: number): Promise<void> {
    const [upload] = this.#sql
      .exec<{ day: number; caller: string; bytes: number }>("SELECT * FROM uploads WHERE id = ?", id)
      .toArray();
    if (!upload || upload.bytes === bytes) return;
    this.#count(upload.day, upload.caller, 0, bytes - upload.bytes);
    this.#sql.exec("UPDATE uploads SET bytes = ? WHERE id = ?", bytes, id);
  }

  /** An upload that came to nothing. Its file is deleted too, in case that it came to something after all. */
  async dropUpload(id: string): Promise<void> {
    await this.uploaded(id, 0);
    this.#sql.exec("UPDATE uploads SET expires_at = ? WHERE id = ?", Date.now(), id);
    await this.sweep();
  }

  override async alarm(): Promise<void> {
    await this.sweep();
  }

  /** Deletes the files that have had their time. */
  async sweep(): Promise<void> {
    this.#sql.exec("DELETE FROM forgotten WHERE created_at <= ?", Date.now() - FORGOTTEN_KEPT_MS);
    const query = "SELECT id FROM uploads WHERE expires_at <= ? LIMIT ?";
    const due = this.#sql.exec<{ id: string }>(query, Date.now(), MOST_SWEPT).toArray();
    try {
      if (due.length > 0) await this.env.OUTPUTS.delete(due.map(({ id }) => uploadKey(id)));
      for (const { id } of due) {
        this.#sql.exec("DELETE FROM uploads WHERE id = ?", id);
        this.#sql.exec("DELETE FROM upload_uses WHERE upload = ?", id);
      }
      const next = this.#number("SELECT ifnull(min(expires_at), 0) AS n FROM uploads");
      if (next > 0) await this.ctx.storage.setAlarm(Math.max(next, Date.now()));
    } catch (error) {
      log("sweep.failed", { error: error instanceof Error ? error.message : String(error) });
      await this.ctx.storage.setAlarm(Date.now() + SWEEP_RETRY_MS);
    }
  }

  /** The task's uploads, unless another task needs them, are gone by `by`. */
  async #letGo(task: string, by: number): Promise<void> {
    const uses = this.#sql
      .exec<{ upload: string }>("UPDATE upload_uses SET is_over = 1 WHERE task = ? RETURNING upload", task)
      .toArray();
    for (const { upload } of uses) {
      this.#sql.exec(
        `UPDATE uploads SET expires_at = min(expires_at, ?2) WHERE id = ?1
          AND NOT EXISTS (SELECT 1 FROM upload_uses WHERE upload = ?1 AND is_over = 0)`,
        upload,
        by,
      );
    }
    if (uses.length > 0) await this.#sweepBy(by);
  }

  async #sweepBy(time: number): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null || alarm > time) await this.ctx.storage.setAlarm(Math.max(time, Date.now()));
  }

  #count(day: number, caller: string, creates: number, bytes: number): void {
    this.#sql.exec(
      `INSERT INTO day_counts VALUES (?1, ?2, max(?3, 0), max(?4, 0)) ON CONFLICT (day, caller)
        DO UPDATE SET creates = max(creates + ?3, 0), bytes = max(bytes + ?4, 0)`,
      day,
      caller,
      creates,
      bytes,
    );
  }

  #number(query: string, ...bindings: (string | number | null)[]): number {
    const [row] = this.#sql.exec<{ n: number }>(query, ...bindings).toArray();
    return row?.n ?? 0;
  }
}

function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}
