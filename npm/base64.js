// Bytes out of the base64 text that the build makes of a Wasm.

export function decoded(base64) {
  // Node's and Bun's takes a fraction of a millisecond. As a property, so that no bundler puts a polyfill in.
  if (globalThis.Buffer) return globalThis.Buffer.from(base64, "base64");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
