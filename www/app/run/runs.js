// All runs, those under way and those of the past: started, watched, stopped, taken up again after a reload, deleted. A
// run belongs to one tab, which holds a lock on it; the others show what that tab has stored. It shows nothing.

import { thumbnailOf } from "../media/thumbnails.js";
import { deleteRun, storeBlob, storedBlob, storedRun, storedRuns, storeRun } from "./history.js";
import { isOverFor, kept } from "./run-error.js";
import { createTask, uploadFile, watchTask } from "./service.js";
import { TimeLeft } from "./time-left.js";

/**
 * @typedef {import("act-one").Task} Task
 * @typedef {{ name: string, url: string | null, sample?: string, duration: number | null }} Sent `url` is null for a file until it is
 *   uploaded
 * @typedef {"uploading" | "sending" | "watching" | "stopped" | "ended"} Phase
 * @typedef {object} Run
 * @property {string} id this page's own, not the task's
 * @property {number} createdAt
 * @property {Phase} phase
 * @property {Sent} video
 * @property {Sent} image
 * @property {number | null} filesUntil when uploaded files are gone
 * @property {"sandbox" | "live" | "worker"} service
 * @property {string} baseUrl
 * @property {number} [pollInterval]
 * @property {Task | null} task
 * @property {string} [lookedFor] the Worker's id of a task whose create it got no answer to
 * @property {import("./run-error.js").KeptError | null} error
 *
 * @typedef {{ name: string, url: string, file?: File, sample?: string, duration: number | null }} Draft
 *
 * @typedef {object} Live what is known of a run while it is under way here
 * @property {AbortController} controller
 * @property {TimeLeft} timeLeft
 * @property {boolean} isReconnecting
 * @property {number | null} uploaded 0..1
 */

/** @type {Map<string, Run>} newest first */
export const runs = new Map();
/** @type {Map<string, Live>} */
const live = new Map();
/** @type {Set<(run: Run) => void>} */
const listeners = new Set();

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("act-one.runs") : null;

/** @param {(run: Run) => void} listener also called with a run that was deleted, which is not in `runs` any more */
export const onRun = (listener) => void listeners.add(listener);

/** @param {Run} run */
export const liveOf = (run) => live.get(run.id);

/** Whether something is still to come. @param {Run} run */
export const isUnderWay = ({ phase }) => phase !== "stopped" && phase !== "ended";

/** Whether there is something to watch. @param {Run} run */
const hasTask = ({ task, lookedFor }) => task !== null || lookedFor !== undefined;

/** Reads the history and goes on with what was under way. */
export async function openRuns() {
  for (const run of await storedRuns()) {
    runs.set(run.id, run);
    tell(run);
    if (isUnderWay(run)) follow(run);
  }
  channel?.addEventListener("message", async ({ data: id }) => {
    const run = await storedRun(id);
    const before = runs.get(id);
    if (run) {
      if (before) Object.assign(before, run);
      else putFirst(run);
      tell(runs.get(id) ?? run);
    } else if (before) {
      runs.delete(id);
      tell(before);
    }
  });
}

/**
 * @param {{ video: Draft, image: Draft }} input
 * @param {{ service: Run["service"], baseUrl: string, pollInterval?: number }} place
 * @returns {Run}
 */
export function startRun({ video, image }, place) {
  const sent = /** @param {Draft} draft @returns {Sent} */ ({ name, url, file, sample, duration }) => ({
    name,
    url: file ? null : url,
    sample,
    duration,
  });
  /** @type {Run} */
  const run = {
    ...{ id: crypto.randomUUID(), createdAt: Date.now(), phase: "uploading", filesUntil: null },
    ...{ video: sent(video), image: sent(image), task: null, error: null, ...place },
  };
  putFirst(run);
  if (video.file) storeBlob(run.id, "video", video.file);
  if (image.file) storeBlob(run.id, "image", image.file);
  picture(run, "video.jpg", video.url, "video");
  picture(run, "image.jpg", image.url, "image");
  follow(run, { video: video.file, image: image.file });
  return run;
}

/** Goes on with a task that nobody watches. @param {Run} run */
export function resumeRun(run) {
  if (!hasTask(run) || live.has(run.id)) return;
  run.phase = "watching";
  run.error = null;
  follow(run);
}

/** @param {Run} run */
export function stopRun(run) {
  live.get(run.id)?.controller.abort();
}

/** @param {Run} run */
export async function removeRun(run) {
  runs.delete(run.id);
  live.get(run.id)?.controller.abort();
  await deleteRun(run.id);
  channel?.postMessage(run.id);
  tell(run);
}

/** The files that a run was started with, where they were files. @param {Run} run */
export async function filesOf(run) {
  const [video, image] = await Promise.all([storedBlob(run.id, "video"), storedBlob(run.id, "image")]);
  return { video: asFile(video, run.video.name), image: asFile(image, run.image.name) };
}

