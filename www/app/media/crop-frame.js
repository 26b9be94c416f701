// The 16:9 frame on a picture or a film: where it may lie and how large it may be. Whole, even pixels, so that every
// video encoder takes it; exactly 16:9. It draws nothing.

/** @typedef {{ x: number, y: number, width: number, height: number }} Frame */
/** @typedef {{ width: number, height: number }} Size */

/** The smallest step that keeps both sides even and the shape exact. */
const STEP = { width: 32, height: 18 };

/** Faces are in the upper part of a picture that is higher than wide. */
const FACE_HEIGHT = 0.38;

/**
 * The frame to start with: as large as can be, over the likely place of a face.
 *
 * @param {Size} media
 * @returns {Frame}
 */
export function firstFrame(media) {
  const { width, height } = frameSize(media, 1);
  const centre = { x: media.width / 2, y: media.height * (media.height > media.width ? FACE_HEIGHT : 0.5) };
  return placed({ x: centre.x - width / 2, y: centre.y - height / 2, width, height }, media);
}

/** @param {Frame} frame @param {number} dx pixels of the media @param {number} dy @param {Size} media */
export const moved = (frame, dx, dy, media) => placed({ ...frame, x: frame.x + dx, y: frame.y + dy }, media);

/** The same centre in another size. @param {Frame} frame @param {number} part 0..1 of the largest frame @param {Size} media */
export function resized(frame, part, media) {
  const { width, height } = frameSize(media, part);
  const x = frame.x + (frame.width - width) / 2;
  const y = frame.y + (frame.height - height) / 2;
  return placed({ x, y, width, height }, media);
}

/** @param {Size} media @param {number} part */
function frameSize(media, part) {
  const most = Math.min(Math.floor(media.width / STEP.width), Math.floor(media.height / STEP.height));
  const steps = Math.max(1, Math.round(most * part));
  return { width: steps * STEP.width, height: steps * STEP.height };
}

/** @param {Frame} frame @param {Size} media @returns {Frame} */
function placed({ x, y, width, height }, media) {
  return { x: even(x, media.width - width), y: even(y, media.height - height), width, height };
}

/** @param {number} value @param {number} most */
function even(value, most) {
  return Math.floor(Math.min(Math.max(value, 0), Math.max(most, 0)) / 2) * 2;
}

/**
 * The line for a shell that cuts the frame out of a video file and leaves its sound as it is.
 *
 * @param {string} name the file's
 * @param {Frame} frame
 */
export function ffmpegLine(name, { x, y, width, height }) {
  const from = quoted(name.startsWith("-") ? `./${name}` : name);
  const base = name.replace(/\.[^.]*$/, "");
  const to = quoted(`${base.startsWith("-") ? "./" : ""}${base}-16x9.mp4`);
  return `ffmpeg -i ${from} -vf "crop=${width}:${height}:${x}:${y}" -c:a copy ${to}`;
}

/** Double quotes, which every shell knows, where they are enough; else single ones. @param {string} text */
function quoted(text) {
  return /["$`\\!%]/.test(text) ? `'${text.replaceAll("'", "'\\''")}'` : `"${text}"`;
}
