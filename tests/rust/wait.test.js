// A Rust program that uses the crate, built and bound as its author would do it, against the sandbox.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { serve } from "act-one/sandbox/node";

const root = fileURLToPath(new URL("../..", import.meta.url));

let folder;
let program;
let service;

before(async () => {
  folder = await mkdtemp(join(root, "tests/rust/run-"));
  execFileSync("cargo", ["xtask", "example", folder], { cwd: root, stdio: "inherit" });
  program = await import(pathToFileURL(join(folder, "wait.js")).href);
  service = await serve({ checkMedia: false, invisibleFor: 0, queueTime: 0, runTime: 0 });
});

after(async () => {
  await service?.close();
  await rm(folder, { recursive: true });
});

test("a Rust program runs a task to its end", async () => {
  const address = await program.perform("sk-sandbox", service.url, 10);
  assert.match(address, /^https?:/);
  assert.equal(service.sandbox.counts.creates, 1);
});

test("it is told what the service refuses, and what the client refuses by itself", async () => {
  await assert.rejects(program.perform("sk-another", service.url), (message) => /key/.test(message));
  await assert.rejects(program.perform("sk-sandbox", "nowhere"), (message) => /relative/.test(message));
});

test("it has none of the crate's JavaScript functions", () => {
  assert.deepEqual(
    Object.keys(program).filter((name) => !name.startsWith("__")),
    ["perform"],
  );
});
