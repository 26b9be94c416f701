// The state `waiting`: reads the task at the service, when its schedule or a callback says so, and notes what is new. A
// callback decides nothing: it carries no signature, so it is a hint to look, and the feed's answer counts.

import { ActOneError, nextPollDelay, parseCallback, type Task } from "act-one";
import type { Config } from "./config.ts";
import type { TaskRecord } from "./contract.ts";
import type { Doubt } from "./doubt.ts";
import { end, hasEnded } from "./ending.ts";
import { keep } from "./keeping.ts";
import { log } from "./log.ts";
import { readAtService } from "./service.ts";
import { describe, type TaskTools } from "./task-tools.ts";

/** How long the service may not know a task that it has accepted, or known before. */
const NOT_FOUND_GRACE_MS = 120_000;

/** The service sends one or two. Further ones write nothing and hurry nothing. */
const MAX_HINTS = 50;

/** So many hurry a read on, however short the last one is ago: the end is known as soon as the service says it. */
const PROMPT_HINTS = 3;

export async function poll(tools: TaskTools, config: Config): Promise<void> {
  const { store } = tools;
  const startedAt = Date.now();
  const { serviceId, createdAt } = store.known;
  if (startedAt - createdAt > config.giveUpMs) {
    return end(tools, { state: "failed", failReason: "The service did not finish this task in time" });
  }
  tools.noteRead();
  let task: Task;
  try {
    task = await readAtService(serviceId ?? "", config);
  } catch (error) {
    return readFailed(tools, error);
  }
  store.keepAnswer("feed", task.raw);
  const seen = learned(store.known, task);
  if (task.status === "failed") {
    store.update(seen);
    return end(tools, { state: "failed", failReason: task.failReason ?? "The service gives no reason" });
  }
  if (task.status === "succeeded") {
    store.update({ ...seen, state: "copying", videoUrl: task.videoUrl, copyingSince: Date.now() });
    return keep(tools, config);
  }
  const { submittedAt } = store.known;
  const { unchanged } = seen;
  const delay =
    config.pollIntervalMs ?? (await nextPollDelay({ ...task, ...seen, submittedAt }, { unchanged }));
  const hintedMeanwhile = (store.known.hintedAt ?? 0) >= startedAt;
  // What was read may be what was true before the callback.
  const soonest = store.known.hints <= PROMPT_HINTS ? Date.now() : tools.soonestRead;
  store.update(seen, hintedMeanwhile ? soonest : task.checkedAt + delay);
}

async function readFailed(tools: TaskTools, error: unknown): Promise<void> {
  const { id, seenAt, submittedAt } = tools.store.known;
  log("read.failed", { task: id, error: describe(error) });
  const isLost = error instanceof ActOneError && error.code === "task_not_found";
  if (isLost && Date.now() - (seenAt ?? submittedAt ?? 0) > NOT_FOUND_GRACE_MS) {
    return end(tools, { state: "failed", failReason: "The service does not know this task any more" });
  }
  tools.tryAgainLater();
}

/** Takes a callback, whose URL was the right one, as a hint to look at once. */
export async function heed(tools: TaskTools, doubt: Doubt, body: string): Promise<void> {
  const { store } = tools;
  const said = await parseCallback(body).catch(() => undefined);
  const { record } = store;
  if (!record || record.state === "leaving") return;
  const { id, caller, state, hints, hintedId } = record;
  if (hints >= MAX_HINTS) return;
  log("callback", { task: id, state, said: said?.status ?? "unreadable" });

  store.keepAnswer("callback", said?.raw ?? body);
  const serviceId = said?.id ?? hintedId;
  const hint = { hints: hints + 1, hintedAt: Date.now(), hintedId: serviceId };
  if (record.taskMayExist && serviceId !== null) {
    store.update(hint);
    // Only the service knows the URL that the callback came to, so the id in it is this task's.
    doubt.settle(serviceId);
  } else if (hasEnded(record)) {
    log("callback.too_late", { task: id, caller, serviceId });
  } else {
    const soonest = hints < PROMPT_HINTS ? Date.now() : tools.soonestRead;
    store.update(hint, state === "waiting" ? soonest : record.wakeAt);
  }
  await store.sync();
}

/** What a read adds to the record. What was known stays known: later answers can leave things out. */
function learned(record: TaskRecord, task: Task) {
  const isRunning = task.status !== "queued";
  const progress = task.progress === null ? record.progress : Math.max(record.progress ?? 0, task.progress);
  const isNews = progress !== record.progress || isRunning !== (record.startedAt !== null);
  return {
    progress,
    unchanged: isNews ? 0 : record.unchanged + 1,
    startedAt: task.startedAt ?? record.startedAt ?? (isRunning ? task.checkedAt : null),
    finishedAt: task.finishedAt,
    seenAt: task.checkedAt,
    failures: 0,
  };
}
