// Ours, with its defaults.

import { createClient, run as runTask } from "act-one";

/** @type {import("../contestants.js").Client["run"]} */
export const run = async (input) => (await runTask(input, { apiKey: "key" })).videoUrl;

/** As most use it: through the global `fetch`. @type {import("../contestants.js").Client["connect"]} */
export function connect({ fetch, pollInterval }) {
  globalThis.fetch = fetch;
  return waitWith({ pollInterval });
}

/** @param {import("act-one").Options} options */
export function waitWith(options) {
  const client = createClient({ apiKey: "key", timeout: null, ...options });
  return (/** @type {string} */ id) => client.waitForTask(id);
}
