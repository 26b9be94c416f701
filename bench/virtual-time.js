// Time that passes only while everybody sleeps. It stands in for `setTimeout`, `clearTimeout` and `Date.now` of a
// process, for every contestant alike: once nothing else is left to do, the timer that is due first rings at once and
// the clock is set to its time. So a poll costs all that it costs in earnest, its timers included, but no waiting; and
// a request's timeout, which is cleared when the answer is there, never rings. If it ever did, the client's own error
// would end the run: nothing is measured wrongly in silence.

/** @typedef {{ at: number, ring: () => void, ref: () => Timer, unref: () => Timer }} Timer */

/** Puts virtual time in the place of this process's own. */
export function beginVirtualTime() {
  /** @type {Set<Timer>} */
  const timers = new Set();
  let now = Date.now();
  let isIdleAwaited = false;

  Date.now = () => now;
  /** @type {any} */ (globalThis).setTimeout = setTimer;
  /** @type {any} */ (globalThis).clearTimeout = (/** @type {Timer} */ timer) => timers.delete(timer);

  /** @param {(...given: any[]) => void} callback @param {any[]} given */
  function setTimer(callback, ms = 0, ...given) {
    /** @type {Timer} */
    const timer = { at: now + ms, ring: () => callback(...given), ref: () => timer, unref: () => timer };
    timers.add(timer);
    awaitIdle();
    return timer;
  }

  /** The answers come in microtasks, so after the next turn of the event loop only sleepers are left. */
  function awaitIdle() {
    if (isIdleAwaited) return;
    isIdleAwaited = true;
    setImmediate(() => {
      isIdleAwaited = false;
      ringFirst();
    });
  }

  function ringFirst() {
    /** @type {Timer | undefined} */
    let first;
    for (const timer of timers) if (!first || timer.at < first.at) first = timer;
    if (!first) return;
    timers.delete(first);
    now = Math.max(now, first.at);
    first.ring();
    if (timers.size > 0) awaitIdle();
  }
}
