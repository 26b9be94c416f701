// Every body that public code and pages of the gateway's family show, through the packed package.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import { execute } from "../everywhere/execute.js";
import { pack } from "../everywhere/pack.js";
import { casesOf, read, received, submitted, waitedFor } from "./cases.js";
import { table } from "./table.js";

const packed = await pack();
after(packed.remove);
const folder = join(packed.tarball, "..");
await execute("tar", ["-xzf", packed.tarball, "-C", folder]);
/** @type {import("./cases.js").Functions} */
const actOne = await import(pathToFileURL(join(folder, "package/npm/node.js")).href);

/**
 * @param {import("./cases.js").Case} found
 * @param {import("./cases.js").Outcome} outcome
 */
function assertIsExpected({ expect }, { task, error }) {
  const { error: code, says, inAWait, ...members } = expect;
  const outcome = /** @type {any} */ (task ?? error);
  if (code !== undefined) assert.equal(error?.code, code);
  else assert.ok(task, error?.message);
  if (says !== undefined) assert.ok(error?.message.includes(String(says)), error?.message);
  for (const [name, value] of Object.entries(members)) assert.deepEqual(outcome[name], value, name);
}

for (const found of casesOf("create")) {
  test(`a create: ${found.name}`, async () => assertIsExpected(found, await submitted(actOne, found)));
}

for (const found of casesOf("feed")) {
  test(`a read: ${found.name}`, async () => assertIsExpected(found, await read(actOne, found)));

  test(`a wait: ${found.name}`, async () => {
    const { status, inAWait } = found.expect;
    const outcome = await waitedFor(actOne, found);
    if (inAWait || status === "queued" || status === "running") {
      assert.equal(outcome.task?.videoUrl, "https://cdn.example/later.mp4", outcome.error?.message);
      assert.equal(outcome.reads, 2);
    } else {
      assert.equal(outcome.reads, 1);
      if (status === "failed") {
        assert.equal(outcome.error?.code, "task_failed");
        assertIsExpected(found, { task: outcome.error?.task ?? undefined, reads: 1 });
      } else {
        assertIsExpected(found, outcome);
      }
    }
  });
}

for (const found of casesOf("callback")) {
  for (const [form, outcome] of received(actOne, found)) {
    test(`a callback as ${form}: ${found.name}`, async () => assertIsExpected(found, await outcome));
  }
}

test("the table of all cases is current", async () => {
  const written = readFileSync(new URL("README.md", import.meta.url), "utf8");
  assert.equal(written, await table(actOne), "run: node tests/protocol/table.js");
});
