// Writes down what has been proven: the table of README.md beside this file, between its two markers.

import { readFile, writeFile } from "node:fs/promises";

const FILE = new URL("README.md", import.meta.url);
const [BEGIN, END] = ["<!-- table -->", "<!-- end of table -->"];

/** @param {{ name: string, version: string }[]} proven */
export async function writeTable(proven) {
  const width = (/** @type {"name" | "version"} */ key, /** @type {string} */ head) =>
    Math.max(head.length, ...proven.map((row) => row[key].length));
  const [names, versions] = [width("name", "where"), width("version", "version")];
  const line = (/** @type {string} */ name, /** @type {string} */ version, fill = " ") =>
    `| ${name.padEnd(names, fill)} | ${version.padEnd(versions, fill)} |`;
  const table = [
    line("where", "version"),
    line("", "", "-"),
    ...proven.map(({ name, version }) => line(name, version)),
  ].join("\n");
  const text = await readFile(FILE, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest.split(END)[1];
  await writeFile(FILE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
}
