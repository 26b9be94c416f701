// What the package costs on the wire, and the record of it. A change of size is meant to be seen in a diff:
//
//   node tests/package/size.js      measures npm/wasm as it is built and rewrites size.json

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";

const wasmFolder = new URL("../../npm/wasm/", import.meta.url);
const recordFile = new URL("./size.json", import.meta.url);

/** The smallest page that runs a task to its end. */
const PAGE = `
import { run } from "./npm/browser.js";
run({ video: "a", image: "b" }).then((task) => (document.body.textContent = task.videoUrl));
`;

/**
 * @typedef {{ raw: number, brotli: number }} Bytes
 * @typedef {{ compiler: string, brotli: string, wasm: Bytes, page: Bytes }} Sizes with what they depend on
 */

/** @returns {Promise<Sizes>} */
export async function measureSizes() {
  const { outputFiles } = await build({
    stdin: { contents: PAGE, resolveDir: fileURLToPath(new URL("../..", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return {
    compiler: (await readFile(new URL("built-with", wasmFolder), "utf8")).trim(),
    brotli: process.versions.brotli,
    wasm: bytesOf(await readFile(new URL("act_one_bg.wasm", wasmFolder))),
    page: bytesOf(outputFiles[0].contents),
  };
}

/** @returns {Promise<Sizes>} */
export async function readSizes() {
  return JSON.parse(await readFile(recordFile, "utf8"));
}

/** @param {Uint8Array} content @returns {Bytes} in brotli's quality 11, which is Node's default */
function bytesOf(content) {
  return { raw: content.length, brotli: brotliCompressSync(content).length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = JSON.stringify(await measureSizes(), null, 2);
  await writeFile(recordFile, `${sizes}\n`);
  console.log(sizes);
}
