// What a run of the bench has measured: where and with which versions, and the file that keeps the last whole run.

import { readFileSync, writeFileSync } from "node:fs";
import { arch, availableParallelism, cpus, loadavg, type } from "node:os";
import { CONTESTANTS } from "./contestants.js";

/**
 * @typedef {object} Results
 * @property {string} date
 * @property {{ cores: number, cpu: string, system: string, node: string, load: number }} machine `load`: the
 *   average number of programs at work in the minute before
 * @property {Record<string, string>} contestants their titles with versions
 * @property {Awaited<ReturnType<typeof import("./transfer.js").measureTransfer>>} transfer
 * @property {Awaited<ReturnType<typeof import("./first-task.js").measureFirstTask>>} firstTask
 * @property {Awaited<ReturnType<typeof import("./start.js").measureStart>>} start
 * @property {Awaited<ReturnType<typeof import("./cpu.js").measureCpu>>} cpu
 * @property {Awaited<ReturnType<typeof import("./memory.js").measureMemory>>} memory
 * @property {ReturnType<typeof import("./frugality.js").measureFrugality>} frugality
 */

const FILE = new URL("results.json", import.meta.url);

/** @returns {Pick<Results, "date" | "machine" | "contestants">} */
export function circumstances() {
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model ?? "unknown",
      system: `${type()} ${arch()}`,
      node: process.versions.node,
      load: Number(loadavg()[0].toFixed(1)),
    },
    contestants: Object.fromEntries(CONTESTANTS.map(({ name, title }) => [name, title])),
  };
}

/** @param {object} results */
export function keep(results) {
  writeFileSync(FILE, `${JSON.stringify(results, rounded, 2)}\n`);
}

/** @returns {Results} the last whole run */
export function kept() {
  return JSON.parse(readFileSync(FILE, "utf8"));
}

/** Digits that no measurement has would only fill the diff. @param {string} key @param {unknown} value */
function rounded(key, value) {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
