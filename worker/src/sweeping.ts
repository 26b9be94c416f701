// What the cron trigger does: it wakes the tasks whose alarms the platform has given up, from the ledger's list, and lets
// the ledger delete the uploads that have had their time.

import type { Env } from "./contract.ts";
import { log } from "./log.ts";
import { describe, ledgerOf } from "./task-tools.ts";

/** Below the 50 requests to objects that one run may make on the free plan: two for each task, and the ledger's. */
const MOST_TASKS = 20;

export async function sweep(env: Env): Promise<void> {
  const ledger = ledgerOf(env);
  const overdue = await ledger.overdue(MOST_TASKS);
  await Promise.all(
    overdue.map(async (task) => {
      try {
        const nextCheckAt = await env.TASKS.get(env.TASKS.idFromName(task)).wake();
        await ledger.checked(task, nextCheckAt);
        log("task.looked_after", { task, isThere: nextCheckAt !== null });
      } catch (error) {
        log("task.not_woken", { task, error: describe(error) });
      }
    }),
  );
  await ledger.sweep();
}
