// replicate: reads every 500 ms, has no timeout for a request. `mode: "poll"` is its option for predictions that take
// longer than the minute for which its service holds a request open.

import Replicate from "replicate";

/** @type {import("../contestants.js").Client["run"]} */
export async function run(input) {
  const client = new Replicate({ auth: "key", useFileOutput: false });
  return String(await client.run("runway/act-one", { input, wait: { mode: "poll" } }));
}

/** @type {import("../contestants.js").Client["connect"]} */
export function connect({ fetch, pollInterval }) {
  const client = new Replicate({ auth: "key", fetch });
  return (id) => client.wait({ id }, { interval: pollInterval });
}
