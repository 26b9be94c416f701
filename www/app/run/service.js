// The one place where the page calls the package: a run's task is created, watched and fetched here, with what belongs
// to the place that the run was sent to.

import { ActOneError, download, submit, upload, waitForTask } from "act-one";
import { accessTo } from "../connection.js";

/**
 * @typedef {import("act-one").Task} Task
 * @typedef {{ baseUrl: string, pollInterval?: number, id: string, service: string }} Place a run, as far as this needs to know it
 * @typedef {(moved: { bytes: number, total: number | null }) => void} OnMoved
 */

/** @param {Place} place */
function optionsOf({ baseUrl, pollInterval }) {
  return { ...accessTo(baseUrl), ...(pollInterval && { pollInterval }) };
}

/**
 * @param {Place} place
 * @param {{ video: string, image: string }} input
 * @param {{ signal: AbortSignal }} options
 * @returns {Promise<{ task: Task } | { lookedFor: string }>} the id where the Worker has to look for the task first
 */
export async function createTask(place, input, { signal }) {
  // The Worker tells by it that a create in doubt is the same one; the service itself does not.
  const idempotencyKey = place.service === "worker" ? place.id : undefined;
  try {
    return { task: await submit(input, { ...optionsOf(place), signal, idempotencyKey }) };
  } catch (error) {
    const lookedFor = idLookedFor(place, error);
    if (lookedFor === undefined) throw error;
    return { lookedFor };
  }
}

/** The Worker names the feed that says what becomes of a create in doubt. @param {Place} place @param {unknown} error */
function idLookedFor({ service }, error) {
  if (service !== "worker" || !(error instanceof ActOneError) || !error.taskMayExist) return undefined;
  return error.message.match(/the feed for ([\w-]+) says/)?.[1];
}

/** Whether the Worker itself does not know yet if there is such a task. @param {Task} task */
export function isLookedFor({ raw }) {
  const record = /** @type {{ data?: { task_may_exist?: boolean } } | null} */ (raw)?.data;
  return record?.task_may_exist === true;
}

/**
 * @param {Place} place
 * @param {Task | string} task or its id
 * @param {{ signal: AbortSignal, onUpdate: (task: Task) => void, onRetry: () => void }} options
 * @returns {Promise<Task>} the succeeded task
 */
export function watchTask(place, task, { signal, onUpdate, onRetry }) {
  return waitForTask(task, { ...optionsOf(place), signal, onUpdate, onRetry });
}

/**
 * @param {Place} place
 * @param {File} file
 * @param {{ signal: AbortSignal, onMoved: OnMoved }} options
 * @returns {Promise<import("act-one").Upload>}
 */
export async function uploadFile(place, file, { signal, onMoved }) {
  try {
    return await upload(file, { ...optionsOf(place), signal, onProgress: onMoved });
  } catch (error) {
    throw error instanceof ActOneError && error.code === "rejected" ? new UploadRefused(error) : error;
  }
}

/** A file that the place for files does not take. */
class UploadRefused extends Error {
  /** @param {ActOneError} error */
  constructor({ status, message }) {
    super(message);
    this.code = status === 413 ? "too_large" : "upload_refused";
    this.status = status;
  }
}

/**
 * @param {Place} place
 * @param {Task} task
 * @param {{ signal: AbortSignal, onMoved: OnMoved }} options
 * @returns {Promise<Blob>} the finished video
 */
export async function fetchVideo(place, task, { signal, onMoved }) {
  const succeeded = /** @type {import("act-one").SucceededTask} */ (task);
  const response = await download(succeeded, { ...optionsOf(place), signal, onProgress: onMoved });
  return /** @type {Promise<Blob>} */ (response.blob());
}
