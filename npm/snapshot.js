// Plain copies of what a caller passed, made at the call. The Wasm reads nothing else: none of the caller's own code
// runs while it does, and what the caller makes of the same objects afterwards is for the next call.

import { OPTIONS, SUBJECT } from "./names.js";

/** What stands in a copy for a property that throws as it is read. */
const UNREADABLE = Symbol("throws as it is read");

/** What may be a function that returns it. */
const CREDENTIALS = new Set(["apiKey", "accessToken"]);

/** More bytes than the longest callback has: what is cut there is known by it to be too long. */
const MAX_BYTES = 1_048_577;

/** A copy of an input, a task or bytes, with text in place of `URL`s; what else is no plain object stays what it is. */
export const subjectNow = (subject) =>
  isPlain(subject) ? copy(subject, SUBJECT, text) : (bytesIn(subject, MAX_BYTES) ?? text(subject));

/** A copy of options. What is no object stays what it is, for the call itself to refuse. */
export const optionsNow = (options) => settings(options, option);

/** `options` over `defaults`, where each has them. */
export function under(defaults, options) {
  const [below, over] = [defaults, options].map((given) => settings(given, (value) => value));
  // What is no object is refused by the call itself.
  if (typeof over !== "object") return over;
  if (typeof below !== "object") return below;
  return { ...below, ...over };
}

/** A promise has none of the options that it will resolve with. */
const settings = (given, each) => (isPromise(given) ? UNREADABLE : copy(given, OPTIONS, each));

export function isPromise(value) {
  try {
    return typeof value === "object" && value !== null && typeof value.then === "function";
  } catch {
    return false;
  }
}

/** What an object has under `names` and under those that it lists, without what is undefined. */
function copy(object, names, each) {
  if (object === undefined || object === null) return {};
  if (typeof object !== "object") return object;
  try {
    const listed = new Set(names);
    for (const name in object) listed.add(name);
    return pick(object, listed, each);
  } catch {
    // A proxy that does not tell its names.
    return UNREADABLE;
  }
}

/** What an object has under `names`, without what is undefined. */
export function pick(object, names, each) {
  const picked = Object.create(null);
  for (const name of names) {
    const value = read(object, name);
    if (value !== undefined) picked[name] = value === UNREADABLE ? value : each(value, name);
  }
  return picked;
}

function read(object, name) {
  try {
    return object[name];
  } catch {
    return UNREADABLE;
  }
}

/** A `URL` as its text; anything else as it is. */
export function text(value) {
  try {
    return value instanceof URL ? value.href : value;
  } catch {
    return UNREADABLE;
  }
}

/** At most so many bytes of a buffer or a view of one, of any realm, a shared one too; `undefined` for what is neither. */
export function bytesIn(value, most) {
  if (typeof value !== "object" || value === null) return undefined;
  try {
    const { buffer, byteOffset, byteLength } = ArrayBuffer.isView(value) ? value : new DataView(value);
    return new Uint8Array(buffer, byteOffset, Math.min(byteLength, most)).slice();
  } catch {
    return undefined;
  }
}

function option(value, name) {
  // Asked by the Wasm before each request. Whatever it does, a promise comes of it.
  if (CREDENTIALS.has(name) && typeof value === "function") return async () => await value();
  if (name === "timeout") return value === null ? Infinity : value;
  if (name !== "headers" || value === undefined || value === null) return text(value);
  try {
    const pairs = [...new Headers(value)];
    // It takes a function and a promise too, and does not find what is meant.
    const isMeant = pairs.length > 0 || isPlain(value) || Symbol.iterator in value;
    return isMeant && typeof value === "object" ? pairs : false;
  } catch {
    // For the call itself to refuse.
    return false;
  }
}

function isPlain(value) {
  if (typeof value !== "object" || value === null) return false;
  try {
    const prototype = Object.getPrototypeOf(value);
    return prototype === null || Object.getPrototypeOf(prototype) === null;
  } catch {
    return true;
  }
}
