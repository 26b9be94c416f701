// Reading an options object where JavaScript has to: an object that throws as it is read is invalid input like
// any other.

import { ActOneError } from "./error.js";

/** A plain copy, of what is inherited too; what is no object is given back as it is, for the call itself to refuse. */
export function copyOptions(options) {
  if (options === undefined || options === null) return {};
  if (typeof options !== "object") return options;
  try {
    const copy = Object.create(null);
    for (const name in options) copy[name] = options[name];
    return copy;
  } catch {
    const message = "options cannot be read: a property throws.";
    const issues = [{ path: "options", message }];
    throw new ActOneError({ code: "invalid_input", message: `Nothing was sent. ${message}`, issues });
  }
}
