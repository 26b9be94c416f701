// Looks at a file or a URL before anything is sent: `act-one/media`, and whether a picture that has to be cropped here can
// be drawn here.

import { checkMedia } from "act-one/media";

/** @typedef {"video" | "image"} Kind */
/** @typedef {{ width: number | null, height: number | null, duration: number | null, bytes: number | null, problems: string[] }} Media */

/** @param {Kind} kind @param {File | string} source @returns {Promise<Media>} */
export async function check(kind, source) {
  const reports = await checkMedia({ [kind]: source });
  const found = /** @type {import("act-one/media").MediaReport} */ (reports[kind]);
  const problems = found.problems.map(({ code }) => /** @type {string} */ (code));
  if (kind === "image" && problems.includes("not_16_9") && !(await canBeDrawn(source)))
    return { ...found, problems: ["unreadable"] };
  return { ...found, problems };
}

/** A HEIC, for one, is read by its head, and shown by hardly any browser. @param {File | string} source */
async function canBeDrawn(source) {
  const image = new Image();
  image.src = typeof source === "string" ? source : URL.createObjectURL(source);
  try {
    await image.decode();
    return true;
  } catch {
    return false;
  } finally {
    if (typeof source !== "string") URL.revokeObjectURL(image.src);
  }
}
