// A run of the bench as one table, for the terminal or for README.md: a row for a figure, a column for a contestant,
// and below it which goals are met.

import { CONTESTANTS, OWN_FETCH, UNUSED_WASM } from "./contestants.js";
import { goalsOf, RUNTIMES } from "./goals.js";

/** @typedef {import("./results.js").Results} Results */
/** @typedef {import("./rounds.js").Spread} Spread */
/** @typedef {{ label: string, cell: (contestant: string) => string }} Row */

/** Whose interval the simulation names so; the others wait as their caller writes it. @type {Record<string, string>} */
const INTERVALS = {
  fal: "fal, replicate: 500 ms",
  replicate: "fal, replicate: 500 ms",
  runway: "Runway: 6 s ± 1.5 s",
};
const NONE = "–";

/** A load average from which on other programs lengthen what is timed. */
const QUIET = 0.5;

/** @param {Partial<Results>} results @returns {Row[]} */
function rowsOf({ transfer, firstTask, start, cpu, memory, frugality }) {
  /** @type {Row[]} */
  const rows = [];
  if (transfer) {
    rows.push(
      { label: "transfer, brotli 11, KB", cell: (name) => kilo(transfer[name].brotli) },
      { label: "… of it Wasm", cell: (name) => kilo(transfer[name].wasm.brotli) },
      { label: "… of it JavaScript", cell: (name) => kilo(transfer[name].script.brotli) },
      { label: "… by gzip 9", cell: (name) => kilo(transfer[name].gzip) },
      { label: "… uncompressed", cell: (name) => kilo(transfer[name].raw) },
    );
  }
  if (firstTask) {
    rows.push(
      {
        label: "all that a page moves for its first task, KB",
        cell: (name) => kilo(firstTask[name].package + firstTask[name].service),
      },
      { label: "… of it requests and answers", cell: (name) => kilo(firstTask[name].service) },
      { label: "… requests to the service", cell: (name) => whole(firstTask[name].requests) },
    );
  }
  for (const [runtime, { contestants }] of Object.entries(start ?? {})) {
    const over = runtime === "workerd" ? ", over an empty Worker" : "";
    rows.push(
      { label: `start in ${RUNTIMES[runtime]}${over}, ms`, cell: (name) => spread(contestants[name]) },
      {
        label: "… by hand, with our Wasm loaded and unused",
        cell: onlyOurs(spread(contestants[UNUSED_WASM])),
      },
    );
  }
  if (cpu) {
    const ratio = (/** @type {string} */ name) => cpu[name].median / cpu["hand-request"].median;
    rows.push(
      { label: "CPU per poll, µs", cell: (name) => spread(cpu[name]) },
      { label: "… ÷ by hand, Request", cell: (name) => ratio(name).toFixed(2) },
      {
        label: "… through a fetch of the caller's own",
        cell: onlyOurs(ratio(OWN_FETCH).toFixed(2)),
      },
    );
  }
  if (memory) {
    rows.push(
      { label: "memory per wait, bytes", cell: (name) => whole(memory[name].total) },
      { label: "… of it Wasm", cell: (name) => whole(memory[name].wasm) },
      { label: "the Wasm's memory before the first, KB", cell: (name) => kilo(memory[name].wasmAtStart) },
    );
  }
  if (frugality) rows.push(...frugalityRows(frugality));
  return rows;
}

/** A fixed interval costs the same whatever the service says of its progress. @param {Results["frugality"]} frugality @returns {Row[]} */
function frugalityRows({ scenarios, fixed }) {
  return ["75 s, 10 % steps", "75 s, no progress"].flatMap((scenario) => {
    const figures = (/** @type {string} */ name) =>
      name === "act-one" ? scenarios[scenario] : fixed[INTERVALS[name]];
    return [
      {
        label: `reads per task, ${scenario}`,
        cell: (/** @type {string} */ name) => figures(name)?.reads.toFixed(1) ?? NONE,
      },
      {
        label: "… seconds from done to known, mean and p95",
        cell: (/** @type {string} */ name) => {
          const { meanDelayS, delayP95S } = figures(name) ?? {};
          return meanDelayS == null || delayP95S == null
            ? NONE
            : `${meanDelayS.toFixed(2)}, ${delayP95S.toFixed(2)}`;
        },
      },
    ];
  });
}

