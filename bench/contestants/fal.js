// @fal-ai/client: reads every 500 ms, has no timeout for a request.

import { createFalClient } from "@fal-ai/client";

const MODEL = "fal-ai/act-one";

/** @type {import("../contestants.js").Client["run"]} */
export async function run(input) {
  const { data } = await createFalClient({ credentials: "key" }).subscribe(MODEL, { input });
  return data.video.url;
}

/** @type {import("../contestants.js").Client["connect"]} */
export function connect({ fetch, pollInterval }) {
  const { queue } = createFalClient({ credentials: "key", fetch });
  return (requestId) => queue.subscribeToStatus(MODEL, { requestId, mode: "polling", pollInterval });
}
