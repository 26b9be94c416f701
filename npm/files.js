// What a caller passes for a file: recognised by what it can do, whatever realm or polyfill it is of, and held as it is at
// the call. What is nearly a file is refused with what to write instead.

import { Parcel } from "./parcel.js";
import { INPUT } from "./names.js";
import { bytesIn, pick, text } from "./snapshot.js";

/** The first argument with a parcel in place of each file; what is wrong with those is added to `issues`. */
export function filesNow(call, subject, issues, onProgress) {
  const hold = (given, path) => {
    const value = text(given);
    if (typeof value !== "object" || value === null) return value;
    const held = fileNow(value);
    if (typeof held !== "string") return held && new Parcel(path, held, onProgress);
    if (!issues.some((issue) => issue.path === path)) issues.push({ path, message: `${path} ${held}.` });
    return undefined;
  };
  if (call === "upload") return hold(subject, "file");
  if ((call !== "submit" && call !== "run") || typeof subject !== "object" || subject === null)
    return subject;
  return pick(subject, INPUT, (value, name) => (name === "callbackUrl" ? text(value) : hold(value, name)));
}

/** A file's content and what is known of it; what is wrong with it; or `false` for what is no file at all. */
function fileNow(value) {
  try {
    const tag = Object.prototype.toString.call(value);
    if (ArrayBuffer.isView(value) || /^\[object (Shared)?ArrayBuffer\]$/.test(tag)) {
      const bytes = bytesIn(value, Infinity);
      if (!bytes || value.detached || value.buffer?.detached) {
        return "is detached: its bytes were transferred somewhere else. Pass a copy";
      }
      return bytes.length > 0 ? { bytes, size: bytes.length, type: "", name: null } : EMPTY;
    }
    const { size, type, name } = value;
    const isReadable = has(value, "arrayBuffer") || has(value, "stream");
    if (isReadable && Number.isSafeInteger(size) && size >= 0) {
      const isNamed = typeof name === "string" && name !== "";
      return size > 0 ? { blob: value, size, type: String(type ?? ""), name: isNamed ? name : null } : EMPTY;
    }
    if (/^\[object (Blob|File)\]$/.test(tag))
      return "cannot be read: it has no arrayBuffer(). Pass its bytes";
    return mistaken(value, tag);
  } catch {
    return "throws as it is read";
  }
}

const EMPTY = "is empty. Pass a file that has content";

/** What to write in place of what is nearly a file. */
function mistaken(value, tag) {
  if (has(value, "then")) return "is a promise. Await it first";
  if (tag === "[object FileList]" || Array.isArray(value)) return "is a list. Pass one file of it: files[0]";
  if (tag === "[object HTMLInputElement]") return "is an input element. Pass its file: input.files[0]";
  if (has(value, "getFile")) return "is a file's handle. Pass await handle.getFile()";
  if (has(value, "blob")) return "is a Request or Response. Pass its content: await response.blob()";
  if (has(value, "getReader") || has(value, "pipe") || has(value, Symbol.asyncIterator)) {
    return (
      "is a stream, which cannot be sent again when a connection breaks. " +
      "Pass its content: await new Response(stream).blob()"
    );
  }
  if (typeof value.uri === "string") {
    return "names a file by its uri. Pass the file itself: await (await fetch(uri)).blob()";
  }
  return false;
}

const has = (value, method) => typeof value[method] === "function";
