// The module's memory does not grow with what it has done: a page that polls for days, a server that waits for one
// task after the other. Ends of every kind are among the waits: results, failures, refusals, aborts, timeouts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { DONE, ID, RUNNING, thrower } from "./answers.js";

/** @type {WebAssembly.Exports} */
let exports;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (module, ...imports) => {
  const instantiated = await instantiate(module, ...imports);
  // Node's own fetch has a Wasm too.
  const isOurs = module instanceof WebAssembly.Module && instantiated instanceof WebAssembly.Instance;
  if (isOurs && WebAssembly.Module.customSections(module, "act-one-build").length > 0)
    ({ exports } = instantiated);
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
  () => waitForTask(ID, { ...open, fetch: says(DONE), signal: throwingSignal }),
  () => parseCallback("upstream error"),
  () => {
    const controller = new AbortController();
    const fetch = (request) => {
      controller.abort("enough");
      return Promise.reject(request.signal.reason);
    };
    return waitForTask(ID, { ...open, fetch, signal: controller.signal });
  },
];

/** Calls in which something throws straight into the Rust. */
const THROWS = [
  () => getTask(ID, { ...open, fetch: thrower }),
  () => waitForTask(ID, { ...open, fetch: says(DONE), onUpdate: thrower }),
  () => parseCallback("{ no JSON"),
];

async function doCalls(calls, count) {
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.allSettled(
      Array.from({ length: AT_ONCE }, (_, index) => calls[(done + index) % calls.length]()),
    );
  }
}

/** The bytes of the memory and the slots of the table that holds JavaScript's values; the build names both as it likes. */
function measure() {
  const all = Object.values(exports);
  const bytes = all.find((one) => one instanceof WebAssembly.Memory).buffer.byteLength;
  return { bytes, slots: all.find((one) => one instanceof WebAssembly.Table).length };
}

test("100,000 waits leave the Wasm memory no larger than the first 1,000 did", async () => {
  await doCalls(WAITS, 1_000);
  const after1000 = measure();
  await doCalls(WAITS, 99_000);
  assert.deepEqual(measure(), after1000);
});

// wasm-bindgen keeps a slot of its table, and a number in the memory for it, for each exception that the Rust catches.
test("what throws into the Rust costs no more than a slot each", async () => {
  await doCalls(THROWS, 1_000);
  const before = measure();
  await doCalls(THROWS, 30_000);
  const { bytes, slots } = measure();
  // The table and the memory beside it grow by doubling.
  assert.ok(slots <= 2 * (before.slots + 30_000), `${slots} slots`);
  assert.ok(bytes - before.bytes <= 16 * slots, `${bytes - before.bytes} bytes`);
});
