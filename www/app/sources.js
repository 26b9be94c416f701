// The two source fields: their addresses, their previews and the issues beside them. Whether an address is good is
// not decided here: the package says so, and what it says is shown as it came.

import { element, prefersStillness, service } from "./page.js";

const fields = {
  video: {
    input: element("video", HTMLInputElement),
    issue: element("video-issue", HTMLElement),
    preview: element("video-preview", HTMLVideoElement),
  },
  image: {
    input: element("image", HTMLInputElement),
    issue: element("image-issue", HTMLElement),
    preview: element("image-preview", HTMLImageElement),
  },
};

/** @typedef {keyof typeof fields} SourceName */

/** Fills in the samples and keeps previews in step. `onChange` hears of every edit. */
export function openSources(/** @type {() => void} */ onChange) {
  // The real service could not fetch samples from this machine, and the failed task would still be one that was paid.
  if (service !== "live") fillIn(sampleInput());
  for (const { input, issue, preview } of Object.values(fields)) {
    preview.addEventListener("error", () => markPreview(preview, "No preview from this address"));
    preview.addEventListener("loadeddata", () => markPreview(preview));
    preview.addEventListener("load", () => markPreview(preview));
    input.addEventListener("change", () => showPreview(input, preview));
    input.addEventListener("input", () => {
      clearIssue(input, issue);
      onChange();
    });
    showPreview(input, preview);
  }
}

function sampleInput() {
  return {
    video: new URL("/samples/performance.mp4", location.href).href,
    image: new URL("/samples/portrait.jpg", location.href).href,
  };
}

/** The addresses exactly as typed: the package judges them, not the page. */
export function readInput() {
  return { video: fields.video.input.value.trim(), image: fields.image.input.value.trim() };
}

/** @param {{ video: string, image: string }} input */
export function fillIn(input) {
  for (const name of /** @type {SourceName[]} */ (Object.keys(fields))) {
    fields[name].input.value = input[name];
    showPreview(fields[name].input, fields[name].preview);
  }
}

/**
 * Puts each issue beside its field, the first of them in focus, and gives back those that belong to no field. The
 * message is a sentence whose subject is the path.
 * @param {readonly { path: string, message: string }[]} issues
 */
export function showIssues(issues) {
  const own = issues.filter(({ path }) => path in fields);
  for (const { path, message } of own) {
    const { input, issue } = fields[/** @type {SourceName} */ (path)];
    input.setAttribute("aria-invalid", "true");
    issue.textContent = message.replace(path, "This");
    issue.hidden = false;
  }
  if (own.length > 0) fields[/** @type {SourceName} */ (own[0].path)].input.focus();
  return issues.filter((issue) => !own.includes(issue));
}

export function clearIssues() {
  for (const { input, issue } of Object.values(fields)) clearIssue(input, issue);
}

/** @param {HTMLInputElement} input @param {HTMLElement} issue */
function clearIssue(input, issue) {
  input.removeAttribute("aria-invalid");
  issue.textContent = "";
  issue.hidden = true;
}

/** Whether it can be worth showing; the package is stricter. @param {string} address */
export function isWebAddress(address) {
  return /^https?:\/\//i.test(address);
}

/** Starts the performance over, so that it runs beside the result that it drove. */
export function restartPerformance() {
  fields.video.preview.currentTime = 0;
}

/** @param {HTMLInputElement} input @param {HTMLVideoElement | HTMLImageElement} preview */
function showPreview(input, preview) {
  const address = input.value.trim();
  if (!isWebAddress(address)) {
    preview.removeAttribute("src");
    markPreview(preview, address === "" ? "No address yet" : "No preview from this address");
    return;
  }
  if (preview.src === address) return;
  preview.src = address;
  if (preview instanceof HTMLVideoElement) preview.autoplay = !prefersStillness.matches;
}

/** @param {HTMLElement} preview @param {string} [absence] what to say in its place */
function markPreview(preview, absence = "") {
  if (preview.parentElement) preview.parentElement.dataset.absence = absence;
}