/** @param {Partial<Results>} results */
export function asText(results) {
  const cells = [
    ["", ...titles(results)],
    ...rowsOf(results).map(({ label, cell }) => [label, ...CONTESTANTS.map(({ name }) => cell(name))]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const lines = cells.map((row) =>
    row.map((text, column) => (column ? text.padStart(widths[column]) : text.padEnd(widths[0]))).join("  "),
  );
  const goals = goalsOf(results);
  const said = goals.map(({ goal, was, met }) => `${met ? "met     " : "NOT MET "} ${goal}: ${was}`);
  // The schedule has a mark for every figure of every scenario: those that are met need no line.
  const shown = said.filter((_, index) => goals[index].about === "cost" || !goals[index].met);
  return [...lines, "", legend(results), "", ...shown, tallyOf(goals)].join("\n");
}

/** @param {Partial<Results>} results */
export function asMarkdown(results) {
  const line = (/** @type {string[]} */ cells) => `| ${cells.join(" | ")} |`;
  const lines = [
    line(["", ...titles(results)]),
    line(["---", ...CONTESTANTS.map(() => "---:")]),
    ...rowsOf(results).map(({ label, cell }) => line([label, ...CONTESTANTS.map(({ name }) => cell(name))])),
  ];
  const goals = goalsOf(results);
  const missed = goals.filter(({ met }) => !met).map(({ goal, was }) => `- ${goal}: it is ${was}`);
  const account = missed.length > 0 ? `${tallyOf(goals)} Not met:\n\n${missed.join("\n")}` : tallyOf(goals);
  return [...lines, "", legend(results), "", account].join("\n");
}

/** @param {import("./goals.js").Goal[]} goals */
function tallyOf(goals) {
  const tallies = [];
  for (const [about, what] of [
    ["cost", "goals"],
    ["schedule", "marks of the poll schedule"],
  ]) {
    const all = goals.filter((goal) => goal.about === about);
    if (all.length > 0) tallies.push(`${all.filter(({ met }) => met).length} of ${all.length} ${what}`);
  }
  return `Met: ${tallies.join(", ")}.`;
}

/** @param {Partial<Results>} results */
function titles({ contestants }) {
  return CONTESTANTS.map(({ name, title }) => contestants?.[name] ?? title);
}

/** @param {Partial<Results>} results */
function legend({ date, machine, start, cpu, frugality }) {
  const said = [];
  if (machine) {
    const { cores, cpu: model, system, node, load } = machine;
    said.push(`${date}, ${cores} cores (${model}), ${system}, Node ${node}`);
    if (load > QUIET)
      said.push(`the machine was busy with other things (load ${load}), so all times are too long`);
  }
  if (start) said.push(`workerd ${start.workerd.version}, Chromium ${start.chromium.version}`);
  if (frugality) said.push(`${frugality.tasks.toLocaleString("en")} simulated tasks per scenario`);
  if (start || cpu) said.push("medians of all rounds, in brackets their quartiles");
  return `${said.join("; ")}.`;
}

/** A cell for what has to do with ours alone. @param {string} figure */
function onlyOurs(figure) {
  return (/** @type {string} */ name) => (name === "act-one" ? figure : NONE);
}

/** @param {Spread} spread */
function spread({ median, low, high }) {
  return `${median.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`;
}

/** @param {number} bytes */
function kilo(bytes) {
  return (bytes / 1_000).toFixed(1);
}

/** @param {number} bytes */
function whole(bytes) {
  return Math.round(bytes).toLocaleString("en");
}
