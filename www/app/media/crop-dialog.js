// The dialog with the movable 16:9 frame: by mouse and touch, by arrow keys, and by a slider for its size. A picture is
// cut when it is accepted; for a film it shows the line that cuts it, because a page would have to encode it anew.

import { element, announce } from "../page.js";
import { number } from "../words/formats.js";
import { t } from "../words/text.js";
import { copyText } from "../copy.js";
import { ffmpegLine, firstFrame, moved, resized } from "./crop-frame.js";

/** @typedef {import("./crop-frame.js").Frame} Frame */
/** @typedef {import("./crop-frame.js").Size} Size */

const dialog = element("crop", HTMLDialogElement);
const title = element("crop-title", HTMLElement);
const hint = element("crop-hint", HTMLElement);
const area = element("crop-area", HTMLElement);
const picture = element("crop-picture", HTMLElement);
const handle = element("crop-frame", HTMLElement);
const place = element("crop-place", HTMLElement);
const sizeSlider = element("crop-size", HTMLInputElement);
const forVideo = element("crop-video", HTMLElement);
const command = element("crop-command", HTMLElement);
const use = element("crop-use", HTMLButtonElement);

/** A key moves the frame by this part of the media, with Shift by the smallest step. */
const KEY_STEP = 0.02;

/** @type {Size} */
let media = { width: 16, height: 9 };
/** @type {Frame} */
let frame = { x: 0, y: 0, width: 16, height: 9 };
let fileName = "";

/**
 * @param {"video" | "image"} kind
 * @param {{ url: string, name: string } & Size} source
 * @returns {Promise<Frame | null>} the frame that was accepted; for a film always null
 */
export async function askForFrame(kind, source) {
  // Two files can be dropped at once, and both can need a frame.
  while (dialog.open)
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  media = { width: source.width, height: source.height };
  fileName = source.name;
  frame = firstFrame(media);
  sizeSlider.value = "100";
  title.textContent = t(`crop.title.${kind}`);
  hint.textContent = t(`crop.hint.${kind}`);
  use.textContent = t(kind === "image" ? "crop.use" : "crop.copy");
  use.value = kind === "image" ? "use" : "copy";
  forVideo.hidden = kind === "image";
  showSource(kind, source.url);
  draw();
  dialog.returnValue = "";
  dialog.showModal();
  fit();
  handle.focus();
  return new Promise((resolve) => {
    const closed = new AbortController();
    const { signal } = closed;
    addEventListener("resize", fit, { signal });
    dialog.addEventListener(
      "close",
      () => {
        closed.abort();
        picture.querySelector(".crop-source")?.remove();
        resolve(dialog.returnValue === "use" ? frame : null);
      },
      { signal },
    );
  });
}

/** @param {"video" | "image"} kind @param {string} url */
function showSource(kind, url) {
  picture.querySelector(".crop-source")?.remove();
  const shown = document.createElement(kind === "image" ? "img" : "video");
  shown.className = "crop-source";
  if (shown instanceof HTMLVideoElement) Object.assign(shown, { muted: true, loop: true, playsInline: true });
  else shown.alt = "";
  shown.src = url;
  picture.prepend(shown);
}

/** Makes the picture as large as the dialog allows, in its own shape. */
function fit() {
  const scale = Math.min(area.clientWidth / media.width, area.clientHeight / media.height);
  picture.style.width = `${media.width * scale}px`;
  picture.style.height = `${media.height * scale}px`;
}

function draw() {
  const { x, y, width, height } = frame;
  handle.style.left = `${(x / media.width) * 100}%`;
  handle.style.top = `${(y / media.height) * 100}%`;
  handle.style.width = `${(width / media.width) * 100}%`;
  handle.style.height = `${(height / media.height) * 100}%`;
  handle.setAttribute("aria-label", t("crop.frame"));
  command.textContent = ffmpegLine(fileName, frame);
}

/** @param {number} dx @param {number} dy pixels of the media */
function move(dx, dy) {
  frame = moved(frame, dx, dy, media);
  draw();
}

function sayPlace() {
  const { x, y, width, height } = frame;
  const part = (/** @type {number} */ at, /** @type {number} */ room) =>
    number(room > 0 ? at / room : 0.5, { style: "percent", maximumFractionDigits: 0 });
  place.textContent = t("crop.place", {
    left: part(x, media.width - width),
    top: part(y, media.height - height),
  });
}

handle.addEventListener("keydown", (event) => {
  const step = event.shiftKey ? 2 : Math.max(2, Math.max(media.width, media.height) * KEY_STEP);
  const ways = /** @type {Record<string, [number, number]>} */ ({
    ArrowLeft: [-step, 0],
    // Frames lie on even pixels: a step of less than two would be lost.
    ArrowRight: [step + 1, 0],
    ArrowUp: [0, -step],
    ArrowDown: [0, step + 1],
  });
  const way = ways[event.key];
  if (way) move(...way);
  else if (event.key === "+" || event.key === "-") {
    sizeSlider.valueAsNumber += event.key === "+" ? 5 : -5;
    sizeSlider.dispatchEvent(new Event("input"));
  } else return;
  event.preventDefault();
  sayPlace();
});

picture.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  event.preventDefault();
  handle.focus();
  picture.setPointerCapture(event.pointerId);
  const scale = media.width / picture.clientWidth;
  const start = { ...frame };
  const from = { x: event.clientX, y: event.clientY };
  const dragged = new AbortController();
  const { signal } = dragged;
  picture.addEventListener(
    "pointermove",
    ({ clientX, clientY }) => {
      frame = moved(start, (clientX - from.x) * scale, (clientY - from.y) * scale, media);
      draw();
    },
    { signal },
  );
  for (const end of ["pointerup", "pointercancel"])
    picture.addEventListener(end, () => dragged.abort(), { signal });
});

sizeSlider.addEventListener("input", () => {
  frame = resized(frame, sizeSlider.valueAsNumber / 100, media);
  draw();
});

use.addEventListener("click", async (event) => {
  if (use.value !== "copy") return;
  // The dialog stays open: the frame can be moved, and the line copied again.
  event.preventDefault();
  const copied = await copyText(command.textContent ?? "");
  if (!copied) getSelection()?.selectAllChildren(command);
  use.textContent = t(copied ? "copied" : "selected");
  announce(use.textContent);
});
