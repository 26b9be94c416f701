// What a wait keeps in memory while it sleeps between two reads, with ten thousand of them at once: JavaScript's heap
// after collection, buffers outside of it, and how far the Wasm's memory has grown. Every contestant has a process of
// its own; the figure is what the ten thousand add to a client that has waits already, divided by their number.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CONTESTANTS } from "./contestants.js";

const WAITS = 10_000;

/** The least of so many is taken: what the collector has not come to yet only ever adds, up to a half. */
const RUNS = 6;

/** @typedef {{ total: number, heap: number, buffers: number, wasm: number, wasmAtStart: number }} Memory bytes */

/** @returns {Promise<Record<string, Memory>>} per wait, but `wasmAtStart`, which is there once */
export async function measureMemory() {
  /** @type {Record<string, Memory>} */
  const measured = {};
  for (const { name } of CONTESTANTS) {
    const runs = await Promise.all(Array.from({ length: RUNS }, () => runOf(name)));
    measured[name] = runs.reduce((least, run) => (run.total < least.total ? run : least));
  }
  return measured;
}

/** @param {string} name @returns {Promise<Memory>} */
async function runOf(name) {
  const script = fileURLToPath(new URL("memory/waits.js", import.meta.url));
  const child = fork(script, [name, String(WAITS)], { execArgv: ["--expose-gc"] });
  const failed = once(child, "exit").then(([status]) => {
    throw new Error(`${name}'s process ended with ${status}`);
  });
  const [message] = await Promise.race([once(child, "message"), failed]);
  return { total: message.heap + message.buffers + message.wasm, ...message };
}
