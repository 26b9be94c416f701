// What the package promises about its costs, and whether a run of the bench bears it out. Changed together with the
// README, or not at all.

import { PEERS } from "./contestants.js";

/** @typedef {import("./results.js").Results} Results */
/** @typedef {{ about: "cost" | "schedule", goal: string, was: string, met: boolean }} Goal */

/** @type {Record<string, string>} */
export const RUNTIMES = { node: "Node", workerd: "workerd", chromium: "Chromium" };

/** A hand-written loop that builds a `Request` pays for that alone; this much on top is for all that a client does. */
const MOST_OVER_HAND = 1.25;

/** @param {Partial<Results>} results @returns {Goal[]} those of the costs that were measured */
export function goalsOf({ transfer, start, cpu, memory, frugality }) {
  /** @type {Goal[]} */
  const goals = [];
  if (transfer) {
    const bytes = (/** @type {string} */ name) => transfer[name].brotli;
    goals.push(under("transfer", bytes, "fal", "bytes"), under("transfer", bytes, "runway", "bytes"));
  }
  for (const [runtime, { contestants }] of Object.entries(start ?? {})) {
    const ms = (/** @type {string} */ name) => contestants[name].median;
    goals.push(atMost(`start in ${RUNTIMES[runtime]}`, ms("act-one"), ms("runway"), "@runwayml/sdk", "ms"));
  }
  if (cpu) {
    const µs = (/** @type {string} */ name) => cpu[name].median;
    goals.push(under("CPU per poll", µs, "fal", "µs"), under("CPU per poll", µs, "runway", "µs"));
    const most = MOST_OVER_HAND * µs("hand-request");
    goals.push(atMost("CPU per poll", µs("act-one"), most, `${MOST_OVER_HAND} × by hand, Request`, "µs"));
  }
  if (memory) {
    const bytes = (/** @type {string} */ name) => memory[name].total;
    for (const { name } of PEERS) goals.push(under("memory per wait", bytes, name, "bytes"));
  }
  for (const { scenario, figure, atMost: most, was, met } of frugality?.marks ?? []) {
    goals.push({ about: "schedule", goal: `${scenario}: ${figure} ≤ ${most}`, was: rounded(was), met });
  }
  return goals;
}

/** @param {string} cost @param {(name: string) => number} figure @param {string} peer @param {string} unit @returns {Goal} */
function under(cost, figure, peer, unit) {
  const title = PEERS.find(({ name }) => name === peer)?.title.replace(/ [\d.]+$/, "");
  return {
    about: "cost",
    goal: `${cost} < ${title} (${rounded(figure(peer))} ${unit})`,
    was: rounded(figure("act-one")),
    met: figure("act-one") < figure(peer),
  };
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
