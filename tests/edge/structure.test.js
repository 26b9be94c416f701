// How the Worker's files hang together.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../worker/src/", import.meta.url);

/** Each file with the files beside it that it imports, types included. */
const imports = new Map(
  readdirSync(folder).map((file) => {
    const source = readFileSync(new URL(file, folder), "utf8");
    return [file, [...source.matchAll(/from "\.\/([^"]+)"/g)].map(([, name = ""]) => name)];
  }),
);

test("no file imports itself by way of others, types included", () => {
  /** @param {string} file @param {string[]} path */
  const walk = (file, path) => {
    assert.ok(!path.includes(file), [...path, file].join(" → "));
    for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
  };
  for (const file of imports.keys()) walk(file, []);
});

test("what the files agree on imports nothing", () => {
  assert.deepEqual(imports.get("contract.ts"), []);
});

test("no timer outlives its work: nothing waits by a signal that cannot be cleared", () => {
  for (const file of imports.keys()) {
    const code = readFileSync(new URL(file, folder), "utf8").replace(/^\s*\/\/.*$/gm, "");
    assert.ok(!/AbortSignal\.timeout\(/.test(code), file);
  }
});
