// Minutes in milliseconds: moves Node's mocked timers and clock until a promise has settled, letting everything that
// is not a timer (microtasks, streams) run in between. Needs `mock.timers.enable({ apis: ["setTimeout", "Date"] })`.

import { mock } from "node:test";

/** Neither finer, which takes long, nor so coarse that what happens in between is lost. */
const STEP_MS = 20;

/** Longer than anything a test waits for. */
const LIMIT_MS = 48 * 3_600_000;

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} [step]
 * @returns {Promise<T>}
 */
export async function elapse(promise, step = STEP_MS) {
  let settled = false;
  const settle = () => void (settled = true);
  promise.then(settle, settle);
  for (let passed = 0; !settled && passed < LIMIT_MS; passed += step) {
    await turns();
    if (!settled) mock.timers.tick(step);
  }
  if (!settled) throw new Error(`nothing has happened in ${LIMIT_MS / 3_600_000} hours of virtual time`);
  return promise;
}

/** A few turns of the event loop, for what hangs together without timers. */
export async function turns(count = 3) {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
