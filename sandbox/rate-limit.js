// How many requests a key may make in a stretch of time. Refused requests do not count against the limit.

/** @typedef {import("./options.js").Settings} Settings */

/**
 * @param {Settings} settings
 * @returns {(key: string) => number} 0 for "go on", else the whole seconds to wait
 */
export function createRateLimit({ rateLimit, clock }) {
  /** @type {Map<string, number[]>} */
  const takenByKey = new Map();

  return (key) => {
    if (!rateLimit) return 0;
    const now = clock.now();
    const taken = (takenByKey.get(key) ?? []).filter((time) => time > now - rateLimit.per);
    takenByKey.set(key, taken);
    if (taken.length >= rateLimit.requests) return Math.ceil((taken[0] + rateLimit.per - now) / 1000);
    taken.push(now);
    return 0;
  };
}
