// Where the sandbox gets its time from. A task's state is worked out from `now()` whenever it is read, so a clock is
// all there is to control; only callbacks, which nobody reads, are booked with `after()`. The manual clock never
// moves by itself: tests advance it and never sleep.

/** @typedef {import("./index.js").Clock} Clock */

/**
 * The time of day. Its timers keep a Node process alive only where somebody awaits them.
 *
 * @type {Clock}
 */
export const wallClock = {
  now: () => Date.now(),
  after(ms, action, { keepsAlive = false } = {}) {
    /** @type {any} */
    const timer = setTimeout(action, Math.ceil(ms) + 1);
    // Node's timers are objects that can be told not to hold the process; elsewhere they are numbers.
    if (!keepsAlive) timer.unref?.();
    return () => clearTimeout(timer);
  },
};

/** @type {typeof import("./index.js").createClock} */
export function createClock(start = Date.UTC(2026, 2, 13, 1, 52, 46)) {
  let time = numberFor("createClock(start)", start);
  /** @type {{ due: number, action: () => void }[]} */
  let bookings = [];

  return {
    now: () => time,
    after(ms, action) {
      const booking = { due: time + ms, action };
      bookings.push(booking);
      return () => void (bookings = bookings.filter((booked) => booked !== booking));
    },
    advance(ms) {
      const target = time + numberFor("advance(ms)", ms);
      for (let next = earliest(bookings, target); next; next = earliest(bookings, target)) {
        bookings = bookings.filter((booking) => booking !== next);
        time = Math.max(time, next.due);
        next.action();
      }
      time = target;
    },
  };
}

/**
 * @param {string} call
 * @param {number} ms
 */
function numberFor(call, ms) {
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new RangeError(`${call} takes a number of milliseconds from 0 up, not ${String(ms)}`);
}

/**
 * @param {{ due: number, action: () => void }[]} bookings
 * @param {number} until
 */
function earliest(bookings, until) {
  const due = bookings.filter((booking) => booking.due <= until);
  return due.sort((a, b) => a.due - b.due)[0];
}
