// The last states of a task: `succeeded` and `failed`, kept for a while, and `leaving`, in which its video and its record
// are deleted. What is deleted first is what readers are told, so that nobody is sent to a video that is gone.

import type { Removal, TaskRecord } from "./contract.ts";
import { log } from "./log.ts";
import { outputKey } from "./stored-files.ts";
import { LONGEST_RETRY_MS, type TaskTools } from "./task-tools.ts";

/** How long after its alarm a task that is kept is looked after, if it is still there. */
const CHECK_AFTER_MS = 10 * 60_000;

type End =
  | { state: "failed"; failReason: string }
  | { state: "succeeded"; temporaryBecause: string | null; videoUrl: string | null };

export async function end(tools: TaskTools, how: End): Promise<void> {
  const { store, ledger } = tools;
  const { id, caller, createdAt, finishedAt } = store.known;
  const expiresAt = Date.now() + tools.config().keepMs;
  const status = how.state === "succeeded" ? "SUCCESS" : "FAILURE";
  await ledger.ended(id, status, expiresAt + CHECK_AFTER_MS);
  const changes: Partial<TaskRecord> = { videoUrl: null, ...how, finishedAt: finishedAt ?? Date.now() };
  const { spent } = store.update({ ...changes, failures: 0 }, expiresAt);
  log(`task.${how.state}`, { task: id, caller, ms: Date.now() - createdAt, ...spent });
}

export function hasEnded({ state }: TaskRecord): boolean {
  return state === "succeeded" || state === "failed";
}

/** Deletes a task that its caller does not want any more. */
export async function remove(tools: TaskTools, caller: string): Promise<Removal> {
  const { record } = tools.store;
  if (!record || record.caller !== caller || record.state === "leaving") return "not_found";
  if (!hasEnded(record)) return "not_ended";
  await leave(tools, true);
  return "removed";
}

/** Each step can fail and is then made again by the alarm: readers know of no task from the first on. */
export async function leave(tools: TaskTools, isUnwanted = false): Promise<void> {
  const { store, ledger, env } = tools;
  const { id, caller, outputId } = store.known;
  if (store.known.state !== "leaving") {
    const changes = {
      state: "leaving",
      failures: 0,
      failReason: isUnwanted ? "deleted" : "expired",
    } as const;
    store.update(changes, Date.now() + LONGEST_RETRY_MS);
  }
  await env.OUTPUTS.delete(outputKey(outputId));
  await ledger.forget(id, store.known.failReason === "deleted");
  const reason = store.known.failReason;
  await store.forget();
  log("task.expired", { task: id, caller, reason });
}
