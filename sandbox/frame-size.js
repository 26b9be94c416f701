// Finds the width and height of an image or an MP4 behind an address, reading no more than it takes: the first bytes
// of an image, the index of a video (skipping over the pictures when the index comes last). It judges nothing.

/** @typedef {typeof globalThis.fetch} Fetch */
/** @typedef {{ width: number, height: number }} Frame */
/** @typedef {(address: string, fetch: Fetch, signal: AbortSignal) => Promise<Frame>} ReadFrame */

/** Most bytes read of one file. A camera's preview picture or a long video's index fits; a whole film does not. */
const READ_LIMIT = 16 * 1024 * 1024;

/** From this distance on, asking for a later part of the file beats reading up to it. */
const WORTH_SKIPPING = 256 * 1024;

/** @param {typeof import("image-size")} library @returns {ReadFrame} */
export const imageFrame = (library) => (address, fetch, signal) => readImage(library, address, fetch, signal);

/** @param {typeof import("mp4box")} library @returns {ReadFrame} */
export const videoFrame = (library) => (address, fetch, signal) => readVideo(library, address, fetch, signal);

/**
 * @param {typeof import("image-size")} library
 * @param {string} address
 * @param {Fetch} fetch
 * @param {AbortSignal} signal
 * @returns {Promise<Frame>}
 */
async function readImage({ imageSize }, address, fetch, signal) {
  let head = new Uint8Array(0);
  let triedAt = 0;
  /** @param {Uint8Array} chunk */
  const read = (chunk) => {
    const longer = new Uint8Array(head.length + chunk.length);
    longer.set(head);
    longer.set(chunk, head.length);
    head = longer;
    // Trying anew only when there is twice as much keeps a large file from being scanned once a chunk.
    if (head.length < triedAt * 2) return undefined;
    triedAt = head.length;
    return imageFrameIn(imageSize, head);
  };
  const frame = await readUntil(address, 0, fetch, signal, read);
  const found = frame ?? imageFrameIn(imageSize, head);
  if (!found) throw new Error("not an image that can be read; JPEG, PNG and WebP can");
  return found;
}

/**
 * @param {typeof import("image-size").imageSize} imageSize
 * @param {Uint8Array} bytes the beginning of a file
 * @returns {Frame | undefined} undefined when the size is not in it
 */
function imageFrameIn(imageSize, bytes) {
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    if (!(width > 0 && height > 0)) return undefined;
    // Exif orientations from 5 on are turned by a quarter.
    return orientation >= 5 ? { width: height, height: width } : { width, height };
  } catch {
    // The library throws alike for "no image" and for "more bytes needed".
    return undefined;
  }
}

/**
 * @param {typeof import("mp4box")} library
 * @param {string} address
 * @param {Fetch} fetch
 * @param {AbortSignal} signal
 * @returns {Promise<Frame>}
 */
async function readVideo({ createFile, MP4BoxBuffer }, address, fetch, signal) {
  const file = createFile();
  /** @type {Frame | Error | undefined} */
  let found;
  file.onReady = (movie) => {
    found = displayedFrame(movie.videoTracks[0]) ?? new Error("there is no picture in it");
  };
  file.onError = (_, message) => {
    found ??= new Error(message);
  };

  let position = 0;
  let bytesRead = 0;
  while (!found) {
    let next = position;
    const before = bytesRead;
    await readUntil(address, position, fetch, signal, (chunk) => {
      if (position === 0 && bytesRead === 0 && !looksLikeMp4(chunk)) throw new Error("not an MP4 video");
      next = file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(chunk.slice().buffer, position));
      position += chunk.length;
      bytesRead += chunk.length;
      if (bytesRead > READ_LIMIT) throw new Error("its index is too far in to be found");
      return found || next - position > WORTH_SKIPPING || undefined;
    });
    const ended = next <= position || bytesRead === before;
    if (!found && ended) throw new Error("not a complete MP4 video");
    position = next;
  }
  if (found instanceof Error) throw found;
  return found;
}

/**
 * The size on screen: the track header's, which knows of pixels that are not square, turned as its matrix says.
 *
 * @param {import("mp4box").Track | undefined} track
 * @returns {Frame | undefined}
 */
function displayedFrame(track) {
  if (!track) return undefined;
  const width = track.track_width || track.video?.width || 0;
  const height = track.track_height || track.video?.height || 0;
  if (!(width > 0 && height > 0)) return undefined;
  const isTurned = track.matrix?.[0] === 0 && track.matrix?.[1] !== 0;
  return isTurned ? { width: height, height: width } : { width, height };
}

/**
 * Every MP4 or QuickTime file opens with one of these boxes; the parser would wait for ever on anything else.
 *
 * @param {Uint8Array} bytes
 */
function looksLikeMp4(bytes) {
  const box = String.fromCharCode(...bytes.subarray(4, 8));
  return ["ftyp", "styp", "moov", "mdat", "free", "skip", "wide"].includes(box);
}

/**
 * Streams a file from `start` on until `read` returns something, the file ends or the limit is reached.
 *
 * @template T
 * @param {string} address
 * @param {number} start
 * @param {Fetch} fetch
 * @param {AbortSignal} signal
 * @param {(chunk: Uint8Array) => T | undefined} read
 * @returns {Promise<T | undefined>}
 */
async function readUntil(address, start, fetch, signal, read) {
  const response = await open(address, start, fetch, signal);
  // A server that does not know ranges sends the file from its beginning.
  let toSkip = response.status === 206 ? 0 : start;
  let left = READ_LIMIT + toSkip;
  const reader = response.body?.getReader();
  try {
    while (reader && left > 0) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      left -= value.length;
      const wanted = value.subarray(Math.min(toSkip, value.length));
      toSkip -= value.length - wanted.length;
      const result = wanted.length ? read(wanted) : undefined;
      if (result !== undefined) return result;
    }
    return undefined;
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

/**
 * @param {string} address
 * @param {number} start
 * @param {Fetch} fetch
 * @param {AbortSignal} signal
 */
async function open(address, start, fetch, signal) {
  const headers = start > 0 ? { Range: `bytes=${start}-` } : undefined;
  /** @type {Response} */
  let response;
  try {
    response = await fetch(address, { headers, signal });
  } catch {
    throw new Error("no connection to its address");
  }
  if (!response.ok) throw new Error(`its address answers HTTP ${response.status}`);
  return response;
}
