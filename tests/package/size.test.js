// The size budget: what is recorded in size.json, to the byte, where the same tools have built and compressed it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { measureSizes, readSizes } from "./size.js";

const sizes = await measureSizes();
const recorded = await readSizes();

/** How far what another compiler makes may be off, and what has the toolchain's own std in it. */
const OTHER_COMPILER = 0.1;
const OTHER_STD = 0.35;
/** How far the same bytes may be off with another version of brotli. */
const OTHER_BROTLI = 0.01;

const kindOf = (/** @type {string} */ compiler) => compiler.split(", ")[1];
const ofCompiler =
  sizes.compiler === recorded.compiler
    ? 0
    : kindOf(sizes.compiler) === kindOf(recorded.compiler)
      ? OTHER_COMPILER
      : OTHER_STD;
const ofBrotli = sizes.brotli === recorded.brotli ? 0 : OTHER_BROTLI;

/** @type {["wasm" | "page", string][]} */
const parts = [
  ["wasm", "the Wasm"],
  ["page", "the script of a page that only runs a task"],
];
for (const [part, what] of parts) {
  for (const unit of /** @type {const} */ (["raw", "brotli"])) {
    test(`${what} has the recorded size, ${unit}`, (t) => {
      const allowed = ofCompiler + (unit === "brotli" ? ofBrotli : 0);
      const [is, was] = [sizes[part][unit], recorded[part][unit]];
      if (allowed > 0) {
        t.diagnostic(
          `${is} bytes, recorded ${was}, allowed ± ${100 * allowed} %: recorded with ${recorded.compiler}, brotli ` +
            `${recorded.brotli}; here ${sizes.compiler}, brotli ${sizes.brotli}`,
        );
      }
      assert.ok(
        Math.abs(is - was) <= was * allowed,
        `${is} bytes, recorded ${was}. If it is meant to be so: npm run build && node tests/package/size.js`,
      );
    });
  }
}
