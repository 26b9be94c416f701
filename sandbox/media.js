// Says whether the service would take a video and an image: both must be there to fetch, and both must be 16:9. How a
// file's size is found is in frame-size.js.

import { imageFrame, videoFrame } from "./frame-size.js";
import { loadImageSize, loadMp4box } from "./peers.js";

/** @typedef {import("./options.js").Settings} Settings */
/** @typedef {Settings["fetch"]} Fetch */

/** How far from 16:9 is still taken: encoders round sizes to even numbers, so 854x480 has to pass. */
const TOLERANCE = 0.01;

/**
 * @param {{ video: string, image: string }} input
 * @param {Fetch} fetch
 * @param {Settings} settings
 * @returns {Promise<string | undefined>} the first reason to refuse, if there is one
 */
export async function mediaProblem(input, fetch, { mediaTimeout }) {
  // Where they are missing, that is no fault of the media.
  const [imageSize, mp4box] = await Promise.all([loadImageSize(), loadMp4box()]);
  const problems = await Promise.all([
    problemWith("video", input.video, videoFrame(mp4box), fetch, mediaTimeout),
    problemWith("image", input.image, imageFrame(imageSize), fetch, mediaTimeout),
  ]);
  return problems.find((problem) => problem !== undefined);
}

/**
 * @param {string} what
 * @param {string} address
 * @param {ReturnType<typeof videoFrame>} readFrame
 * @param {Fetch} fetch
 * @param {number} timeout
 */
async function problemWith(what, address, readFrame, fetch, timeout) {
  try {
    const { width, height } = await withTimeout(timeout, (signal) => readFrame(address, fetch, signal));
    const isWide = Math.abs((width / height) * (9 / 16) - 1) <= TOLERANCE;
    return isWide ? undefined : `${what} aspect ratio must be 16:9`;
  } catch (error) {
    return `failed to read ${what}: ${error instanceof Error ? error.message : "unknown error"}`;
  }
}

/**
 * Ends the wait even when what is being waited for does not listen to the signal.
 *
 * @template T
 * @param {number} ms
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withTimeout(ms, work) {
  const aborter = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const timeout = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  try {
    return /** @type {T} */ (await Promise.race([work(aborter.signal), timeout]));
  } finally {
    clearTimeout(timer);
    aborter.abort();
  }
}
