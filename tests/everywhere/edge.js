// Runtimes at the edge, which may not compile Wasm while they run: Cloudflare's workerd, and Vercel's edge runtime in
// the form of its own emulator.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { execute } from "./execute.js";
import { packageFolder, versionOf } from "./tools.js";

const COMPATIBILITY_DATE = "2026-01-01";

/** workerd of before it knew `cache`, `URL.parse` and other things that pages have. */
export const OLD_COMPATIBILITY_DATE = "2024-01-01";

/** workerd with what esbuild makes of the project. @param {string} [date] @returns {import("./rows.js").Row["prove"]} */
export const workerdByBundler =
  (date = COMPATIBILITY_DATE) =>
  async ({ project, service }) => {
    const folder = await project("worker");
    await build({
      absWorkingDir: folder,
      entryPoints: ["worker.js"],
      outdir: "bundled",
      bundle: true,
      format: "esm",
      conditions: ["workerd"],
      loader: { ".wasm": "copy" },
      logLevel: "silent",
    });
    return runInWorkerd(join(folder, "bundled"), service, date);
  };

/** workerd with what Cloudflare's own tool would deploy. @type {import("./rows.js").Row["prove"]} */
export async function workerdByWrangler({ project, service }) {
  const folder = await project("worker");
  const wrangler = join(packageFolder("wrangler"), "bin/wrangler.js");
  await execute(wrangler, ["deploy", "--dry-run", "--outdir=deployed"], {
    cwd: folder,
    env: { WRANGLER_SEND_METRICS: "false", CI: "1" },
  });
  const workerd = await runInWorkerd(join(folder, "deployed"), service, COMPATIBILITY_DATE);
  return `${await versionOf("wrangler")}, ${workerd}`;
}

/** @param {string} folder @param {string} service @param {string} compatibilityDate */
async function runInWorkerd(folder, service, compatibilityDate) {
  const miniflare = new Miniflare({
    rootPath: folder,
    modulesRoot: folder,
    scriptPath: join(folder, "worker.js"),
    modules: true,
    modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
    compatibilityDate,
  });
  try {
    const answer = await miniflare.dispatchFetch(
      `http://worker.example/?${new URLSearchParams({ service })}`,
    );
    const text = await answer.text();
    if (text !== "ok") throw new Error(`${answer.status} ${text}`);
  } finally {
    await miniflare.dispose();
  }
  return `workerd ${await versionOf("workerd")}`;
}

/** Vercel's emulator, with Wasm modules as global constants: what Vercel's build makes of `*.wasm?module`. @type {import("./rows.js").Row["prove"]} */
export async function edgeRuntime({ project, service }) {
  const folder = await project("edge-runtime");
  /** @type {Record<string, WebAssembly.Module>} */
  const modules = {};
  const bundle = await build({
    absWorkingDir: folder,
    entryPoints: ["edge.js"],
    write: false,
    bundle: true,
    format: "iife",
    conditions: ["edge-light"],
    logLevel: "silent",
    plugins: [wasmModules(modules)],
  });
  // Not at the top: it is one of the tools that may have to be installed first.
  const { EdgeRuntime } = await import(
    pathToFileURL(join(packageFolder("edge-runtime"), "dist/index.js")).href
  );
  const runtime = new EdgeRuntime({
    initialCode: bundle.outputFiles[0].text,
    extend: (/** @type {object} */ context) => Object.assign(context, modules),
  });
  const answer = await runtime.dispatchFetch(`http://edge.example/?${new URLSearchParams({ service })}`);
  const text = await answer.text();
  if (text !== "ok") throw new Error(`${answer.status} ${text}`);
  return versionOf("edge-runtime");
}

/** @param {Record<string, WebAssembly.Module>} modules @returns {import("esbuild").Plugin} */
function wasmModules(modules) {
  return {
    name: "wasm-modules",
    setup(build) {
      build.onResolve({ filter: /\.wasm\?module$/ }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path.replace(/\?module$/, "")),
        namespace: "wasm-module",
      }));
      build.onLoad({ filter: /./, namespace: "wasm-module" }, async ({ path }) => {
        const bytes = await readFile(path);
        const name = `wasm_${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}`;
        modules[name] = await WebAssembly.compile(bytes);
        return { contents: `export default ${name}` };
      });
    },
  };
}
