// Looks at a file or a URL before anything is sent: what it is, what shape it has, and what is wrong with it.

import { isWide } from "./crop-frame.js";

/** @typedef {"video" | "image"} Kind */
/** @typedef {{ width: number | null, height: number | null, duration: number | null, bytes: number | null, problems: string[] }} Media */

const PATIENCE_MS = 15_000;

/** @param {Kind} kind @param {File | string} source @returns {Promise<Media>} */
export async function check(kind, source) {
  const bytes = typeof source === "string" ? null : source.size;
  const nothing = { width: null, height: null, duration: null, bytes };
  if (bytes === 0) return { ...nothing, problems: ["empty"] };
  if (source instanceof File && isOfOtherKind(kind, source))
    return { ...nothing, problems: [kind === "video" ? "not_a_video" : "not_an_image"] };
  const url = typeof source === "string" ? source : URL.createObjectURL(source);
  try {
    const measured = await (kind === "image" ? measureImage(url) : measureVideo(url));
    return { bytes, ...measured, problems: isWide(measured) ? [] : ["not_16_9"] };
  } catch {
    return { ...nothing, problems: [typeof source === "string" ? "unreachable" : "unreadable"] };
  } finally {
    if (typeof source !== "string") URL.revokeObjectURL(url);
  }
}

/** @param {Kind} kind @param {File} file */
function isOfOtherKind(kind, { type }) {
  return type !== "" && !type.startsWith(`${kind}/`);
}

/** @param {string} url */
async function measureImage(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight, duration: null };
}

/** @param {string} url @returns {Promise<{ width: number, height: number, duration: number | null }>} */
function measureVideo(url) {
  const video = document.createElement("video");
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    video.addEventListener("error", () => reject(video.error));
    video.addEventListener("loadedmetadata", () => {
      const { videoWidth: width, videoHeight: height, duration } = video;
      if (width === 0) reject(new Error("It has no picture"));
      else resolve({ width, height, duration: Number.isFinite(duration) ? duration : null });
    });
    video.preload = "metadata";
    video.src = url;
  }).finally(() => {
    video.removeAttribute("src");
    video.load();
  });
}
