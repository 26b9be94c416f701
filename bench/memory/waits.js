// One contestant in a process of its own, with many waits asleep between two reads: tells what each keeps in memory.
//
// node --expose-gc waits.js CONTESTANT WAITS

import { setTimeout as sleep } from "node:timers/promises";
import { serviceOf } from "../services.js";
import { watchWasm } from "./wasm.js";

const [contestant, waits] = process.argv.slice(2);
// Node's own `fetch` has a Wasm too; it comes with the first `Response`.
void new Response();
await sleep(100);
const wasm = watchWasm();

/** These are there before the first measurement, so that what a client makes once is not counted as a wait's. */
const FIRST_WAITS = 100;
/** Where a client lets its caller choose. */
const POLL_INTERVAL_MS = 60_000;
/** What is shorter is no sleep between two reads: ours waits for its turn so, when thousands begin at once. */
const LEAST_POLL_MS = 2_000;
/** Sleeps between two reads last so much longer than they would: no wait reads twice while the others begin. */
const STRETCH_MS = 600_000;

stretchPollSleeps();
/** @type {import("../contestants.js").Client} */
const { connect } = await import(`../contestants/${contestant}.js`);
const service = serviceOf(contestant, { running: Infinity });
const wait = connect({ fetch: service.fetch, pollInterval: POLL_INTERVAL_MS });

await begin(FIRST_WAITS);
const before = await measure();
await begin(Number(waits));
const after = await measure();
process.send?.({
  heap: (after.heap - before.heap) / Number(waits),
  buffers: (after.buffers - before.buffers) / Number(waits),
  wasm: (after.wasm - before.wasm) / Number(waits),
  wasmAtStart: wasm.atStart(),
});
process.exit();

/** Begins waits and gives them time until all of them sleep: until no more requests come. @param {number} count */
async function begin(count) {
  const readsBefore = service.requests;
  for (let begun = 0; begun < count; begun++) {
    wait("3d957031-9a2a-45e2-9dc7-bc8513059c50").catch((error) => {
      console.error(error);
      process.exit(1);
    });
  }
  for (let seen = -1; seen < service.requests || service.requests - readsBefore < count;) {
    seen = service.requests;
    await sleep(500);
  }
}

async function measure() {
  const requests = service.requests;
  // Several times, with turns of the event loop between: finalizers run then, and what they let go of is collected by
  // the next one.
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.();
    await sleep(20);
  }
  const { heapUsed, external } = process.memoryUsage();
  if (service.requests !== requests) throw new Error("a wait was awake");
  // V8 counts a Wasm memory among the external ones.
  const bytes = wasm.now();
  return { heap: heapUsed, buffers: external - bytes, wasm: bytes };
}

/** Real timers, only later: no wait wakes up while the others still fall asleep. */
function stretchPollSleeps() {
  const setTimer = setTimeout;
  /** @type {any} */ (globalThis).setTimeout = (
    /** @type {() => void} */ callback,
    ms = 0,
    /** @type {any[]} */ ...given
  ) => setTimer(callback, ms < LEAST_POLL_MS ? ms : ms + STRETCH_MS, ...given);
}
