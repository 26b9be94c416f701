// The ways by which files and URLs come to the page besides its buttons: dropped anywhere on it, or pasted.

import { element } from "./page.js";

/** @typedef {"video" | "image"} Kind */

const overlay = element("drop-here", HTMLElement);

/** What some systems give no type for. */
const endings = { video: /\.(mp4|mov|m4v|webm|mkv|avi)$/i, image: /\.(jpe?g|png|webp|avif|gif|heic|heif)$/i };

/** @param {(kind: Kind, what: File | string) => void} bring */
export function openBringing(bring) {
  let depth = 0;
  const over = (/** @type {boolean} */ isOver) => {
    depth = isOver ? depth : 0;
    overlay.hidden = !isOver;
  };
  addEventListener("dragenter", (event) => {
    if (!carriesSomething(event)) return;
    depth += 1;
    over(true);
  });
  addEventListener("dragleave", () => {
    depth -= 1;
    if (depth <= 0) over(false);
  });
  addEventListener("dragover", (event) => {
    // Without this a browser opens the file in place of the page.
    if (carriesSomething(event)) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    over(false);
    if (!event.dataTransfer || !carriesSomething(event)) return;
    event.preventDefault();
    take(event.dataTransfer, nearest(event.target), bring);
  });
  addEventListener("paste", (event) => {
    if (!event.clipboardData || document.querySelector("dialog[open]")) return;
    const isField = event.target instanceof HTMLInputElement && event.target.type !== "file";
    if (isField && event.clipboardData.files.length === 0) return;
    if (take(event.clipboardData, undefined, bring)) event.preventDefault();
  });
}

/** @param {DataTransfer} given @param {Kind | undefined} place @param {(kind: Kind, what: File | string) => void} bring */
function take(given, place, bring) {
  /** @type {Map<Kind, File | string>} the last one of each kind */
  const found = new Map();
  for (const file of given.files) found.set(kindOf(file.type, file.name) ?? place ?? "image", file);
  if (found.size === 0) {
    const text = (given.getData("text/uri-list") || given.getData("text/plain")).trim().split("\n")[0].trim();
    if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false;
    found.set(kindOf("", new URL(text).pathname) ?? place ?? "image", text);
  }
  // One at a time: each may open a dialog of its own, and what is ready at once goes first.
  for (const kind of /** @type {Kind[]} */ (["video", "image"])) {
    const what = found.get(kind);
    if (what) bring(kind, what);
  }
  return true;
}

/** @param {string} type @param {string} name @returns {Kind | undefined} */
function kindOf(type, name) {
  return /** @type {Kind[]} */ (["video", "image"]).find(
    (kind) => type.startsWith(`${kind}/`) || (type === "" && endings[kind].test(name)),
  );
}

/** @param {EventTarget | null} target @returns {Kind | undefined} */
function nearest(target) {
  const source = target instanceof Element ? target.closest(".source") : null;
  return source ? (source.id === "video-source" ? "video" : "image") : undefined;
}

/** @param {DragEvent} event */
function carriesSomething({ dataTransfer }) {
  return dataTransfer?.types.some((type) => type === "Files" || type === "text/uri-list") ?? false;
}
