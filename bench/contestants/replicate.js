// replicate: reads every 500 ms, has no timeout for a request. Its service holds a create open for up to a minute. Its
// own `run` takes a prediction that still runs then for a finished one, so the wait for those is written here.

import Replicate from "replicate";

/** @type {import("../contestants.js").Client["run"]} */
export async function run(input) {
  const client = new Replicate({ auth: "key", useFileOutput: false });
  const created = await client.predictions.create({ model: "runway/act-one", input, wait: true });
  return (await client.wait(created, {})).output;
}

/** @type {import("../contestants.js").Client["connect"]} */
export function connect({ fetch, pollInterval }) {
  const client = new Replicate({ auth: "key", fetch });
  return (id) => client.wait({ id }, { interval: pollInterval });
}
