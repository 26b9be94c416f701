// lumaai: has no function that waits, so the loop around its reads is written here; a request may take a minute. In
// Node it brings a `fetch` of its own (node-fetch), which shows in its start there.

import LumaAI from "lumaai";

const POLL_MS = 3_000;

/** @type {import("../contestants.js").Client["run"]} */
export async function run({ image }) {
  const client = new LumaAI({ authToken: "key" });
  const keyframes = { frame0: { type: /** @type {const} */ ("image"), url: image } };
  const { id } = await client.generations.create({ model: "ray-2", prompt: "a person who talks", keyframes });
  return (await wait(client, id, POLL_MS)).assets.video;
}

/** @type {import("../contestants.js").Client["connect"]} */
export function connect({ fetch, pollInterval = POLL_MS }) {
  const client = new LumaAI({ authToken: "key", fetch });
  return (id) => wait(client, id, pollInterval);
}

/** @param {LumaAI} client @param {string} id @param {number} pollMs */
async function wait(client, id, pollMs) {
  for (;;) {
    const generation = await client.generations.get(id);
    if (generation.state === "completed") return generation;
    if (generation.state === "failed") throw new Error(generation.failure_reason);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
