// `npm run bench`: what ours costs beside its peers and a hand-written loop, all out of one run. Prints one table; a
// whole run is kept in results.json too. It reports and never judges: a goal that is not met fails nothing, but what
// cannot be measured ends it.
//
// npm run bench [-- COST … | --saved] [--markdown]
//   COST        measures these only: transfer, start, cpu, memory, frugality
//   --saved     prints results.json again
//   --markdown  prints the table for the README

import { parseArgs } from "node:util";
import { prepareBench } from "./prepare.js";
import { circumstances, keep, kept } from "./results.js";

const { values, positionals } = parseArgs({
  options: { saved: { type: "boolean" }, markdown: { type: "boolean" } },
  allowPositionals: true,
});

/** Loaded only when everything that they import is installed. @type {Record<string, () => Promise<unknown>>} */
const COSTS = {
  transfer: async () => (await import("./transfer.js")).measureTransfer(),
  start: async () => (await import("./start.js")).measureStart(),
  cpu: async () => (await import("./cpu.js")).measureCpu(),
  memory: async () => (await import("./memory.js")).measureMemory(),
  frugality: async () => (await import("./frugality.js")).measureFrugality(),
};
const unknown = positionals.filter((name) => !(name in COSTS));
if (unknown.length > 0) {
  console.error(`No cost ${unknown.join(", ")}. There are: ${Object.keys(COSTS).join(", ")}.`);
  process.exit(2);
}

const results = values.saved ? kept() : await measure();
const { asMarkdown, asText } = await import("./table.js");
console.log(`\n${values.markdown ? asMarkdown(results) : asText(results)}`);

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
    keep({ ...results, goals: goalsOf(results) });
  } else console.log("bench/results.json stays as it is: it takes whole runs only.");
  return results;
}
