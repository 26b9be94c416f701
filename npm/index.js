// All that the package exports, whatever the runtime: each entry file adds how that runtime gets the Wasm.

export * from "./api.js";
export { createClient } from "./client.js";
export { watchTask } from "./watch.js";
