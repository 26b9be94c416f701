// The module's memory does not grow with what it has done: a page that polls for days, a server that waits for one
// task after the other. Ends of every kind are among the waits: results, failures, refusals, aborts, timeouts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DONE, ID, RUNNING, thrower } from "./answers.js";

/** @type {WebAssembly.Exports} */
let exports;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...args) => {
  const instantiated = await instantiate(...args);
  const instance = instantiated.instance ?? instantiated;
  // Node's own fetch has a Wasm too.
  if ("parseCallback" in instance.exports) ({ exports } = instance);
  return instantiated;
};
const { getTask, init, parseCallback, waitForTask } = await import("../../npm/node.js");
await init();
WebAssembly.instantiate = instantiate;

/** What an `onUpdate` throws is told there. */
console.error = () => {};

/** So many at once as there are requests in flight: more would only wait for each other. */
const AT_ONCE = 32;

const failed = { code: "success", data: { task_id: ID, status: "FAILURE", fail_reason: "no face" } };
const open = { apiKey: "sk-memory", baseUrl: "https://gateway.example", maxRetries: 0, pollInterval: 0 };
const says = (body, status) => async () => new Response(JSON.stringify(body), { status });
const twoReads = () => {
  let reads = 0;
  return async () => new Response(JSON.stringify(reads++ === 0 ? RUNNING : DONE));
};

const throwingSignal = { aborted: false, addEventListener: thrower, removeEventListener: thrower };

/** @type {(() => Promise<unknown>)[]} */
const WAITS = [
  () => waitForTask(ID, { ...open, fetch: says(DONE) }),
  () => waitForTask(ID, { ...open, fetch: twoReads(), onUpdate: () => {} }),
  () => waitForTask(ID, { ...open, fetch: says(failed) }),
  () => waitForTask(ID, { ...open, fetch: says({ error: { message: "no" } }, 401) }),
  () => waitForTask(ID, { ...open, fetch: async () => new Response("<html>") }),
  () => waitForTask(ID, { ...open, fetch: says(RUNNING), timeout: 0 }),
  () => waitForTask("", open),
  () => getTask(ID, { ...open, fetch: async () => new Response("upstream error", { status: 502 }) }),
  () => getTask(ID, { ...open, fetch: thrower }),
  () => waitForTask(ID, { ...open, fetch: says(DONE), onUpdate: thrower }),
  () => waitForTask(ID, { ...open, fetch: says(DONE), signal: throwingSignal }),
  () => parseCallback("{ no JSON"),
  () => {
    const controller = new AbortController();
    const fetch = (request) => {
      controller.abort("enough");
      return Promise.reject(request.signal.reason);
    };
    return waitForTask(ID, { ...open, fetch, signal: controller.signal });
  },
];

async function doWaits(count) {
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.allSettled(
      Array.from({ length: AT_ONCE }, (_, index) => WAITS[(done + index) % WAITS.length]()),
    );
  }
}

test("100,000 waits leave the Wasm memory no larger than the first 1,000 did", async () => {
  await doWaits(1_000);
  const tables = Object.values(exports).filter((one) => one instanceof WebAssembly.Table);
  const measure = () => [exports.memory.buffer.byteLength, ...tables.map(({ length }) => length)];
  const after1000 = measure();
  await doWaits(99_000);
  assert.deepEqual(measure(), after1000);
});
