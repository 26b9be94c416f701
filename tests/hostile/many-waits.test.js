// A server that waits for thousands of tasks at once. Node 20 ended its process then, without a word that anybody could
// catch, while its optimised code was in a call of the Wasm that returned a value of JavaScript's.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

test("ten thousand waits at once leave the process alive", async () => {
  const script = fileURLToPath(new URL("many-waits.js", import.meta.url));
  for (let run = 0; run < 3; run++) {
    const process_ = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "pipe"] });
    const said = Promise.all([text(process_.stdout), text(process_.stderr)]);
    const [status, signal] = await once(process_, "close");
    const [told, complaints] = await said;
    assert.deepEqual(
      { status, signal, told: told.trim() },
      { status: 0, signal: null, told: "10100" },
      complaints,
    );
  }
});
