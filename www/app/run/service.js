// The one place where the page calls the package: a run's task is created, watched and fetched here, with what belongs
// to the place that the run was sent to.

import { ActOneError, download, submit, waitForTask } from "act-one";
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
 * @returns {Promise<{ url: string, expiresAt: number | null }>}
 */
export async function uploadFile(place, file, { signal }) {
  const { baseUrl, apiKey } = /** @type {{ baseUrl: string, apiKey?: string }} */ (optionsOf(place));
  const headers = new Headers({
    "Content-Type": file.type || "application/octet-stream",
    "Act-One-Filename": encodeURIComponent(file.name),
  });
  if (apiKey) headers.set("Authorization", `Bearer ${apiKey}`);
  const answer = await fetch(`${baseUrl}/uploads`, { method: "POST", headers, body: file, signal }).catch(
    (error) => {
      throw signal.aborted ? error : new UploadRefused(0, String(error));
    },
  );
  if (!answer.ok) throw new UploadRefused(answer.status, await answer.text());
  const { url, expires_at: expiresAt } = await answer.json();
  return { url, expiresAt: typeof expiresAt === "number" ? expiresAt * 1000 : null };
}

export class UploadRefused extends Error {
  /** @param {number} status @param {string} text */
  constructor(status, text) {
    super(text.slice(0, 300));
    this.code = { 0: "network", 401: "unauthorized", 413: "too_large" }[status] ?? "upload_refused";
    this.status = status || null;
  }
}

/**
 * @param {Place} place
 * @param {Task} task
 * @param {{ signal: AbortSignal, onMoved: OnMoved }} options
 * @returns {Promise<Blob>} the finished video
 */
export async function fetchVideo(place, task, { signal, onMoved }) {
  const response = await download(/** @type {any} */ (task), { ...optionsOf(place), signal });
  const total = Number(response.headers.get("Content-Length")) || null;
  let bytes = 0;
  const counted = new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      onMoved({ bytes, total });
      controller.enqueue(chunk);
    },
  });
  const body = /** @type {ReadableStream<Uint8Array>} */ (/** @type {unknown} */ (response.body));
  const type = response.headers.get("Content-Type") ?? "video/mp4";
  return new Response(body.pipeThrough(counted), { headers: { "Content-Type": type } }).blob();
}
