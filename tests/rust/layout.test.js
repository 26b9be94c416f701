// How the crate's files lie: none too long to be read at once, and none that imports another in a circle.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const MOST_LINES = 350;

const src = new URL("../../src/", import.meta.url);
/** Each module's own text, without its tests, under its path in the crate. @type {Map<string, string>} */
const modules = new Map();
for (const file of readdirSync(src, { recursive: true }).map((name) => String(name).replaceAll("\\", "/"))) {
  if (!file.endsWith(".rs") || file === "lib.rs" || /(^|\/)tests(\.rs|\/)/.test(file)) continue;
  const [text] = readFileSync(new URL(file, src), "utf8").split("#[cfg(test)]\nmod tests");
  modules.set(file.replace(/(\/mod)?\.rs$/, "").replaceAll("/", "::"), text);
}

/** What a module imports or names of the crate's others. @param {string} name @param {string} text */
function imports(name, text) {
  const parent = text.includes("\nmod ") ? name : name.split("::").slice(0, -1).join("::");
  const found = [...text.matchAll(/\b(crate|super)::(?:([\w:]*)\{([^}]*)\}|([\w:]+))/g)];
  const paths = found.flatMap(([, root, base = "", list, single]) => {
    const above = root === "super" && parent ? `${parent}::` : "";
    const names = list === undefined ? [single] : list.split(",").map((item) => base + item.trim());
    return names.map((path) => above + path.replace(/ as .*/, ""));
  });
  const owner = (/** @type {string} */ path) => {
    for (let parts = path.split("::"); parts.length > 0; parts = parts.slice(0, -1))
      if (modules.has(parts.join("::"))) return parts.join("::");
    return name;
  };
  // What a folder's first file holds for all of it is no file beside them.
  return new Set(paths.map(owner).filter((other) => other !== name && other !== parent));
}

test("no file imports another in a circle", () => {
  const uses = new Map([...modules].map(([name, text]) => [name, imports(name, text)]));
  assert.ok(uses.get("exchange")?.has("ask") && uses.get("js::files")?.has("js::order"));
  const left = new Map(uses);
  const isFree = (/** @type {string} */ name) =>
    [...(uses.get(name) ?? [])].every((other) => !left.has(other));
  for (let free; (free = [...left.keys()].filter(isFree)).length > 0;)
    for (const name of free) left.delete(name);
  assert.deepEqual([...left.keys()], []);
});

test(`no file has more than ${MOST_LINES} lines without its tests`, () => {
  const long = [...modules].filter(([, text]) => text.split("\n").length > MOST_LINES + 1);
  assert.deepEqual(
    long.map(([name]) => name),
    [],
  );
});
