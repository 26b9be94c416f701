// The demo's one job, from Run to the finished video: it hands the fields to the package and shows what comes back.
// It submits and waits in two steps, which is all that `run` does, to have the task's id in safe keeping in between.

import { submit, waitForTask, ActOneError } from "act-one";
import { clearFailure, showFailure } from "./failure.js";
import { forgetTask, keepTask, keptTask } from "./kept-task.js";
import { element } from "./page.js";
import { chosenOptions, openRehearsal } from "./rehearsal.js";
import { showSnippet } from "./snippet.js";
import { fillIn, openSources, readInput } from "./sources.js";
import { showFinished, showProgress, showStart, showStopped } from "./stage.js";

/** @typedef {import("./kept-task.js").KeptTask} KeptTask */
/** @typedef {Omit<KeptTask, "task"> & { task?: KeptTask["task"] }} Job a task, or what is to become one */

const form = element("job", HTMLFormElement);
const run = element("run", HTMLButtonElement);
const cancel = element("cancel", HTMLButtonElement);
const resumeOffer = element("resume-offer", HTMLElement);
const resume = element("resume", HTMLButtonElement);

/** @type {AbortController | null} */
let running = null;
/** @type {KeptTask | null} what "Pick it up again" picks up */
let unfinished = null;

openSources(refreshSnippet);
openRehearsal(refreshSnippet);
refreshSnippet();

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!running) follow({ input: readInput(), options: chosenOptions() });
});
cancel.addEventListener("click", (event) => {
  // Cancel takes the place of Run: the second click of a double-click on Run must not land on it.
  if (event.detail < 2) running?.abort();
});
resume.addEventListener("click", () => {
  if (unfinished && !running) follow(unfinished);
});

const kept = keptTask();
if (kept) {
  fillIn(kept.input);
  refreshSnippet();
  follow(kept);
}

/** Sees a job through to its end, whatever that is. @param {Job} job */
async function follow(job) {
  running = new AbortController();
  showRunning(job);
  try {
    await watch(job, running.signal);
  } catch (error) {
    if (running.signal.aborted) showCancelled(job);
    else showError(error, job);
  }
  showIdle();
}

/** @param {Job} job @param {AbortSignal} signal */
async function watch(job, signal) {
  const { input, options } = job;
  job.task ??= await submit(input, { ...options, signal });
  const onUpdate = (/** @type {KeptTask["task"]} */ task) => {
    job.task = task;
    keepTask({ task, input, options });
    showProgress(task);
  };
  onUpdate(job.task);
  const task = await waitForTask(job.task, { ...options, signal, onUpdate });
  forgetTask();
  showFinished(task);
}

/** @param {Job} job */
function showRunning({ input, task }) {
  unfinished = null;
  resumeOffer.hidden = true;
  clearFailure();
  showStart({ image: input.image, since: task?.submittedAt ?? undefined });
  cancel.hidden = false;
  run.hidden = true;
}

function showIdle() {
  running = null;
  run.hidden = false;
  // Focus must not be lost with the button that held it.
  if (document.activeElement === cancel) run.focus();
  cancel.hidden = true;
}

/** @param {Job} job */
function showCancelled(job) {
  forgetTask();
  showStopped(
    "Cancelled",
    job.task
      ? `This page stopped watching. Task ${job.task.id} itself goes on: the service has no way to cancel one.`
      : "The request was on its way: the service may have accepted it all the same.",
  );
  offerResume(job);
}

/** @param {unknown} error @param {Job} job */
function showError(error, job) {
  const isOver = error instanceof ActOneError && ["task_failed", "task_not_found"].includes(error.code);
  if (isOver) forgetTask();
  const mayRun = error instanceof ActOneError && error.taskMayExist;
  if (job.task) showStopped(isOver ? "Failed" : "Interrupted");
  else showStopped(mayRun ? "Not known whether it started" : "Not started");
  showFailure(error);
  if (!isOver) offerResume(job);
}

/** @param {Job} job */
function offerResume({ task, input, options }) {
  if (!task) return;
  unfinished = { task, input, options };
  resumeOffer.hidden = false;
}

function refreshSnippet() {
  showSnippet(readInput(), chosenOptions());
}
