// A file that is at hand: a `Blob` or `File`, read by slices, or bytes.

import { reasonOf } from "./reason.js";

/** Whether this is a file; a `Blob` by its members, because it may be of another realm or a library's. */
export function isLocal(value) {
  return isBlob(value) || bytesOf(value) !== undefined;
}

function isBlob(value) {
  try {
    const { size, slice } = value;
    return Number.isSafeInteger(size) && size >= 0 && typeof slice === "function";
  } catch {
    return false;
  }
}

/** The bytes in a buffer or a view of one, of any realm; nothing for what is neither. */
function bytesOf(value) {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(value) ? value : new DataView(value);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch {
    return undefined;
  }
}

export function openLocal(source) {
  const bytes = isBlob(source) ? undefined : bytesOf(source);
  return {
    source,
    size: bytes ? bytes.length : source.size,
    async read(offset, length) {
      if (bytes) return { bytes: bytes.subarray(offset, offset + length) };
      try {
        return { bytes: new Uint8Array(await source.slice(offset, offset + length).arrayBuffer()) };
      } catch (thrown) {
        // A file that was moved or changed after it was picked.
        const message = `can no longer be read (${reasonOf(thrown)}). Pick it again.`;
        return { problem: { code: "unreachable", message } };
      }
    },
    close() {},
  };
}
