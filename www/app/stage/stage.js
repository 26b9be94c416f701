// The stage shows one run: what it is doing, how long it has run, and the clip at its end; or, with none, the empty
// screen. It is told which run, and shows whatever that run's record says; it decides nothing.

import { announce, element, prefersStillness } from "../page.js";
import { isLookedFor } from "../run/service.js";
import { isUnderWay, liveOf, onRun, runs } from "../run/runs.js";
import { moment, percent, stopwatch, timeRange } from "../words/formats.js";
import { onLanguage, t } from "../words/text.js";
import { hideFailure, showFailure } from "./failure.js";
import { pictureOf, sourceOf } from "./pictures.js";
import { clearFilms, showFilms } from "./player.js";

/** @typedef {import("../run/runs.js").Run} Run */

const status = element("status", HTMLHeadingElement);
const percentText = element("percent", HTMLElement);
const elapsed = element("elapsed", HTMLElement);
const bar = element("progress", HTMLProgressElement);
const remark = element("remark", HTMLElement);
const screen = element("screen", HTMLElement);
const backdrop = element("backdrop", HTMLImageElement);
const curtain = element("curtain", HTMLElement);
const working = element("working", HTMLElement);
const finished = element("finished", HTMLElement);
const player = element("player", HTMLElement);
const buttons = {
  stop: element("stop", HTMLButtonElement),
  watch: element("watch", HTMLButtonElement),
  download: element("download", HTMLButtonElement),
  copyLink: element("copy-link", HTMLButtonElement),
  change: element("change", HTMLButtonElement),
};

/** Screen readers hear of progress in these steps; each new number would drown everything else. */
const ANNOUNCED_STEP = 0.25;

/** @type {Run | null} */
let shown = null;
let announcedState = "";
let announcedSteps = 0;
let cannotPlay = false;

export const shownRun = () => shown;

/** @param {Run | null} run @param {{ focus?: boolean }} [options] */
export function showRun(run, { focus = false } = {}) {
  if (shown !== run) {
    shown = run;
    announcedState = "";
    announcedSteps = 0;
    cannotPlay = false;
    clearFilms();
  }
  show();
  if (focus) status.focus({ preventScroll: isOnScreen(status) });
}

export function openStage() {
  onRun((run) => {
    if (run === shown && !runs.has(run.id)) showRun(null);
    else if (run === shown) show();
    else showTitle();
  });
  onLanguage(show);
  setInterval(() => {
    if (shown && isUnderWay(shown)) showTimes(shown);
  }, 1000);
}

/** What a run is doing, in one word. @param {Run} run */
export function stateOf(run) {
  const { phase, task, error } = run;
  if (phase === "ended") return error ? (error.code === "task_failed" ? "failed" : "error") : "succeeded";
  if (phase !== "watching") return phase;
  if (liveOf(run)?.isReconnecting) return "reconnecting";
  if (!task || isLookedFor(task)) return "looking";
  return task.status === "queued" ? "queued" : "running";
}

function show() {
  const state = shown ? stateOf(shown) : "ready";
  const isWorking = shown !== null && isUnderWay(shown);
  screen.dataset.state = state;
  status.textContent = t(`state.${state}`);
  curtain.hidden = state !== "ready" && state !== "stopped";
  working.hidden = !isWorking;
  finished.hidden = player.hidden = state !== "succeeded";
  bar.hidden = !isWorking;
  buttons.stop.hidden = !isWorking;
  buttons.watch.hidden = state !== "stopped";
  buttons.download.hidden = buttons.copyLink.hidden = state !== "succeeded";
  buttons.change.hidden = state !== "succeeded" && state !== "stopped";
  if (shown && isWorking) showWork(shown, state);
  else showRest(shown, state);
  if (shown?.error) {
    if (showFailure(shown)) announceState(state);
  } else hideFailure();
  showBackdrop(isWorking || state === "stopped" ? shown : null);
  showTitle();
  announceState(state);
}

