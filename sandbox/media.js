// Says whether the service would take a video and an image: both must be there to fetch, and both must be 16:9. What a
// file is, is told by `act-one/media`.

import { checkMedia } from "act-one/media";

/** @typedef {import("./options.js").Settings} Settings */
/** @typedef {Settings["fetch"]} Fetch */

/**
 * @param {{ video: string, image: string }} input
 * @param {Fetch} fetch
 * @param {Settings} settings
 * @returns {Promise<string | undefined>} the first reason to refuse, if there is one
 */
export async function mediaProblem({ video, image }, fetch, { mediaTimeout }) {
  const problems = await Promise.all([
    problemWith("video", video, fetch, mediaTimeout),
    problemWith("image", image, fetch, mediaTimeout),
  ]);
  return problems.find((problem) => problem !== undefined);
}

/**
 * @param {"video" | "image"} what
 * @param {string} address
 * @param {Fetch} fetch
 * @param {number} timeout
 */
async function problemWith(what, address, fetch, timeout) {
  /** @type {number | undefined} */
  let status;
  const signal = AbortSignal.timeout(timeout);
  const options = {
    signal,
    maxRetries: 0,
    async fetch(/** @type {Request} */ request) {
      const response = await fetch(address, { headers: request.headers, signal: request.signal });
      status = response.status;
      return response;
    },
  };
  try {
    const { [what]: report } = await checkMedia({ [what]: address }, options);
    const problem = report?.problems[0];
    if (!problem) return undefined;
    if (problem.code === "not_16_9") return `${what} aspect ratio must be 16:9`;
    return `failed to read ${what}: ${reason(what, problem.code, status)}`;
  } catch (error) {
    if (signal.aborted) return `failed to read ${what}: no answer in ${timeout} ms`;
    throw error;
  }
}

/**
 * @param {"video" | "image"} what
 * @param {import("act-one/media").MediaProblem["code"]} code
 * @param {number | undefined} status of the last answer
 */
function reason(what, code, status) {
  if (code === "unreachable") {
    if (status === undefined) return "no connection to its URL";
    return status < 400 ? "its URL broke off the answer" : `its URL answers HTTP ${status}`;
  }
  if (code === "not_a_video") return "not an MP4 video";
  if (code === "not_an_image") return "not an image that can be read; JPEG, PNG and WebP can";
  return what === "video" ? "not a complete MP4 video" : "not a complete image";
}
