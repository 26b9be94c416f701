// The page's thread of events: what is brought becomes the next run, Run starts it, and the stage shows it. Each step is
// a module of its own; here they are only tied together.

import { openBringing } from "./bring.js";
import { askForConnection, currentService, onConnection, openConnection } from "./connection.js";
import { copyText } from "./copy.js";
import { openOffline } from "./offline.js";
import { announce, element } from "./page.js";
import { chosenPlace, openRehearsal } from "./rehearsal.js";
import { markShownRun, openRunList } from "./run-list.js";
import { filesOf, isUnderWay, openRuns, resumeRun, runs, startRun, stopRun } from "./run/runs.js";
import { samples } from "./samples.js";
import { showSnippet } from "./snippet.js";
import { openSource } from "./source.js";
import { openFailure } from "./stage/failure.js";
import { openDownload } from "./stage/save-video.js";
import { openStage, showRun, shownRun } from "./stage/stage.js";
import { chooseLanguage, currentLanguage, onLanguage, openText, t } from "./words/text.js";

/** @typedef {import("./run/runs.js").Run} Run */

const form = element("job", HTMLFormElement);
const run = element("run", HTMLButtonElement);
const promise = element("promise", HTMLElement);
const remark = element("remark", HTMLElement);
const language = element("language", HTMLSelectElement);

/** Nothing can be put in step before all of it is there. */
let isOpen = false;
let lastStart = -Infinity;
/** Whether Run was pressed while what is chosen was still being looked at. */
let isWanted = false;
/** The second click of a double-click is not a second run. */
const DOUBLE_CLICK_MS = 600;

await openText();

const video = openSource("video", refresh);
const image = openSource("image", refresh);
const sources = { video, image };

openConnection();
onConnection(() => {
  refresh();
  start();
});
openRehearsal(refresh);
openStage();
openRunList((chosen) => putOnStage(chosen));
openFailure(act);
openDownload(shownRun, () => (remark.textContent = t("download.failed")));
openBringing(async (kind, what) => {
  await sources[kind].bring(what);
  if (readyToRun()) run.focus();
});
openButtons();
isOpen = true;
onLanguage(refresh);
start();
await openRuns();
const unfinished = [...runs.values()].find(isUnderWay);
if (unfinished) putOnStage(unfinished);
openOffline();

/** Something to press Run on, unless runs are paid: there nothing is chosen for the visitor. */
function start() {
  if (currentService() === "live" || currentService() === "worker") return;
  if (!video.read()) video.bring(samples.video[0]);
  if (!image.read()) image.bring(samples.image[0]);
}

function openButtons() {
  // However late the second click of a double-click is handled, it does not submit.
  element("run", HTMLButtonElement).addEventListener("click", (event) => {
    if (event.detail > 1) event.preventDefault();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    startFromSources();
  });
  on("stop", stopRun);
  on("watch", resumeRun);
  on("change", change);
  on("copy-link", async ({ task }) => {
    const copied = await copyText(task?.videoUrl ?? "");
    remark.textContent = copied ? t("link.copied") : (task?.videoUrl ?? "");
    announce(t(copied ? "link.copied" : "link.shown"));
  });
  language.addEventListener("change", () => chooseLanguage(language.value));
}

/** @param {string} id @param {(run: Run) => void} action on the run that is shown */
function on(id, action) {
  element(id, HTMLButtonElement).addEventListener("click", () => {
    const shown = shownRun();
    if (!shown) return;
    action(shown);
    // Focus must not be lost with a button that has gone.
    if (element(id, HTMLButtonElement).hidden && document.activeElement === document.body)
      element("status", HTMLElement).focus({ preventScroll: true });
  });
}

function startFromSources() {
  if (performance.now() - lastStart < DOUBLE_CLICK_MS) return;
  const missing = [video, image].find((source) => !source.isReady() && !source.isChecking());
  isWanted = !missing && !readyToRun();
  if (missing) return void missing.lead();
  const [chosenVideo, chosenImage] = [video.read(), image.read()];
  if (!chosenVideo || !chosenImage || !readyToRun()) return;
  lastStart = performance.now();
  putOnStage(startRun({ video: chosenVideo, image: chosenImage }, chosenPlace()));
}

/** @param {Run} chosen */
function putOnStage(chosen) {
  showRun(chosen, { focus: true });
  markShownRun();
  refresh();
}

function readyToRun() {
  return video.isReady() && image.isReady();
}

/** Puts what a run was started with back where it can be changed. @param {Run} chosen */
async function change(chosen) {
  await restore(chosen);
  element("image-file", HTMLInputElement).focus();
}

/** @param {Run} chosen */
async function restore(chosen) {
  const files = await filesOf(chosen);
  const back = (
    /** @type {import("./run/runs.js").Sent} */ { name, url, sample },
    /** @type {File | undefined} */ file,
  ) => ({
    ...{ name, sample, file, url: url ?? "" },
  });
  await Promise.all([
    video.restore(back(chosen.video, files.video)),
    image.restore(back(chosen.image, files.image)),
  ]);
}

/** What the buttons beside an error do. @param {import("./run/failure-words.js").Action} action @param {Run} failed */
async function act(action, failed) {
  if (action === "watch") {
    resumeRun(failed);
    showRun(failed, { focus: true });
  } else if (action === "change") await change(failed);
  else if (action === "connect") askForConnection();
  else if (action === "reload") location.reload();
  else if (action === "again") {
    await restore(failed);
    startFromSources();
  }
}

/** Puts in step what depends on what is chosen. */
function refresh() {
  if (!isOpen) return;
  if (isWanted && !video.isChecking() && !image.isChecking()) startFromSources();
  language.value = currentLanguage();
  const service = currentService();
  const chosen = [video.read(), image.read()];
  const hasFile = chosen.some((one) => one?.file);
  run.textContent = t(shownRun() ? "run.next" : "run");
  promise.textContent = t(`promise.${hasFile ? "file" : "url"}.${service}`);
  element("footer-leaves", HTMLElement).textContent = t(`footer.leaves.${service}`);
  const [videoUrl, imageUrl] = chosen.map((one) => (one?.file ? one.name : (one?.url ?? "")));
  showSnippet({ video: videoUrl, image: imageUrl }, chosenPlace());
}
