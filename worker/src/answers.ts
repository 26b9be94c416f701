// Tasks as callers see them, in the service's documented forms: the answer to a create and the wrapped answer to a
// feed. URLs in it are this Worker's own; the service's ids stay inside, and its URLs too, unless a video could not be stored.

import type { ListedTask, State, TaskRecord, TaskView } from "./contract.ts";

const words: Record<State, { gateway: string; provider: string }> = {
  new: { gateway: "NOT_START", provider: "PENDING" },
  sending: { gateway: "SUBMITTED", provider: "PENDING" },
  // A word of the gateway's own that is not an end: readers go on reading.
  unknown: { gateway: "UNKNOWN", provider: "PENDING" },
  waiting: { gateway: "QUEUED", provider: "PENDING" },
  copying: { gateway: "IN_PROGRESS", provider: "RUNNING" },
  succeeded: { gateway: "SUCCESS", provider: "SUCCEEDED" },
  failed: { gateway: "FAILURE", provider: "FAILED" },
  // Nobody sees it.
  leaving: { gateway: "UNKNOWN", provider: "PENDING" },
};

export const PLATFORM = "runway";
export const ACTION = "ACT_ONE";

/** 100 % is said when the copy is there. */
const MOST_PROGRESS_BEFORE_THE_END = 0.99;

/** The gateway's word for where the task stands. */
export function wordOf({ state, startedAt }: TaskView): string {
  return state === "waiting" && startedAt !== null ? words.copying.gateway : words[state].gateway;
}

export function viewOf(record: TaskRecord): TaskView {
  const { id, state, taskMayExist, createdAt, submittedAt, startedAt, finishedAt, progress } = record;
  const { failReason, videoUrl, temporaryBecause, outputId } = record;
  return {
    id,
    state,
    taskMayExist,
    createdAt,
    submittedAt,
    startedAt,
    finishedAt,
    progress,
    failReason,
    videoUrl,
    temporaryBecause,
    outputId,
  };
}

export function createAnswer(taskId: string): Response {
  return Response.json({ code: 200, message: "", msg: "success", data: { task_id: taskId } });
}

export function feedAnswer(task: TaskView, origin: string): Response {
  const succeeded = task.state === "succeeded";
  const ended = succeeded || task.state === "failed";
  const isTemporary = task.temporaryBecause !== null;
  const stored = isTemporary ? (task.videoUrl ?? "") : `${origin}/outputs/${task.outputId}`;
  const video = succeeded ? stored : "";
  const progress = progressOf(task);
  const provider = {
    id: task.id,
    status: wordOf(task) === words.copying.gateway ? words.copying.provider : words[task.state].provider,
    createdAt: new Date(task.createdAt).toISOString(),
    ...(!ended && task.progress !== null && { progress }),
    ...(succeeded && { output: [video] }),
  };
  const record = {
    task_id: task.id,
    action: ACTION,
    status: wordOf(task),
    fail_reason: task.failReason ?? "",
    result_url: video,
    ...(isTemporary && { result_temporary: true, result_temporary_reason: task.temporaryBecause }),
    submit_time: unixSeconds(task.submittedAt ?? task.createdAt),
    start_time: unixSeconds(task.startedAt),
    finish_time: unixSeconds(task.finishedAt),
    progress: percent(progress),
    ...(task.taskMayExist && { task_may_exist: true }),
    data: task.state === "failed" ? null : provider,
  };
  return Response.json({ code: "success", message: "", data: record });
}

/** One record of the list: of a task that has ended, the ledger knows enough. */
export function listRecord(listed: ListedTask, task: TaskView | undefined): object {
  return {
    created_at: unixSeconds(listed.createdAt),
    platform: PLATFORM,
    task_id: listed.id,
    action: ACTION,
    status: task ? wordOf(task) : (listed.status ?? "UNKNOWN"),
    model_name: "runwayml_act_one",
    progress: percent(task ? progressOf(task) : listed.status ? 1 : 0),
    quota: 0,
    submit_time: unixSeconds(task?.submittedAt ?? listed.createdAt),
    start_time: unixSeconds(task?.startedAt ?? null),
    finish_time: unixSeconds(task?.finishedAt ?? listed.endedAt),
    ...(task?.taskMayExist && { task_may_exist: true }),
  };
}

function progressOf({ state, progress }: TaskView): number {
  if (state === "succeeded" || state === "failed") return 1;
  return Math.min(progress ?? 0, MOST_PROGRESS_BEFORE_THE_END);
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)}%`;
}

/** 0 where it has not happened yet. */
function unixSeconds(ms: number | null): number {
  return ms === null ? 0 : Math.floor(ms / 1000);
}
