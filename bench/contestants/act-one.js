// Ours, with its defaults.

import { createClient, run as runTask } from "act-one";

/** @type {import("../contestants.js").Client["run"]} */
export const run = async (input) => (await runTask(input, { apiKey: "key" })).videoUrl;

/** @type {import("../contestants.js").Client["connect"]} */
export function connect({ fetch, pollInterval }) {
  const client = createClient({ apiKey: "key", fetch, pollInterval, timeout: null });
  return (id) => client.waitForTask(id);
}
