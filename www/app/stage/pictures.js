// The pictures that belong to a run, as URLs that an element can show: the small ones of the history, and the files that
// it was started with. Each is made once and given back when the run is deleted.

import { storedBlob } from "../run/history.js";

/** @typedef {import("../run/runs.js").Run} Run */
/** @typedef {import("../run/history.js").BlobName} BlobName */

/** @type {Map<string, string>} */
const made = new Map();

/** @param {Run} run @param {BlobName} name @returns {Promise<string | null>} */
export async function pictureOf(run, name) {
  const key = `${run.id} ${name}`;
  const known = made.get(key);
  if (known) return known;
  const blob = await storedBlob(run.id, name);
  if (!blob) return null;
  const url = made.get(key) ?? URL.createObjectURL(blob);
  made.set(key, url);
  return url;
}

/** The performance or the portrait itself: the file where it is kept, else the URL that was sent. @param {Run} run @param {"video" | "image"} kind */
export async function sourceOf(run, kind) {
  return (await pictureOf(run, kind)) ?? run[kind].url;
}

/** @param {Run} run */
export function forgetPictures(run) {
  for (const [key, url] of made) {
    if (!key.startsWith(`${run.id} `)) continue;
    URL.revokeObjectURL(url);
    made.delete(key);
  }
}
