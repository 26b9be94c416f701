// The size budget: what the smallest page that runs a task to its end downloads, in brotli's quality 11.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const root = new URL("../../", import.meta.url);

/**
 * In bytes. A guard against what comes in unseen; what is meant to come in may raise it. It was 52 KB before lost creates
 * were searched for in the account's task list, which costs 9 KB, and 62 KB before downloads went on over further
 * connections, which costs 3 KB. Advice by cause where the Wasm cannot be loaded costs 0.8 KB, 4 KB what
 * says which name, key or URL was meant, 2.6 KB keys that are functions, with what a refusal says of a key or a URL, and 6.1 KB
 * files: telling them from what is nearly one, sending them with their progress, and what an upload's answer says. The option
 * `checkMedia` costs less than 1 KB, and 0.7 KB a pace for each key that a function returns. More spellings of what an answer
 * says, and of what is no key, cost 2 KB.
 */
const BUDGET = 82 * 1024;

const PAGE = `
import { run } from "./npm/browser.js";
run({ video: "a", image: "b" }).then((task) => (document.body.textContent = task.videoUrl));
`;

test("the smallest page stays within its budget", async (t) => {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: fileURLToPath(root) },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const script = brotliCompressSync(outputFiles[0].contents).length;
  const wasm = brotliCompressSync(await readFile(new URL("npm/wasm/act_one_bg.wasm", root))).length;
  t.diagnostic(`script ${script} bytes, Wasm ${wasm} bytes, together ${script + wasm} of ${BUDGET}`);
  assert.ok(script + wasm <= BUDGET, `${script + wasm} bytes, at most ${BUDGET}`);
});
