// The one object that sees all tasks, to bound how many run at once and how many are created in a day. It knows their
// ids and nothing else of them; whatever it says twice for one id, it counts once.

import { DurableObject } from "cloudflare:workers";
import type { Env } from "./config.ts";

export interface Limits {
  maxConcurrentTasks: number;
  maxCreatesPerDay: number;
  /** How long a place is held for a task that never gives it back. */
  holdMs: number;
}

/** A day's count is kept for two, so that giving back a create just after midnight finds it. */
const DAYS_KEPT = 2;

export type Admission = "admitted" | "too_many_tasks" | "too_many_creates";

export class Ledger extends DurableObject<Env> {
  readonly #sql = this.ctx.storage.sql;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql.exec(`
      CREATE TABLE IF NOT EXISTS places (task TEXT PRIMARY KEY, day INTEGER NOT NULL, held_until INTEGER NOT NULL);
      CREATE TABLE IF NOT EXISTS days (day INTEGER PRIMARY KEY, creates INTEGER NOT NULL);`);
  }

  /** Takes a place for the task, unless all are taken. */
  admit(task: string, limits: Limits): Admission {
    const now = Date.now();
    const today = dayOf(now);
    this.#sql.exec("DELETE FROM places WHERE held_until < ?", now);
    if (this.#count("SELECT count(*) AS n FROM places WHERE task = ?", task) > 0) return "admitted";
    if (this.#count("SELECT count(*) AS n FROM places") >= limits.maxConcurrentTasks) return "too_many_tasks";
    const creates = this.#count("SELECT creates AS n FROM days WHERE day = ?", today);
    if (creates >= limits.maxCreatesPerDay) return "too_many_creates";

    this.#sql.exec("INSERT INTO places VALUES (?, ?, ?)", task, today, now + limits.holdMs);
    this.#sql.exec(
      "INSERT INTO days VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET creates = creates + 1",
      today,
    );
    this.#sql.exec("DELETE FROM days WHERE day <= ?", today - DAYS_KEPT);
    return "admitted";
  }

  /** Gives the place back; `unused` also the day's create, where the service made no task. */
  release(task: string, { unused }: { unused: boolean }): void {
    const [place] = this.#sql
      .exec<{ day: number }>("DELETE FROM places WHERE task = ? RETURNING day", task)
      .toArray();
    if (place && unused) this.#sql.exec("UPDATE days SET creates = creates - 1 WHERE day = ?", place.day);
  }

  #count(query: string, ...bindings: (string | number)[]): number {
    const [row] = this.#sql.exec<{ n: number }>(query, ...bindings).toArray();
    return row?.n ?? 0;
  }
}

function dayOf(time: number): number {
  return Math.floor(time / 86_400_000);
}
