// Starts the Worker in workerd on this machine: the code that is deployed, with its storage in a folder that outlives
// the process. For `npm run edge` and the tests; what runs on Cloudflare is built by wrangler from the same sources.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readWranglerConfig } from "wrangler";

const ownEntry = fileURLToPath(new URL("./src/index.ts", import.meta.url));
const wranglerConfig = fileURLToPath(new URL("./wrangler.jsonc", import.meta.url));

/** What workerd remarks on itself begins so; of an alarm that was moved, for one. */
const RUNTIMES_OWN = "NOSENTRY";

/**
 * @typedef {object} WorkerOptions
 * @property {string} storage The folder that tasks and videos are kept in.
 * @property {Record<string, string>} bindings Vars and secrets, over those of wrangler.jsonc.
 * @property {number} [port] 0 takes a free one. Default: 0.
 * @property {Record<string, { simple: { limit: number, period: 10 | 60 } }>} [limits] Rate limits, over those of
 *   wrangler.jsonc.
 * @property {(line: string) => void} [onLog] Called with each line that the Worker logs.
 * @property {string} [entry] Another entry around the Worker's own, for tests that make things fail.
 */

/**
 * @param {WorkerOptions} options
 * @returns {Promise<{ url: string, runCron: () => Promise<unknown>, close: () => Promise<void> }>} `url` has no slash at
 *   its end; `runCron` is what the cron trigger does.
 */
export async function startWorker({
  storage,
  bindings,
  port = 0,
  limits = {},
  onLog = () => {},
  entry = ownEntry,
}) {
  const { workerOptions } = readWranglerConfig(wranglerConfig);
  const { compatibilityDate, durableObjects, r2Buckets, ratelimits, bindings: vars } = workerOptions;
  const miniflare = new Miniflare({
    modules: await modulesOf(entry),
    compatibilityDate,
    durableObjects,
    r2Buckets,
    ratelimits: { ...ratelimits, ...limits },
    bindings: { ...vars, ...bindings },
    host: "127.0.0.1",
    port,
    durableObjectsPersist: `${storage}/objects`,
    r2Persist: `${storage}/videos`,
    handleStructuredLogs({ message }) {
      if (!message.startsWith(RUNTIMES_OWN)) onLog(message);
    },
  });
  const url = await miniflare.ready;
  const runCron = async () => (await miniflare.getWorker()).scheduled({ cron: "*/5 * * * *" });
  return { url: url.origin, runCron, close: () => miniflare.dispose() };
}

/** @type {Map<string, ReturnType<typeof buildModules>>} */
const built = new Map();

/** @param {string} entry */
function modulesOf(entry) {
  const known = built.get(entry) ?? buildModules(entry);
  built.set(entry, known);
  return known;
}

/**
 * One script and the package's Wasm beside it, which workerd compiles itself.
 *
 * @param {string} entry
 * @returns {Promise<import("miniflare").ModuleDefinition[]>}
 */
async function buildModules(entry) {
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