/** Sees a run through to its end, unless another tab does so. @param {Run} run @param {{ video?: File, image?: File }} [files] */
async function follow(run, files) {
  const isNew = files !== undefined;
  await whileHeld(run.id, async () => {
    // A tab that was closed in the middle cannot say how far it came.
    if (!isNew && !hasTask(run)) return end(run, kept.interrupted(run.phase === "sending"));
    const controller = new AbortController();
    live.set(run.id, { controller, timeLeft: new TimeLeft(), isReconnecting: false, uploaded: null });
    try {
      await proceed(run, files ?? {}, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) stopped(run);
      else end(run, kept.from(error));
    } finally {
      live.delete(run.id);
      if (runs.has(run.id)) tell(run);
    }
  });
}

/** @param {Run} run @param {{ video?: File, image?: File }} files @param {AbortSignal} signal */
async function proceed(run, files, signal) {
  if (!hasTask(run)) {
    await save(run);
    await upload(run, files, signal);
    run.phase = "sending";
    // Before the create: should the tab die now, the next one knows that a task may exist.
    await save(run);
    const input = { video: run.video.url ?? "", image: run.image.url ?? "" };
    const created = await createTask(run, input, { signal });
    if ("lookedFor" in created) run.lookedFor = created.lookedFor;
    else run.task = created.task;
    run.phase = "watching";
    await save(run);
  }
  /** @param {Task} task */
  const onUpdate = (task) => {
    const now = live.get(run.id);
    if (now) now.isReconnecting = false;
    if (task.status === "running") now?.timeLeft.note(task.progress, Date.now());
    run.task = task;
    save(run);
  };
  const onRetry = () => {
    const now = live.get(run.id);
    if (now) now.isReconnecting = true;
    tell(run);
  };
  tell(run);
  run.task = await watchTask(run, run.task ?? run.lookedFor ?? "", { signal, onUpdate, onRetry });
  await end(run, null);
  if (run.task.posterUrl) picture(run, "result.jpg", run.task.posterUrl, "image");
}

/** @param {Run} run @param {{ video?: File, image?: File }} files @param {AbortSignal} signal */
async function upload(run, files, signal) {
  const given = /** @type {["video" | "image", File][]} */ (Object.entries(files).filter(([, file]) => file));
  const total = given.reduce((sum, [, file]) => sum + file.size, 0);
  const moved = { video: 0, image: 0 };
  await Promise.all(
    given.map(async ([kind, file]) => {
      const { url, expiresAt } = await uploadFile(run, file, {
        signal,
        onMoved({ bytes }) {
          moved[kind] = bytes;
          const now = live.get(run.id);
          if (now) now.uploaded = (moved.video + moved.image) / total;
          tell(run);
        },
      });
      run[kind].url = url;
      if (expiresAt) run.filesUntil = Math.min(expiresAt, run.filesUntil ?? Infinity);
    }),
  );
}

/** @param {Run} run @param {import("./run-error.js").KeptError | null} error */
async function end(run, error) {
  run.phase = "ended";
  run.error = error;
  if (error?.task) run.task = error.task;
  if (error && run.task && !isOverFor(error)) run.error = { ...error, taskId: run.task.id };
  await save(run);
}

/** @param {Run} run */
function stopped(run) {
  if (!runs.has(run.id)) return;
  if (hasTask(run)) {
    run.phase = "stopped";
    save(run);
  } else end(run, kept.interrupted(run.phase === "sending"));
}

/** @param {Run} run */
async function save(run) {
  if (!runs.has(run.id)) return;
  tell(run);
  await storeRun(run);
  channel?.postMessage(run.id);
}

/** @param {Run} run */
function tell(run) {
  for (const listener of listeners) listener(run);
}

/** @param {Run} run */
function putFirst(run) {
  const others = [...runs];
  runs.clear();
  runs.set(run.id, run);
  for (const [id, other] of others) runs.set(id, other);
}

/**
 * @param {Run} run
 * @param {import("./history.js").BlobName} name
 * @param {string} url
 * @param {"video" | "image"} kind
 */
async function picture(run, name, url, kind) {
  const small = await thumbnailOf(url, kind);
  if (!small || !runs.has(run.id)) return;
  await storeBlob(run.id, name, small);
  tell(run);
}

/** @param {Blob | undefined} blob @param {string} name */
function asFile(blob, name) {
  if (!blob) return undefined;
  return blob instanceof File ? blob : new File([blob], name, { type: blob.type });
}

/** Runs an action unless another tab is at it. @param {string} id @param {() => Promise<unknown>} action */
async function whileHeld(id, action) {
  // Only pages with a secure origin have locks; elsewhere each tab watches for itself, which costs a few reads.
  if (!navigator.locks) return action();
  await navigator.locks.request(`act-one.run.${id}`, { ifAvailable: true }, async (lock) => {
    if (lock) await action();
  });
}