/** @param {Run} run @param {string} state */
async function showWork(run, state) {
  const { progress, isQueue } = progressOf(run, state);
  bar.dataset.state = isQueue ? "queue" : "";
  if (progress === null) bar.removeAttribute("value");
  else bar.value = progress;
  percentText.textContent = progress === null ? "" : percent(progress);
  remark.textContent = "";
  element("doing", HTMLElement).textContent = t(`doing.${state}`);
  element("sent-names", HTMLElement).textContent = t("sent.names", {
    video: run.video.name,
    image: run.image.name,
  });
  showTimes(run);
  const steps = Math.floor((progress ?? 0) / ANNOUNCED_STEP);
  if (steps > announcedSteps && progress !== null && progress < 1 && announcedState === state) {
    announce(t("announce.progress", { percent: percent(progress) }));
  }
  announcedSteps = Math.max(steps, announcedSteps);
  const [video, image] = await Promise.all([pictureOf(run, "video.jpg"), pictureOf(run, "image.jpg")]);
  if (shown !== run) return;
  setPicture(element("sent-video", HTMLImageElement), video);
  setPicture(element("sent-image", HTMLImageElement), image ?? run.image.url);
}

/** A task in the queue has no progress of its own, whatever number its record carries. @param {Run} run @param {string} state */
function progressOf(run, state) {
  if (state === "uploading") return { progress: liveOf(run)?.uploaded ?? null, isQueue: false };
  const isRunning = run.task?.status === "running" && state !== "sending";
  return { progress: isRunning ? (run.task?.progress ?? null) : null, isQueue: state === "queued" };
}

/** @param {Run} run */
function showTimes(run) {
  const since = run.task?.submittedAt ?? run.createdAt;
  elapsed.textContent = stopwatch((Date.now() - since) / 1000);
  const timeLeft = liveOf(run)?.timeLeft;
  const range = timeLeft?.range(Date.now()) ?? null;
  element("left", HTMLElement).textContent = !run.task
    ? ""
    : range
      ? timeRange(range)
      : t(timeLeft?.isOver ? "left.longer" : "left.usual");
}

/** @param {Run | null} run @param {string} state */
async function showRest(run, state) {
  percentText.textContent = "";
  elapsed.textContent = "";
  remark.textContent = remarkOn(run, state);
  if (!run || state !== "succeeded" || !run.task?.videoUrl) return clearFilms();
  const isSample = run.service === "sandbox";
  element("result-caption", HTMLElement).textContent = t(isSample ? "result.sample" : "result");
  const [performance, portrait, poster] = await Promise.all([
    sourceOf(run, "video"),
    sourceOf(run, "image"),
    pictureOf(run, "result.jpg"),
  ]);
  if (shown !== run) return;
  setPicture(element("portrait", HTMLImageElement), portrait);
  showFilms({
    result: run.task.videoUrl,
    poster: poster ?? run.task.posterUrl ?? "",
    performance,
    onUnplayable() {
      cannotPlay = true;
      remark.textContent = remarkOn(run, state);
    },
  });
}

/** @param {Run | null} run @param {string} state */
function remarkOn(run, state) {
  if (!run) return "";
  if (state === "stopped") return t(run.service === "sandbox" ? "remark.stopped.free" : "remark.stopped");
  if (state !== "succeeded") return "";
  if (cannotPlay) return t(navigator.onLine ? "remark.gone" : "remark.offline");
  if (run.service === "sandbox") return t("remark.sandbox");
  return run.filesUntil ? t("remark.files", { moment: moment(run.filesUntil) }) : t("remark.keep");
}

/** @param {Run | null} run */
async function showBackdrop(run) {
  const picture = run ? ((await pictureOf(run, "image.jpg")) ?? run.image.url) : null;
  if (run && shown !== run) return;
  setPicture(backdrop, picture);
}

/** @param {HTMLImageElement} image @param {string | null} url */
function setPicture(image, url) {
  image.hidden = !url;
  if (url && image.getAttribute("src") !== url) image.src = url;
}

/** The tab's title tells of the run to those who look at another tab meanwhile. */
function showTitle() {
  const others = [...runs.values()].filter((run) => run !== shown && isUnderWay(run)).length;
  const state = shown ? stateOf(shown) : "ready";
  const isRunning = shown?.task?.status === "running" && isUnderWay(shown) && shown.task.progress !== null;
  const own = isRunning ? percent(shown?.task?.progress ?? 0) : state === "ready" ? "" : t(`state.${state}`);
  const base = `${t("title")} · act-one`;
  document.title = own ? `${own} · ${base}` : others > 0 ? `(${others}) ${base}` : base;
}

/** @param {string} state */
function announceState(state) {
  if (state === announcedState) return;
  announcedState = state;
  if (shown) announce(t(`state.${state}`));
}

/** @param {HTMLElement} place */
function isOnScreen(place) {
  const { top, bottom } = place.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

backdrop.addEventListener("error", () => (backdrop.hidden = true));
prefersStillness.addEventListener("change", show);
