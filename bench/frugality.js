// Reads per task against the delay from done to known: taken from the simulation in frugality/, which runs the poll
// schedule that ships and, beside it, the peers' fixed intervals.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {{ reads: number, readsP99: number, meanDelayS: number | null, delayP95S: number | null }} Frugality
 * @typedef {{ scenario: string, figure: string, atMost: number, was: number, met: boolean }} Mark
 */

/**
 * @returns {{ tasks: number, latencyMs: number, scenarios: Record<string, Frugality>, fixed: Record<string, Frugality>, marks: Mark[] }}
 *   `fixed`: what the peers' intervals would make of a run time of 75 s
 */
export function measureFrugality() {
  const command = ["run", "--release", "--quiet", "--package", "frugality", "--", "--json"];
  const { stdout, stderr, error } = spawnSync("cargo", command, { cwd: root, encoding: "utf8" });
  // Its status tells of marks that are missed, and so does the report; without a report it did not run at all.
  if (!stdout) throw new Error(`The simulation did not run: ${error ?? stderr}`);
  const { tasks, latencyMs, scenarios, frontier } = JSON.parse(stdout);
  /** @type {any[]} */
  const peers = frontier.fixed.filter((/** @type {any} */ { peers }) => peers);
  return {
    tasks,
    latencyMs,
    scenarios: Object.fromEntries(scenarios.map((/** @type {any} */ row) => [row.name, figuresOf(row)])),
    fixed: Object.fromEntries(peers.map((row) => [row.peers, figuresOf(row)])),
    marks: scenarios.flatMap((/** @type {any} */ { name, marks }) =>
      marks.map((/** @type {Mark} */ mark) => ({ ...mark, scenario: name })),
    ),
  };
}

/** @param {any} row @returns {Frugality} */
function figuresOf({ meanReads, readsP99, meanDelayS, delayP95S }) {
  return { reads: meanReads, readsP99, meanDelayS, delayP95S };
}
