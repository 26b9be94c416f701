// Makes each contestant's smallest program for a runtime: its `run` and nothing else, by one esbuild call with the
// same settings for all.

import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Where git and the formatter do not look, in this folder so that its server can serve it. */
const BUNDLES = "node_modules/bundles";

/** @typedef {"page" | "node" | "workerd"} Runtime */

/** @type {Record<Runtime, import("esbuild").BuildOptions>} */
const SETTINGS = {
  page: { platform: "browser" },
  node: {
    platform: "node",
    // For CommonJS packages that ask for Node's own modules; without any, as it is in most bundles, it costs nothing.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
  },
  workerd: { platform: "browser", conditions: ["workerd", "worker", "browser"] },
};

/** Where a Worker begins: it answers whatever comes, and starts its task. */
const WORKER = `export default {
  fetch(request, env, context) {
    context.waitUntil(run({ video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" }));
    return new Response();
  }
}`;

/** What stands in a contestant's place in a Worker that holds no client: one request. */
const NO_CLIENT = 'const run = () => fetch("https://api.example", { method: "POST" });';

/** The name of that Worker. */
export const EMPTY = "empty";

/**
 * @param {string} contestant
 * @param {Runtime} runtime
 * @returns {Promise<{ folder: string, files: string[] }>} `main.js` and whatever it needs beside it; `folder` is
 *   relative to this one
 */
export async function bundle(contestant, runtime) {
  const folder = `${BUNDLES}/${runtime}/${contestant}`;
  await rm(join(here, folder), { recursive: true, force: true });
  const client = contestant === EMPTY ? NO_CLIENT : `import { run } from "./contestants/${contestant}.js";`;
  const contents = `${client} ${runtime === "workerd" ? WORKER : "export { run };"}`;
  /** @type {import("esbuild").BuildResult<{ metafile: true }>} */
  const { metafile } = await build({
    absWorkingDir: here,
    stdin: { contents, resolveDir: here },
    entryNames: "main",
    outdir: folder,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    loader: { ".wasm": "copy" },
    logLevel: "error",
    metafile: true,
    ...SETTINGS[runtime],
  });
  const files = Object.keys(metafile.outputs).map((file) => file.slice(folder.length + 1));
  // A Worker imports its Wasm; esbuild leaves files alone that a script names by URL.
  const isOurs = Object.keys(metafile.inputs).some((file) => file.endsWith("npm/load.js"));
  if (isOurs && runtime !== "workerd") {
    const wasm = "wasm/act_one_bg.wasm";
    await mkdir(join(here, folder, "wasm"));
    await copyFile(fileURLToPath(import.meta.resolve("act-one/act_one_bg.wasm")), join(here, folder, wasm));
    files.push(wasm);
  }
  return { folder, files };
}
