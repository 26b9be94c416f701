// Further forms in which the gateway's family is seen to answer in public code and on public pages, where those in
// shapes.js are the ones that CometAPI and its nearest siblings publish. Each says where it comes from.

import { numericRecord, providerRecord, unixSeconds, wordOf, wrappedRecord } from "./shapes.js";

/** @typedef {import("./index.js").SandboxTask} SandboxTask */

/** @param {SandboxTask} task */
const wrap = (task, /** @type {object} */ members) => ({
  code: "success",
  message: "",
  data: { ...wrappedRecord(task), ...members },
});

/** @param {SandboxTask} task */
const urlOf = (task) => (task.status === "succeeded" ? task.results.video : "");
/** @param {SandboxTask} task */
const percent = (task) => Math.round(task.progress * 100);
/** @param {SandboxTask} task */
const reasonOf = (task) => (task.status === "failed" ? task.failReason : "");

/** @satisfies {Record<string, (task: SandboxTask) => object>} */
export const familyFeeds = {
  /** new-api (model/task.go): the URL of a finished task stands in `fail_reason`. */
  failReason: (task) => wrap(task, { fail_reason: reasonOf(task) || urlOf(task), data: null }),

  /** Runway's own record, bare: CometAPI's Runway task details. */
  runway: (task) => runwayRecord(task),

  /** new-api's answers of the OpenAI kind: the URL under `metadata`. */
  video: (task) => ({
    id: task.id,
    object: "video",
    status: wordOf("spoken", task),
    progress: percent(task),
    ...(task.status === "succeeded" && { metadata: { url: urlOf(task) } }),
    ...(task.status === "failed" && { error: { code: "task_failed", message: task.failReason } }),
  }),

  /** new-api issue 4834: the URL at the top, and an error that says nothing. */
  url: (task) => ({
    task_id: task.id,
    status: wordOf("spoken", task),
    url: urlOf(task),
    error: { code: task.status === "failed" ? 400 : 0, message: reasonOf(task) },
  }),

  /** CometAPI's older page about webhooks: the URL under `result`. */
  result: (task) => ({
    task_id: task.id,
    status: wordOf("spoken", task),
    progress: percent(task),
    ...(task.status === "succeeded" && { result: { video_url: urlOf(task) } }),
    ...(task.status === "failed" && { message: task.failReason }),
  }),

  /** A sibling's feed page: only `raw_video_url` has the URL. */
  rawVideo: (task) => ({
    code: 200,
    msg: "success",
    data: { ...numericRecord(task), video_url: "", raw_video_url: urlOf(task) },
  }),

  /** new-api (service/task_polling.go): the provider's answer is kept whole, envelope and foreign id included. */
  envelope: (task) =>
    wrap(task, {
      data: { code: 200, msg: "success", data: { task_id: `up-${task.id}`, video_url: urlOf(task) } },
    }),

  /** A sibling's callback page: failure is told by `code`, around the record. */
  code: (task) =>
    task.status === "failed"
      ? { code: 400, msg: task.failReason, data: gatewayOutline(task) }
      : wrap(task, {}),

  /** new-api (model/task.go): its whole record. */
  full: (task) => {
    const { task_id, action, status, fail_reason, submit_time, start_time, finish_time, progress, data } =
      wrappedRecord(task);
    return {
      code: "success",
      message: "",
      data: {
        id: 81,
        created_at: submit_time,
        updated_at: submit_time,
        task_id,
        platform: "runway",
        user_id: 7,
        group: "default",
        channel_id: 3,
        quota: 200_000,
        action,
        status,
        fail_reason,
        submit_time,
        start_time,
        finish_time,
        progress,
        properties: { input: "" },
        data,
      },
    };
  },

  /** The record of Runway's web application as the provider's: useapi.net's and 302.ai's pages. */
  application: (task) => wrap(task, { result_url: "", progress: "", data: applicationRecord(task) }),

  /** The same, under `task`. */
  task: (task) => ({ task: applicationRecord(task) }),

  /** Gateways that keep what the provider said in a text column. */
  text: (task) => wrap(task, { data: JSON.stringify(runwayRecord(task)) }),

  /** `output` is one URL. */
  output: (task) =>
    wrap(task, {
      data: { ...providerRecord(task), ...(task.status === "succeeded" && { output: urlOf(task) }) },
    }),

  /** new-api (relay/relay_task.go): an empty answer while there is nothing to tell. */
  late: (task) => (task.status === "queued" ? { code: "success", message: "", data: null } : wrap(task, {})),
};

/** @satisfies {Record<string, (task: SandboxTask) => object>} */
export const familyCreates = {
  /** new-api's oldest task routes: the id itself is `data`. */
  bareId: (task) => ({ code: "success", message: "", data: task.id }),
  /** new-api issue 4834: an error that says nothing beside the id. */
  emptyError: (task) => ({ task_id: task.id, status: "queued", error: { code: 0, message: "" } }),
};

/**
 * A sibling's callback page: failure is told by `code`, with nothing but the id.
 *
 * @param {SandboxTask} task
 */
export function codeOnly(task) {
  return task.status === "failed"
    ? { code: 400, msg: task.failReason, data: { task_id: task.id } }
    : { code: 200, msg: "success", data: numericRecord(task) };
}

/** @param {SandboxTask} task */
function gatewayOutline(task) {
  return { task_id: task.id, status: wordOf("gateway", task), fail_reason: reasonOf(task) };
}

/** @param {SandboxTask} task */
function runwayRecord(task) {
  return {
    id: task.id,
    status: wordOf("provider", task),
    createdAt: new Date(task.submittedAt).toISOString(),
    ...(task.status === "running" && { progress: percent(task) / 100 }),
    ...(task.status === "succeeded" && { output: [urlOf(task)] }),
    ...(task.status === "failed" && {
      failure: task.failReason,
      failureCode: "INPUT_PREPROCESSING.INTERNAL",
    }),
  };
}

/** @param {SandboxTask} task */
function applicationRecord(task) {
  const { status } = task;
  return {
    id: task.id,
    taskType: "gen3a_turbo_act_one",
    status: status === "queued" ? "THROTTLED" : wordOf("provider", task),
    error:
      status === "failed" ? { errorMessage: task.failReason, reason: "INPUT_PREPROCESSING.INTERNAL" } : null,
    progressText: null,
    progressRatio: status === "queued" ? null : String(percent(task) / 100),
    estimatedTimeToStartSeconds: status === "queued" ? unixSeconds(task.startsAt - task.submittedAt) : null,
    artifacts:
      status === "succeeded"
        ? [
            {
              id: `artifact-${task.id}`,
              url: urlOf(task),
              filename: "Act-One 1",
              fileSize: "12345678",
              previewUrls: [task.results.poster],
              metadata: { frameRate: 24, duration: 5.209, dimensions: [1280, 768] },
            },
          ]
        : [],
  };
}
