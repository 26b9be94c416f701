// How a task is written on the wire: the create, feed and callback bodies that the gateway and its siblings publish,
// field for field. Those that only public code or pages show are in family-shapes.js, errors in errors.js.

import { codeOnly, familyCreates, familyFeeds } from "./family-shapes.js";

/** @typedef {import("./index.js").SandboxTask} SandboxTask */

/** @typedef {NonNullable<import("./index.js").SandboxOptions["createShape"]>} CreateShape */
/** @typedef {import("./index.js").FeedShape} FeedShape */
/** @typedef {NonNullable<import("./index.js").SandboxOptions["callbackShape"]>} CallbackShape */

export const createShapes = () => ["seed", "current", "flat", "record", ...Object.keys(familyCreates)];
export const feedShapes = () => ["wrapped", "flat", "numeric", "words", ...Object.keys(familyFeeds)];
export const callbackShapes = () => ["bare", "codeOnly", ...feedShapes()];

/** What a task costs, in the credits that the numeric record shows. */
const POINTS = "500";

const words = {
  gateway: { queued: "QUEUED", running: "IN_PROGRESS", failed: "FAILURE", succeeded: "SUCCESS" },
  provider: { queued: "PENDING", running: "RUNNING", failed: "FAILED", succeeded: "SUCCEEDED" },
  numeric: { queued: "0", running: "1", failed: "2", succeeded: "3" },
  plain: { queued: "pending", running: "processing", failed: "failed", succeeded: "succeeded" },
  spoken: { queued: "in queue", running: "processing", failed: "canceled", succeeded: "completed" },
};

/**
 * Where a task stands, in the words of one vocabulary.
 *
 * @param {keyof typeof words} vocabulary
 * @param {SandboxTask} task
 */
export function wordOf(vocabulary, task) {
  return words[vocabulary][task.status];
}

/**
 * @param {CreateShape} shape
 * @param {SandboxTask} task
 * @param {number} seconds how long the create took
 */
export function createBody(shape, task, seconds) {
  const data = { task_id: task.id };
  if (shape in familyCreates) return familyCreates[/** @type {keyof typeof familyCreates} */ (shape)](task);
  if (shape === "current") return { code: 200, message: "", msg: "success", data };
  if (shape === "flat") return { ...data, status: "SUBMITTED" };
  if (shape === "record") {
    const { task_id, ...rest } = numericRecord(task);
    return { code: 200, msg: "success", data: { task_id, state: "pending", ...rest }, exec_time: seconds };
  }
  return { code: 200, msg: "success", data, exec_time: seconds };
}

/**
 * @param {FeedShape} shape
 * @param {SandboxTask} task
 * @param {number} seconds how long the read took
 */
export function feedBody(shape, task, seconds) {
  if (shape in familyFeeds) return familyFeeds[/** @type {keyof typeof familyFeeds} */ (shape)](task);
  if (shape === "flat") return flatRecord(task);
  if (shape === "numeric")
    return { code: 200, msg: "success", data: numericRecord(task), exec_time: seconds };
  if (shape === "words") return { code: 200, msg: "success", data: wordsRecord(task) };
  return { code: "success", message: "", data: wrappedRecord(task) };
}

/**
 * @param {CallbackShape} shape
 * @param {SandboxTask} task
 */
export function callbackBody(shape, task) {
  if (shape === "bare") return numericRecord(task);
  return shape === "codeOnly" ? codeOnly(task) : feedBody(shape, task, 0);
}

/** @param {SandboxTask} task */
export function wrappedRecord(task) {
  const { result_url, ...record } = gatewayRecord(task);
  return { ...record, data: providerRecord(task) };
}

/** @param {SandboxTask} task */
function flatRecord(task) {
  return { ...gatewayRecord(task), data: {} };
}

/** @param {SandboxTask} task */
function gatewayRecord(task) {
  const { status } = task;
  const ended = status === "succeeded" || status === "failed";
  return {
    task_id: task.id,
    action: "ACT_ONE",
    status: words.gateway[status],
    fail_reason: status === "failed" ? task.failReason : "",
    result_url: status === "succeeded" ? task.results.video : "",
    submit_time: unixSeconds(task.submittedAt),
    start_time: status === "queued" ? 0 : unixSeconds(task.startsAt),
    finish_time: ended ? unixSeconds(task.finishesAt) : 0,
    progress: `${Math.round(task.progress * 100)}%`,
  };
}

/**
 * The provider's own record inside the gateway's; a failed task has none.
 *
 * @param {SandboxTask} task
 */
export function providerRecord(task) {
  const { status } = task;
  if (status === "failed") return null;
  return {
    id: task.id,
    status: words.provider[status],
    createdAt: shanghaiTime(task.submittedAt),
    ...(status === "running" && { progress: Math.round(task.progress * 100) / 100 }),
    ...(status === "succeeded" && { output: [task.results.video] }),
  };
}

/** @param {SandboxTask} task */
export function numericRecord(task) {
  const { status } = task;
  const done = status === "succeeded";
  const failed = status === "failed";
  const changedAt = {
    queued: task.submittedAt,
    running: task.startsAt,
    failed: task.finishesAt,
    succeeded: task.finishesAt,
  };
  return {
    task_id: task.id,
    status: words.numeric[status],
    prompt: "",
    prompt_en: null,
    video_url: done ? task.results.video : null,
    poster: done ? task.results.poster : null,
    last_frame: done ? task.results.lastFrame : null,
    msg: failed ? task.failReason : null,
    point: POINTS,
    refund: failed ? "1" : "0",
    create_time: String(unixSeconds(task.submittedAt)),
    update_time: String(unixSeconds(changedAt[status])),
  };
}

/** @param {SandboxTask} task */
function wordsRecord(task) {
  const { status } = task;
  return {
    task_id: task.id,
    state: words.plain[status],
    video_url: status === "succeeded" ? task.results.video : null,
    msg: status === "failed" ? task.failReason : null,
  };
}

/** @param {number} ms */
export function unixSeconds(ms) {
  return Math.floor(ms / 1000);
}

/**
 * ISO 8601 with the offset that the published records carry.
 *
 * @param {number} ms
 */
function shanghaiTime(ms) {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19) + "+08:00";
}
