// What a page's own decoders tell of a file: they read any that the page can show, of other origins too, and cost no
// download. Nothing where they cannot tell; web workers have none.

import { isLocal } from "./local-file.js";
import { formatOf } from "./signature.js";

/** As much as the format is told by, and whether an image's own decoders pass over something. */
const HEAD_BYTES = 4_096;

const FILMS = ["mp4", "mov", "webm", "mkv"];

/**
 * @param {object} file
 * @param {"video" | "image"} wanted
 * @param {{ signal?: AbortSignal, requestTimeout: number, isOwnFetch: boolean }} settings
 * @returns {Promise<import("./judge.js").Found | undefined>}
 */
export async function seen(file, wanted, settings) {
  if (typeof document === "undefined" || file.size === 0) return undefined;
  const isOpen = isLocal(file.source);
  // A `fetch` of the caller's is to be asked for what is behind a URL.
  if (!isOpen && settings.isOwnFetch) return undefined;
  const head = isOpen || isOfThisOrigin(file.source) ? await headOf(file) : undefined;
  if (head && isPassedOver(head)) return undefined;
  const format = head ? formatOf(head) : null;
  const url = isOpen ? URL.createObjectURL(new Blob([file.source])) : file.source;
  try {
    for (const kind of kindsOf(format, wanted)) {
      const shown = await (kind === "video" ? film : picture)(url, settings);
      if (shown)
        return { format, kind, name: kind === "video" ? "a video" : "an image", trouble: null, ...shown };
    }
    return undefined;
  } finally {
    if (isOpen) URL.revokeObjectURL(url);
  }
}

/** Which decoders to ask. What the wanted kind's does not take may be of the other kind, where the format does not tell. */
function kindsOf(format, wanted) {
  if (format !== null) return [FILMS.includes(format) ? "video" : "image"];
  return wanted === "video" ? ["video", "image"] : ["image", "video"];
}

function isOfThisOrigin(url) {
  return new URL(url).origin === location.origin;
}

async function headOf(file) {
  const { bytes } = await file.read(0, HEAD_BYTES);
  return bytes;
}

/** Whether it says something that browsers do not heed: how a WebP is turned (a bit of its header), how an AVIF is cropped. */
function isPassedOver(head) {
  const format = formatOf(head);
  if (format === "webp") return head[15] === 0x58 && (head[20] & 0x08) !== 0;
  return format === "avif" && new TextDecoder("latin1").decode(head).includes("clap");
}

/** @returns {Promise<{ width: number, height: number, duration: number | null } | undefined>} */
function film(url, settings) {
  const video = document.createElement("video");
  video.preload = "metadata";
  video.muted = true;
  return shownBy(video, "loadedmetadata", url, settings, () => {
    const { videoWidth: width, videoHeight: height, duration } = video;
    // Without pictures: a recording of sound, or a film whose pictures this browser cannot decode.
    return width > 0 ? { width, height, duration: Number.isFinite(duration) ? duration : null } : undefined;
  });
}

function picture(url, settings) {
  const image = document.createElement("img");
  return shownBy(image, "load", url, settings, () => {
    const { naturalWidth: width, naturalHeight: height } = image;
    return width > 0 ? { width, height, duration: null } : undefined;
  });
}

/** What `read` returns once the element has loaded the URL; nothing where it cannot. */
function shownBy(element, event, url, { signal, requestTimeout }, read) {
  return new Promise((resolve) => {
    const end = (shown) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      element.removeAttribute("src");
      // A film goes on loading otherwise.
      element.load?.();
      resolve(shown);
    };
    const abort = () => end(undefined);
    const timer = setTimeout(abort, requestTimeout);
    signal?.addEventListener("abort", abort);
    element.addEventListener(event, () => end(read()), { once: true });
    element.addEventListener("error", abort, { once: true });
    element.src = url;
  });
}
