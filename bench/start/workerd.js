// Starts clients in workerd, each time in a new process. A Worker's own clock stands still while it computes, so the
// time is taken from outside: from the start of the process until the Worker's first request arrives at a server here.
// The same for a Worker that holds nothing but a `fetch` is taken off. What is left is what the client adds, compiling
// its Wasm included, which workerd does before the Worker's first line.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer, get } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, EMPTY } from "../bundle.js";

const COMPATIBILITY_DATE = "2026-01-01";
const { default: program, version } = createRequire(import.meta.url)("workerd");

/** @param {string[]} contestants @returns {Promise<import("../start.js").Starter>} */
export async function inWorkerd(contestants) {
  /** @type {() => void} */
  let arrived = () => {};
  const server = createServer((request, response) => {
    arrived();
    response.end("{}");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

  /** @type {Record<string, string>} */
  const configs = {};
  for (const name of [...contestants, EMPTY])
    configs[name] = await configure(await bundle(name, "workerd"), port);

  return {
    version,
    baseline: EMPTY,
    async start(contestant) {
      const arrival = new Promise((resolve) => (arrived = () => resolve(performance.now())));
      const began = performance.now();
      const stop = await serve(configs[contestant]);
      const ms = (await arrival) - began;
      await stop();
      return ms;
    },
    async close() {
      server.close();
    },
  };
}

/**
 * @param {{ folder: string, files: string[] }} bundled
 * @param {number} port where all requests of the Worker go
 * @returns {Promise<string>} the configuration's file
 */
async function configure({ folder, files }, port) {
  const path = fileURLToPath(new URL(`../${folder}`, import.meta.url));
  // The first module is the one that runs.
  const modules = files
    .toSorted((a) => (a === "main.js" ? -1 : 1))
    .map((file) => `(name = "${file}", ${file.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${file}")`);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${modules.join(", ")}],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      globalOutbound = "service",
    )),
    (name = "service", external = (address = "127.0.0.1:${port}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`;
  const file = join(path, "config.capnp");
  await writeFile(file, config);
  return file;
}

/** Starts workerd and, as soon as it listens, has its Worker begin. @param {string} config @returns {Promise<() => Promise<void>>} */
async function serve(config) {
  const child = spawn(program, ["serve", config, "--control-fd=3"], {
    cwd: dirname(config),
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const ended = once(child, "exit");
  const [line] = await Promise.race([
    once(/** @type {import("node:stream").Readable} */ (child.stdio[3]), "data"),
    ended.then(() => Promise.reject(new Error(`workerd does not start with ${config}`))),
  ]);
  get(`http://127.0.0.1:${JSON.parse(String(line)).port}/`, (response) => response.resume()).on(
    "error",
    () => {},
  );
  return async () => {
    child.kill();
    await ended;
  };
}
