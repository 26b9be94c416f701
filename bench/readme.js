// Puts a run's table into README.md beside this file, between its marks.

import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("README.md", import.meta.url);
const MEASURED = /(<!-- measured -->)[^]*(<!-- \/measured -->)/;

/** @param {string} table in Markdown */
export function writeReadme(table) {
  const readme = readFileSync(FILE, "utf8");
  if (!MEASURED.test(readme))
    throw new Error("bench/README.md has lost the marks that the table goes between.");
  writeFileSync(
    FILE,
    readme.replace(MEASURED, (_, begin, end) => `${begin}\n\n${table}\n\n${end}`),
  );
}
