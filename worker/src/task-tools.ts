// What each state of a task works with: the record, the bindings, the ledger, and the alarm that comes back. It decides
// nothing about a task.

import { ActOneError } from "act-one";
import { readConfig } from "./config.ts";
import type { Config } from "./config.ts";
import type { Env, LedgerMethods } from "./contract.ts";
import { TaskStore } from "./task-record.ts";

/** A crowd of callbacks does not read faster than this. */
const LEAST_BETWEEN_READS_MS = 1000;

const FIRST_RETRY_MS = 1000;
export const LONGEST_RETRY_MS = 60_000;

export class TaskTools {
  readonly store: TaskStore;
  readonly env: Env;
  #readAt = 0;

  constructor(store: TaskStore, env: Env) {
    this.store = store;
    this.env = env;
  }

  get ledger(): DurableObjectStub<LedgerMethods> {
    return ledgerOf(this.env);
  }

  config(): Config {
    const { config, problems } = readConfig(this.env);
    if (!config) throw new Error(problems.join("; "));
    return config;
  }

  noteRead(): void {
    this.store.count("reads");
    this.#readAt = Date.now();
  }

  get soonestRead(): number {
    return Math.max(Date.now(), this.#readAt + LEAST_BETWEEN_READS_MS);
  }

  /** @param latest when it has to be tried at the latest */
  tryAgainLater(latest = Infinity): void {
    const { failures } = this.store.known;
    const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    const delay = longest * (0.5 + Math.random() / 2);
    this.store.update({ failures: failures + 1 }, Math.min(Date.now() + delay, latest));
  }
}

export function ledgerOf(env: Env): DurableObjectStub<LedgerMethods> {
  return env.LEDGER.get(env.LEDGER.idFromName("all tasks"));
}

/** An error for the log. */
export function describe(error: unknown): string {
  if (error instanceof ActOneError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
