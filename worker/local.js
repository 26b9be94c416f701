// Starts the Worker in workerd on this machine: the code that is deployed, with its storage in a folder that outlives
// the process. For `npm run edge` and the tests; what runs on Cloudflare is built by wrangler from the same sources.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readWranglerConfig } from "wrangler";

const entry = fileURLToPath(new URL("./src/index.ts", import.meta.url));
const wranglerConfig = fileURLToPath(new URL("./wrangler.jsonc", import.meta.url));

/**
 * @typedef {object} WorkerOptions
 * @property {string} storage The folder that tasks and videos are kept in.
 * @property {Record<string, string>} bindings Vars and secrets, over those of wrangler.jsonc.
 * @property {number} [port] 0 takes a free one. Default: 0.
 * @property {Record<string, { simple: { limit: number, period: 10 | 60 } }>} [limits] Rate limits, over those of
 *   wrangler.jsonc.
 * @property {(line: string) => void} [onLog] Called with each line that the Worker logs.
 */

/**
 * @param {WorkerOptions} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` has no slash at its end.
 */
export async function startWorker({ storage, bindings, port = 0, limits = {}, onLog = () => {} }) {
  const { workerOptions } = readWranglerConfig(wranglerConfig);
  const { compatibilityDate, durableObjects, r2Buckets, ratelimits, bindings: vars } = workerOptions;
  const miniflare = new Miniflare({
    modules: await (built ??= buildModules()),
    compatibilityDate,
    durableObjects,
    r2Buckets,
    ratelimits: { ...ratelimits, ...limits },
    bindings: { ...vars, ...bindings },
    host: "127.0.0.1",
    port,
    durableObjectsPersist: `${storage}/objects`,
    r2Persist: `${storage}/videos`,
    handleStructuredLogs: ({ message }) => void onLog(String(message)),
  });
  const url = await miniflare.ready;
  return { url: url.origin, close: () => miniflare.dispose() };
}

/** @type {ReturnType<typeof buildModules> | undefined} */
let built;

/**
 * One script and the package's Wasm beside it, which workerd compiles itself.
 *
 * @returns {Promise<import("miniflare").ModuleDefinition[]>}
 */
async function buildModules() {
  /** @type {import("miniflare").ModuleDefinition[]} */
  const wasm = [];
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker"],
    external: ["cloudflare:*"],
    logLevel: "silent",
    plugins: [
      {
        name: "compiled-wasm",
        setup({ onResolve }) {
          onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir }) => {
            const { readFile } = await import("node:fs/promises");
            wasm.push({
              type: "CompiledWasm",
              path: "act_one_bg.wasm",
              contents: await readFile(`${resolveDir}/${path}`),
            });
            return { path: "./act_one_bg.wasm", external: true };
          });
        },
      },
    ],
  });
  return [
    { type: /** @type {const} */ ("ESModule"), path: "index.js", contents: outputFiles[0].text },
    ...wasm,
  ];
}
