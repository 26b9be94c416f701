// The stage: what the task is doing, in words and in numbers, and the finished video once there is one. It is told
// what to show and decides nothing.

import { element, prefersStillness } from "./page.js";
import { isWebAddress, restartPerformance } from "./sources.js";

/** @typedef {import("act-one").Task} Task */

const status = element("status", HTMLHeadingElement);
const percent = element("percent", HTMLElement);
const elapsed = element("elapsed", HTMLElement);
const progress = element("progress", HTMLProgressElement);
const detail = element("detail", HTMLElement);
const announcement = element("announcement", HTMLElement);
const curtain = element("curtain", HTMLElement);
const backdrop = element("backdrop", HTMLImageElement);
const result = element("result", HTMLVideoElement);
const outcome = element("outcome", HTMLElement);
const openResult = element("open-result", HTMLAnchorElement);

/** Screen readers hear of progress in these steps; each new number would drown everything else. */
const ANNOUNCED_STEP = 0.25;

const words = { queued: "In the queue", running: "Animating" };

let announcedSteps = 0;
let startedAt = 0;
/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

backdrop.addEventListener("error", () => (backdrop.hidden = true));
result.addEventListener("error", () => {
  if (result.hidden || !result.hasAttribute("src")) return;
  detail.textContent = "The video is finished, but this browser could not play it from its address.";
});

/** @param {{ image: string, since?: number }} start `since`: ms since the epoch, for a task that began before this page. */
export function showStart({ image, since }) {
  announcedSteps = 0;
  startedAt = since ?? Date.now();
  outcome.hidden = true;
  result.pause();
  result.removeAttribute("src");
  result.load();
  result.hidden = true;
  backdrop.hidden = !isWebAddress(image);
  if (isWebAddress(image)) backdrop.src = image;
  curtain.textContent = "";
  detail.textContent = "";
  percent.textContent = "";
  progress.removeAttribute("value");
  status.textContent = since ? "Picking the task up again" : "Sending the request";
  // The focus reads it out; it also waits next to Cancel.
  status.focus({ preventScroll: isOnScreen(status) });
  tick();
  clearInterval(ticking);
  ticking = setInterval(tick, 1000);
}

/** @param {Task} task */
export function showProgress(task) {
  if (task.status !== "queued" && task.status !== "running") return;
  if (status.textContent !== words[task.status]) say(words[task.status]);
  detail.textContent = `Task ${task.id}`;
  if (task.progress === null || (task.status === "queued" && task.progress === 0)) return;
  progress.value = task.progress;
  percent.textContent = `${Math.round(task.progress * 100)}%`;
  const steps = Math.floor(task.progress / ANNOUNCED_STEP);
  if (steps > announcedSteps && task.progress < 1) announcement.textContent = `${percent.textContent} done`;
  announcedSteps = Math.max(steps, announcedSteps);
}

/** @param {Task & { videoUrl: string }} task */
export function showFinished(task) {
  showEnd("Finished", 1);
  percent.textContent = "";
  detail.textContent = `Task ${task.id}`;
  backdrop.hidden = true;
  curtain.textContent = "";
  result.hidden = false;
  result.autoplay = !prefersStillness.matches;
  result.poster = task.posterUrl ?? "";
  result.src = task.videoUrl;
  result.addEventListener("playing", restartPerformance, { once: true });
  openResult.href = task.videoUrl;
  outcome.hidden = false;
}

/** @param {string} title @param {string} explanation */
export function showStopped(title, explanation = "") {
  showEnd(title, 0);
  percent.textContent = "";
  backdrop.hidden = true;
  curtain.textContent = "The finished video plays here";
  detail.textContent = explanation;
}

/** @param {string} title @param {number} value */
function showEnd(title, value) {
  clearInterval(ticking);
  tick();
  progress.value = value;
  say(title);
}

/** @param {string} phase */
function say(phase) {
  status.textContent = phase;
  announcement.textContent = phase;
}

function tick() {
  const seconds = Math.max(0, Math.round((Date.now() - startedAt) / 1000));
  elapsed.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** @param {HTMLElement} place */
function isOnScreen(place) {
  const { top, bottom } = place.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}
