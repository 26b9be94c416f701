// Serves a succeeded task's files: the video, its first picture and its last. Every task gets the same short clip,
// made for this project, with the task's id appended in a box that players skip: so two tasks' files are never equal
// byte for byte, and whoever mixes them up can be caught.

import { lastFrame, poster, video } from "./result-clip.js";

/** @typedef {import("./index.js").SandboxTask} SandboxTask */

/** @type {Record<string, { type: string, bytes: (id: string) => Uint8Array<ArrayBuffer> }>} */
const files = {
  "result.mp4": { type: "video/mp4", bytes: (id) => join(fromBase64(video), freeBox(id)) },
  "poster.jpg": { type: "image/jpeg", bytes: () => fromBase64(poster) },
  "last.jpg": { type: "image/jpeg", bytes: () => fromBase64(lastFrame) },
};

/**
 * @param {Request} request
 * @param {string} path below the sandbox's base
 * @param {ReadonlyMap<string, SandboxTask>} tasks
 * @returns {Response | undefined} undefined when there is no such file (yet)
 */
export function serveOutput(request, path, tasks) {
  const [, id, name] = path.match(/^\/outputs\/([^/]+)\/([^/]+)$/) ?? [];
  if (!Object.hasOwn(files, name) || tasks.get(id)?.status !== "succeeded") return undefined;
  const { type, bytes } = files[name];
  return partOf(bytes(id), type, request);
}

/**
 * The whole file, or the one range of it that was asked for (players seek with these).
 *
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} type
 * @param {Request} request
 */
export function partOf(bytes, type, request) {
  const size = bytes.length;
  const etag = `"${fingerprint(bytes)}"`;
  const headers = new Headers({
    "Content-Type": type,
    "Accept-Ranges": "bytes",
    "Cache-Control": "no-store",
    ETag: etag,
  });
  // Of another file, the whole is wanted.
  const isSame = [null, etag].includes(request.headers.get("If-Range"));
  const range = byteRange(isSame ? request.headers.get("Range") : null, size);
  if (range === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  const part = range ? bytes.subarray(range.start, range.end) : bytes;
  if (range) headers.set("Content-Range", `bytes ${range.start}-${range.end - 1}/${size}`);
  headers.set("Content-Length", String(part.length));
  return new Response(request.method === "HEAD" ? null : part, { status: range ? 206 : 200, headers });
}

/**
 * The same for the same bytes (FNV-1a): enough for a stand-in.
 *
 * @param {Uint8Array} bytes
 */
function fingerprint(bytes) {
  const hash = bytes.reduce((hash, byte) => Math.imul(hash ^ byte, 0x01000193), 0x811c9dc5);
  return `${bytes.length.toString(16)}-${(hash >>> 0).toString(16)}`;
}

/**
 * Reads `bytes=a-b`, `bytes=a-` and `bytes=-n`; anything else is ignored, as HTTP asks for.
 *
 * @param {string | null} header
 * @param {number} size
 */
function byteRange(header, size) {
  const [, first, last] = header?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  if (!first && !last) return undefined;
  const start = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last) + 1, size) : size;
  if (first && last && Number(last) < Number(first)) return undefined;
  return start < end ? { start, end } : "unsatisfiable";
}

/**
 * An MP4 box that means "skip me".
 *
 * @param {string} text
 */
function freeBox(text) {
  const content = new TextEncoder().encode(`free${text}`);
  const box = new Uint8Array(4 + content.length);
  new DataView(box.buffer).setUint32(0, box.length);
  box.set(content, 4);
  return box;
}

/** @param {Uint8Array[]} parts */
function join(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** @param {string} text */
function fromBase64(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
