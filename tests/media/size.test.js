// The size of what `act-one/media` loads, in brotli's quality 11.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { brotliCompressSync } from "node:zlib";

/** In bytes. A guard against what comes in unseen. */
const BUDGET = 60 * 1024;

test("the Wasm that reads media stays within its budget", async (t) => {
  const wasm = await readFile(new URL("../../npm/wasm/media_bg.wasm", import.meta.url));
  const { length } = brotliCompressSync(wasm);
  t.diagnostic(`${length} bytes of ${BUDGET}`);
  assert.ok(length < BUDGET, `${length} bytes, less than ${BUDGET}`);
});
