// How long a run may still take, as an honest range: only where its progress has really moved, wide, and never counting
// up. It knows the gateway's habit of deriving 10, 20 and 30 % from the status alone, which say nothing.

/** Up to here, progress may be made from the status alone. */
const DERIVED_PROGRESS = 0.3;

/** Progress is not even: the rest may go faster or slower than what was seen. */
const FASTEST = 0.6;
const SLOWEST = 1.7;

/** From fewer steps nothing can be told. */
const STEPS_NEEDED = 2;

export class TimeLeft {
  /** @type {{ at: number, progress: number }[]} */
  #steps = [];
  /** What was said last; nothing said later may be more. @type {{ low: number, high: number } | null} */
  #said = null;
  #isOver = false;

  /** @param {number | null} progress 0..1 @param {number} at ms */
  note(progress, at) {
    if (progress === null || progress <= DERIVED_PROGRESS) return;
    const last = this.#steps.at(-1);
    if (!last || progress > last.progress) this.#steps.push({ at, progress });
  }

  /** @param {number} now ms @returns {{ low: number, high: number } | null} seconds */
  range(now) {
    if (this.#isOver || this.#steps.length <= STEPS_NEEDED) return null;
    const first = this.#steps[0];
    const last = this.#steps[this.#steps.length - 1];
    const speed = (last.progress - first.progress) / (last.at - first.at);
    const rest = (1 - last.progress) / speed;
    const since = now - last.at;
    const low = Math.max(0, rest * FASTEST - since) / 1000;
    const high = (rest * SLOWEST - since) / 1000;
    if (high <= 0) {
      // The guess has not come true: it is not replaced by another one.
      this.#isOver = true;
      return null;
    }
    const before = this.#said ?? { low, high };
    this.#said = { low: Math.min(before.low, low), high: Math.min(before.high, high) };
    return this.#said;
  }

  /** Whether it once gave a range that has run out. */
  get isOver() {
    return this.#isOver;
  }
}
