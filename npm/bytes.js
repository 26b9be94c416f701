// The Wasm's bytes, out of the base64 text that the build makes of them: no file to find, no request to make.

import base64 from "./wasm/act_one_base64.js";

export function bytes() {
  // Node's and Bun's takes a fraction of a millisecond. As a property, so that no bundler puts a polyfill in.
  if (globalThis.Buffer) return globalThis.Buffer.from(base64, "base64");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
