// Tasks as callers see them, in the service's documented forms: the answer to a create and the wrapped answer to a
// feed. Addresses in it are this Worker's own; the service's ids and addresses stay inside.

import type { State, TaskRecord } from "./task-record.ts";

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
  | "outputId"
>;

const words: Record<State, { gateway: string; provider: string }> = {
  new: { gateway: "NOT_START", provider: "PENDING" },
  sending: { gateway: "SUBMITTED", provider: "PENDING" },
  // A word of the gateway's own that is not an end: readers go on reading.
  unknown: { gateway: "UNKNOWN", provider: "PENDING" },
  waiting: { gateway: "QUEUED", provider: "PENDING" },
  copying: { gateway: "IN_PROGRESS", provider: "RUNNING" },
  succeeded: { gateway: "SUCCESS", provider: "SUCCEEDED" },
  failed: { gateway: "FAILURE", provider: "FAILED" },
};

/** 100 % is said when the copy is there. */
const MOST_PROGRESS_BEFORE_THE_END = 0.99;

export function viewOf(record: TaskRecord): TaskView {
  const { id, state, taskMayExist, createdAt, submittedAt, startedAt, finishedAt } = record;
  const { progress, failReason, outputId } = record;
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
    outputId,
  };
}

export function createAnswer(taskId: string): Response {
  return Response.json({ code: 200, message: "", msg: "success", data: { task_id: taskId } });
}

export function feedAnswer(task: TaskView, origin: string): Response {
  const succeeded = task.state === "succeeded";
  const ended = succeeded || task.state === "failed";
  const video = succeeded ? `${origin}/outputs/${task.outputId}` : "";
  const word = task.state === "waiting" && task.startedAt !== null ? words.copying : words[task.state];
  const progress = ended ? 1 : Math.min(task.progress ?? 0, MOST_PROGRESS_BEFORE_THE_END);
  const provider = {
    id: task.id,
    status: word.provider,
    createdAt: new Date(task.createdAt).toISOString(),
    ...(!ended && task.progress !== null && { progress }),
    ...(succeeded && { output: [video] }),
  };
  const record = {
    task_id: task.id,
    action: "ACT_ONE",
    status: word.gateway,
    fail_reason: task.failReason ?? "",
    result_url: video,
    submit_time: unixSeconds(task.submittedAt ?? task.createdAt),
    start_time: unixSeconds(task.startedAt),
    finish_time: unixSeconds(task.finishedAt),
    progress: `${Math.floor(progress * 100)}%`,
    ...(task.taskMayExist && { task_may_exist: true }),
    data: task.state === "failed" ? null : provider,
  };
  return Response.json({ code: "success", message: "", data: record });
}

/** 0 where it has not happened yet. */
function unixSeconds(ms: number | null): number {
  return ms === null ? 0 : Math.floor(ms / 1000);
}
