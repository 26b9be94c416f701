// Proves that the packed package works wherever JavaScript runs: one line a row, and an exit code.
//
//   node tests/everywhere/run.js               the rows that CI runs
//   node tests/everywhere/run.js all           every row
//   node tests/everywhere/run.js vite deno     the rows whose names have one of these words
//
// Of the last two, what has passed is written to README.md beside this file.
//
// Pinned tools are installed when they are missing. What this machine cannot run is SKIPPED, which counts as a failure
// where CI is set.

import { serve } from "../../sandbox/node.js";
import { engines } from "./engines.js";
import { pack } from "./pack.js";
import { hearReports } from "./pages.js";
import { rows } from "./rows.js";
import { writeTable } from "./table.js";
import { installTools, Skip } from "./tools.js";

/** A task that is over in a moment, with every status to be seen. */
const SANDBOX = { checkMedia: false, invisibleFor: 50, queueTime: 150, runTime: 450 };

const wanted = process.argv.slice(2);
const isAll = wanted.length === 1 && wanted[0] === "all";
const chosen = rows.filter(({ name, isLong = false }) =>
  wanted.length === 0 ? !isLong : isAll || wanted.some((word) => name.includes(word)),
);
if (chosen.length === 0) {
  console.error(`No row is named so. There are:\n${rows.map(({ name }) => `  ${name}`).join("\n")}`);
  process.exit(2);
}

/** @param {string} line */
const say = (line) => console.error(`… ${line}`);
const counts = { passed: 0, failed: 0, skipped: 0 };
/** The rows that have passed, with what they were run in. @type {{ name: string, version: string }[]} */
const proven = [];
/** What is to be undone at the end, the last first. @type {(() => unknown)[]} */
const undo = [];

// An end from outside undoes what can be undone at once; browsers end themselves.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

try {
  const scene = await setScene();
  /** @type {Promise<void>[]} */
  const apart = [];
  for (const row of chosen) {
    const proved = prove(row, scene);
    if (row.isApart) apart.push(proved);
    else await proved;
  }
  await Promise.all(apart);
} finally {
  for (const action of undo.reverse()) await action();
}

if (wanted.length > 0) {
  const namesOf = (/** @type {typeof rows} */ some) => some.map(({ name }) => name);
  await writeTable(namesOf(rows), namesOf(chosen), proven);
}
const summary = `${counts.passed} passed, ${counts.failed} failed`;
console.log(counts.skipped ? `${summary}, ${counts.skipped} skipped` : summary);
process.exitCode = counts.failed || (counts.skipped && process.env.CI) ? 1 : 0;

/** What rows share: each thing is made when the first row asks for it. @returns {Promise<import("./rows.js").Scene>} */
async function setScene() {
  await installTools(say);
  const packed = await pack();
  process.on("exit", packed.remove);
  const sandbox = await serve(SANDBOX);
  undo.push(sandbox.close);
  const pages = await hearReports(sandbox.url);
  undo.push(pages.close);

  const project = once(packed.project);
  return {
    packed,
    pages,
    service: sandbox.url,
    project: (fixture, name = fixture) => project(fixture, name),
    engine: once(async (/** @type {string} */ name) => {
      const engine = await engines[name]();
      undo.push(engine.close);
      return engine;
    }),
    /** Has something undone at the end. */
    atEnd: (/** @type {() => unknown} */ action) => void undo.push(action),
  };
}

/**
 * @template {string[]} Given @template Made
 * @param {(...given: Given) => Promise<Made>} make
 * @returns {(...given: Given) => Promise<Made>} the same, made once for the same arguments
 */
function once(make) {
  const made = new Map();
  return (...given) => {
    const key = given.join("\n");
    if (!made.has(key)) made.set(key, make(...given));
    return made.get(key);
  };
}

/** @param {import("./rows.js").Row} row @param {import("./rows.js").Scene} scene */
async function prove(row, scene) {
  const began = performance.now();
  const line = (/** @type {string} */ result, /** @type {string} */ version) =>
    console.log(`${row.name.padEnd(34)} ${version.padEnd(30)} ${result} ${seconds(began)}`);
  try {
    const version = await row.prove(scene);
    counts.passed++;
    proven.push({ name: row.name, version });
    line("ok", version);
  } catch (error) {
    const skipped = error instanceof Skip;
    counts[skipped ? "skipped" : "failed"]++;
    line(skipped ? "SKIPPED" : "FAILED", "");
    const text = String(/** @type {Error} */ (error).message).trim();
    console.log(text.replace(/^/gm, "    "));
  }
}

/** @param {number} began */
function seconds(began) {
  return `(${((performance.now() - began) / 1000).toFixed(1)} s)`;
}
