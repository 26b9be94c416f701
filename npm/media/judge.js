// Whether the service would take what a file was found to be, and what to do if not. Needs no Wasm: in a page, the
// browser's own decoders find most of it.

/**
 * @typedef {object} Found
 * @property {string | null} format
 * @property {"video" | "image" | "audio" | "other"} kind what it holds
 * @property {string} name what it is in words, with an article
 * @property {number | null} width as displayed
 * @property {number | null} height
 * @property {number | null} duration in seconds
 * @property {string | null} trouble why its size could not be read, as a sentence about "it"
 * @property {{ code: string, message: string }} [problem] why nothing was found; `message` goes on from "The video "
 */

const WIDE = 16 / 9;

/** How far from 16:9 is still taken: encoders round sizes to even numbers, so 854×480 has to pass. */
const TOLERANCE = 0.01;

/** What Gen-3, which does the work, calls 16:9. */
const GEN3 = { width: 1280, height: 768 };

/** What to pass in place of a file of another kind. */
const INSTEAD = {
  video: "Pass a film of the performance, such as an MP4",
  image: "Pass a picture of the character, such as a JPEG or PNG",
};

/**
 * @param {"video" | "image"} wanted
 * @param {Found} found
 * @param {number | null} bytes the file's length
 */
export function judge(wanted, found, bytes) {
  const { format, width, height, duration } = found;
  const problem =
    bytes === 0 ? { code: "empty", message: "is empty: it has no bytes." } : problemOf(wanted, found);
  return {
    format,
    width,
    height,
    aspectRatio: width && height ? width / height : null,
    duration,
    bytes,
    problems: problem ? [{ ...problem, message: `The ${wanted} ${problem.message}` }] : [],
  };
}

function problemOf(wanted, { kind, name, width, height, trouble, problem }) {
  if (problem) return problem;
  if (kind !== wanted) {
    return {
      code: `not_${wanted === "video" ? "a_video" : "an_image"}`,
      message: `is ${name}. ${INSTEAD[wanted]}.`,
    };
  }
  if (trouble) {
    const message = `cannot be read: it is ${name}, but not a good one. ${trouble} Export it anew, or try another file.`;
    return { code: "unreadable", message };
  }
  return isWide(width, height) ? undefined : notWide(width, height);
}

function isWide(width, height) {
  if (width === GEN3.width && height === GEN3.height) return true;
  return Math.abs(width / height / WIDE - 1) <= TOLERANCE;
}

function notWide(width, height) {
  const crop = cropOf(width, height);
  const advice = crop
    ? `Crop it to ${crop.width}×${crop.height}, from ${crop.x} pixels from the left and ${crop.y} from the top`
    : "It is too small to be cropped to that; use a larger one";
  const message = `is ${width}×${height} as displayed, and the service takes 16:9 only. ${advice}.`;
  return { code: "not_16_9", message, ...(crop && { crop }) };
}

/** The largest part around the middle that is 16:9, in even numbers, which encoders need; nothing where there is none. */
function cropOf(width, height) {
  const even = (side) => Math.round(side / 2) * 2;
  const before = (all, part) => Math.floor((all - part) / 4) * 2;
  // Its height is within a pixel of exact, so nothing that is wider than this fits.
  const widest = Math.min(width, Math.floor(height * WIDE) + 4);
  for (let across = widest - (widest % 2); across > 0; across -= 2) {
    const down = even(across / WIDE);
    if (down > 0 && down <= height && isWide(across, down))
      return { x: before(width, across), y: before(height, down), width: across, height: down };
  }
  return undefined;
}
