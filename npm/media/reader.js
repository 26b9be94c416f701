// What the Wasm finds in a file. It says which piece it has to see next, until it knows.

import { load } from "./load.js";

/**
 * @param {{ size: number | null, read(offset: number, length: number): Promise<{ bytes?: Uint8Array, problem?: object }> }} file
 * @returns {Promise<import("./judge.js").Found>}
 */
export async function read(file) {
  const wasm = await load();
  const pieces = [];
  for (;;) {
    const { found, offset, length } = ask(wasm, file.size, pieces);
    if (found) return found;
    const { bytes, problem } = await file.read(offset, length);
    if (problem) return nothing(problem);
    pieces.push({ offset, bytes });
    if (file.size === 0) return nothing();
  }
}

/** What is found where there is nothing to be read. */
export function nothing(problem) {
  return {
    format: null,
    kind: "other",
    name: "",
    width: null,
    height: null,
    duration: null,
    trouble: null,
    problem,
  };
}

/** What the file is, or which piece to read next. */
function ask(wasm, size, pieces) {
  let told;
  const listener = {
    need: (offset, length) => (told = { offset, length }),
    answer: (format, kind, name, width = null, height = null, duration = null, trouble = null) =>
      (told = { found: { format: format ?? null, kind, name, width, height, duration, trouble } }),
  };
  try {
    const offsets = Float64Array.from(pieces, ({ offset }) => offset);
    const lengths = Uint32Array.from(pieces, ({ bytes }) => bytes.length);
    wasm.examine(listener, size ?? undefined, offsets, lengths, joined(pieces));
    return told;
  } catch {
    // A trap: the next call has to run on a fresh instance.
    wasm.startOver();
    const message = "cannot be read: act-one/media fails on it, which is a bug. Please report it.";
    return { found: nothing({ code: "unreadable", message }) };
  }
}

function joined(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of pieces) {
    all.set(bytes, at);
    at += bytes.length;
  }
  return all;
}
