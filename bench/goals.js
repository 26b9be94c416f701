// What the package promises about its costs, and whether a run of the bench bears it out. Changed together with
// README.md beside it, or not at all.

/** @typedef {import("./results.js").Results} Results */
/** @typedef {{ about: "cost" | "schedule", goal: string, was: string, met: boolean }} Goal */

/** @type {Record<string, string>} */
export const RUNTIMES = { node: "Node", workerd: "workerd", chromium: "Chromium" };

/** What the order for this crate allows. */
const MOST_BYTES = 52 * 1024;
const MOST_OVER_HAND = 2.2;
const MOST_OVER_RUNWAY = 1.3;
const MOST_OF_FAL = 0.5;

/** @param {Partial<Results>} results @returns {Goal[]} those of the costs that were measured */
export function goalsOf({ transfer, firstTask, start, cpu, memory, frugality }) {
  /** @type {Goal[]} */
  const goals = [];
  if (transfer) goals.push(atMost("transfer", transfer["act-one"].brotli, MOST_BYTES, "52 KiB", "bytes"));
  if (firstTask) {
    const bytes = (/** @type {string} */ name) => firstTask[name].package + firstTask[name].service;
    const most = MOST_OF_FAL * bytes("fal");
    goals.push(atMost("first finished task", bytes("act-one"), most, "half of @fal-ai/client", "bytes"));
  }
  if (start) {
    const ms = (/** @type {string} */ name) => start.node.contestants[name].median;
    const most = MOST_OVER_RUNWAY * ms("runway");
    goals.push(atMost("start in Node", ms("act-one"), most, `${MOST_OVER_RUNWAY} × @runwayml/sdk`, "ms"));
  }
  if (cpu) {
    const µs = (/** @type {string} */ name) => cpu[name].median;
    const most = MOST_OVER_HAND * µs("hand-request");
    goals.push(atMost("CPU per poll", µs("act-one"), most, `${MOST_OVER_HAND} × by hand, Request`, "µs"));
  }
  if (memory) {
    const bytes = (/** @type {string} */ name) => memory[name].total;
    goals.push(atMost("memory per wait", bytes("act-one"), bytes("runway"), "@runwayml/sdk", "bytes"));
  }
  for (const { scenario, figure, atMost: most, was, met } of frugality?.marks ?? []) {
    goals.push({ about: "schedule", goal: `${scenario}: ${figure} ≤ ${most}`, was: rounded(was), met });
  }
  return goals;
}

/** @param {string} cost @param {number} was @param {number} most @param {string} whose @param {string} unit @returns {Goal} */
function atMost(cost, was, most, whose, unit) {
  return {
    about: "cost",
    goal: `${cost} ≤ ${whose} (${rounded(most)} ${unit})`,
    was: rounded(was),
    met: was <= most,
  };
}

/** Three digits say enough. @param {number} figure */
function rounded(figure) {
  return figure >= 100 ? String(Math.round(figure)) : String(Number(figure.toPrecision(3)));
}
