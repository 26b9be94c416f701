// Writes down what has been proven: the table of README.md beside this file, between its two markers. Rows that a run has
// left out stay as they are.

import { readFile, writeFile } from "node:fs/promises";

const FILE = new URL("README.md", import.meta.url);
const [BEGIN, END] = ["<!-- table -->", "<!-- end of table -->"];

/**
 * @param {string[]} names of all rows
 * @param {string[]} chosen those of this run
 * @param {{ name: string, version: string }[]} passed
 */
export async function writeTable(names, chosen, passed) {
  const text = await readFile(FILE, "utf8");
  const [before, rest] = text.split(BEGIN);
  const [table, after] = rest.split(END);
  const known = new Map(
    [...table.matchAll(/^\| (.*?) +\| (.*?) +\|$/gm)].map(([, name, version]) => [name, version]),
  );
  for (const name of chosen) known.delete(name);
  for (const { name, version } of passed) known.set(name, version);
  const proven = names.flatMap((name) => (known.has(name) ? [{ name, version: known.get(name) ?? "" }] : []));
  await writeFile(FILE, `${before}${BEGIN}\n\n${asMarkdown(proven)}\n\n${END}${after}`);
}

/** @param {{ name: string, version: string }[]} proven */
function asMarkdown(proven) {
  const width = (/** @type {"name" | "version"} */ key, /** @type {string} */ head) =>
    Math.max(head.length, ...proven.map((row) => row[key].length));
  const [widest, versions] = [width("name", "where"), width("version", "version")];
  const line = (/** @type {string} */ name, /** @type {string} */ version, fill = " ") =>
    `| ${name.padEnd(widest, fill)} | ${version.padEnd(versions, fill)} |`;
  return [
    line("where", "version"),
    line("", "", "-"),
    ...proven.map(({ name, version }) => line(name, version)),
  ].join("\n");
}
