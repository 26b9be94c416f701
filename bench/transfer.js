// What a page has to download before it can run one task to its end: each client's smallest program, bundled and
// minified, every file compressed on its own as a server would. A program counts only if it works: each is run once in
// Chromium, from creating a task to its result.

import { readFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "./bundle.js";
import { openChromium } from "./chromium/browser.js";
import { CONTESTANTS } from "./contestants.js";
import { RESULT } from "./services.js";

/** @typedef {{ brotli: number, gzip: number, raw: number }} Bytes */
/** @typedef {Bytes & { script: Bytes, wasm: Bytes }} Transfer */

/** @returns {Promise<Record<string, Transfer>>} */
export async function measureTransfer() {
  const chromium = await openChromium();
  try {
    const measured = CONTESTANTS.map(async ({ name }) => {
      const { folder, files } = await bundle(name, "page");
      const result = await chromium.runInWorker("whole-task.js", name, `${folder}/main.js`);
      if (result !== RESULT) throw new Error(`${name}'s page does not work: it gives ${result}`);
      return /** @type {const} */ ([name, await transferOf(folder, files)]);
    });
    return Object.fromEntries(await Promise.all(measured));
  } finally {
    await chromium.close();
  }
}

/** @param {string} folder @param {string[]} files @returns {Promise<Transfer>} */
async function transferOf(folder, files) {
  const script = { brotli: 0, gzip: 0, raw: 0 };
  const wasm = { brotli: 0, gzip: 0, raw: 0 };
  for (const file of files) {
    const bytes = await readFile(new URL(`${folder}/${file}`, import.meta.url));
    const sum = file.endsWith(".wasm") ? wasm : script;
    sum.raw += bytes.length;
    sum.gzip += gzipSync(bytes, { level: 9 }).length;
    sum.brotli += brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }).length;
  }
  return {
    brotli: script.brotli + wasm.brotli,
    gzip: script.gzip + wasm.gzip,
    raw: script.raw + wasm.raw,
    script,
    wasm,
  };
}
