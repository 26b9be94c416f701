// Who is compared, in the table's order. Every contestant is one file in contestants/ with the same two functions:
//
// - `run(input)` creates one task, waits for its end and gives the video's address, with the client's defaults: what
//   a smallest page does. The bundler leaves out whatever that does not need.
// - `connect({ fetch, pollInterval })` gives a function that waits for a task by its id, through a `fetch` of the
//   bench's own. `pollInterval` (ms) is passed on where the client has such an option.

import { readFileSync } from "node:fs";

/**
 * @typedef {object} Contestant
 * @property {string} name its file in contestants/
 * @property {string} title
 * @property {"ours" | "peer" | "floor"} side
 */

/**
 * What each file in contestants/ gives.
 *
 * @typedef {object} Client
 * @property {(input: { video: string, image: string }) => Promise<string>} run
 * @property {(connection: { fetch: typeof fetch, pollInterval?: number }) => (id: string) => Promise<unknown>} connect
 */

/** @type {Contestant[]} */
export const CONTESTANTS = [
  { name: "act-one", title: `act-one ${versionOf("../package.json")}`, side: "ours" },
  peer("fal", "@fal-ai/client"),
  peer("replicate", "replicate"),
  peer("runway", "@runwayml/sdk"),
  peer("luma", "lumaai"),
  { name: "hand", title: "by hand", side: "floor" },
  { name: "hand-request", title: "by hand, Request", side: "floor" },
];

/** Ours with a `fetch` of the caller's own, which costs CPU time and nothing else. */
export const OWN_FETCH = "act-one-own-fetch";

/** By hand, with our Wasm loaded and unused: told apart where the start is measured. */
export const UNUSED_WASM = "hand-wasm";

/** @param {string} name @param {string} packageName @returns {Contestant} */
function peer(name, packageName) {
  const { dependencies } = JSON.parse(read("package.json"));
  return { name, title: `${packageName} ${dependencies[packageName]}`, side: "peer" };
}

/** @param {string} file */
function versionOf(file) {
  return JSON.parse(read(file)).version;
}

/** @param {string} file */
function read(file) {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}
