// Many rounds of one measurement: in what order the contestants take their turns, and what is told of the figures.

/**
 * @typedef {object} Spread
 * @property {number} median
 * @property {number} low the lower quartile
 * @property {number} high the upper quartile
 * @property {number} rounds
 */

/**
 * Each round begins with another contestant, and every second one goes the other way around, so that none always
 * follows the same one.
 *
 * @template T
 * @param {T[]} contestants
 * @param {number} round
 */
export function rotated(contestants, round) {
  const first = round % contestants.length;
  const order = [...contestants.slice(first), ...contestants.slice(0, first)];
  return round % 2 === 0 ? order : order.reverse();
}

/** @param {number[]} figures @returns {Spread} */
export function spreadOf(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ share) => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place % 1);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), rounds: figures.length };
}
