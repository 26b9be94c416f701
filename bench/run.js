// `npm run bench`: what ours costs beside its peers and a hand-written loop, all out of one run. Prints one table; a
// whole run is kept in results.json and README.md too. It reports and never judges: a goal that is not met fails nothing, but what
// cannot be measured ends it.
//
// npm run bench [-- COST … | --saved] [--markdown]
//   COST        measures these only: transfer, firstTask, start, cpu, memory, frugality; or edge, which has a table of its own
//   --saved     prints results.json again
//   --markdown  prints it as Markdown

import { parseArgs } from "node:util";
import { prepare } from "../xtask/prepare.js";
import { prepareBench } from "./prepare.js";
import { writeReadme } from "./readme.js";
import { circumstances, keep, kept } from "./results.js";

const { values, positionals } = parseArgs({
  options: { saved: { type: "boolean" }, markdown: { type: "boolean" } },
  allowPositionals: true,
});

/** Loaded only when everything that they import is installed. @type {Record<string, () => Promise<unknown>>} */
const COSTS = {
  transfer: async () => (await import("./transfer.js")).measureTransfer(),
  firstTask: async () => (await import("./first-task.js")).measureFirstTask(),
  start: async () => (await import("./start.js")).measureStart(),
  cpu: async () => (await import("./cpu.js")).measureCpu(),
  memory: async () => (await import("./memory.js")).measureMemory(),
  frugality: async () => (await import("./frugality.js")).measureFrugality(),
};
const EDGE = "edge";
const unknown = positionals.filter((name) => !(name in COSTS) && name !== EDGE);
if (unknown.length > 0) {
  console.error(`No cost ${unknown.join(", ")}. There are: ${Object.keys(COSTS).join(", ")}, ${EDGE}.`);
  process.exit(2);
}

if (positionals.includes(EDGE)) await showEdge();
if (positionals.length === 0 || positionals.some((name) => name !== EDGE)) await showCosts();

/** No peer has a Worker to be compared with: what is compared is a wait with held reads and one that polls. */
async function showEdge() {
  prepare();
  const { edgeTable, measureEdge } = await import("../worker/bench.js");
  console.log(`\n${edgeTable(await measureEdge())}`);
}

async function showCosts() {
  const results = values.saved ? kept() : await measure();
  const { asMarkdown, asText } = await import("./table.js");
  console.log(`\n${values.markdown ? asMarkdown(results) : asText(results)}`);
}

async function measure() {
  /** @type {any} */
  const results = circumstances();
  prepareBench();
  const chosen = positionals.length > 0 ? positionals : Object.keys(COSTS);
  for (const cost of Object.keys(COSTS).filter((name) => chosen.includes(name))) {
    const began = Date.now();
    results[cost] = await COSTS[cost]();
    console.log(`▸ ${cost}: measured in ${Math.round((Date.now() - began) / 1_000)} s`);
  }
  if (Object.keys(COSTS).every((cost) => cost in results)) {
    const { goalsOf } = await import("./goals.js");
    const { asMarkdown } = await import("./table.js");
    keep({ ...results, goals: goalsOf(results) });
    writeReadme(asMarkdown(results));
  } else console.log("bench/results.json stays as it is: it takes whole runs only.");
  return results;
}
