// The Worker on this machine, with the sandbox behind it and the demo page in front: no account, no key, no cost.
//
//   node worker/dev.js                 then open the URL that it prints
//   PORT=9000 node worker/dev.js       another port than 8080 for the page; the next free one, where it is taken

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "act-one/sandbox/node";
import { freePort } from "../www/port.js";
import { serveDemo } from "../www/server.js";
import { runCommand } from "../xtask/command.js";
import { startWorker } from "./local.js";

/** Eight times the service's pace: a task takes ten seconds, and each of its states can be seen. */
const SPEED = 8;

/** How often the Worker reads a task at that pace, in ms. */
const POLL_INTERVAL = 1000;

/**
 * Serves the Worker on 127.0.0.1, with a service of the caller's behind it.
 *
 * @param {object} options
 * @param {number} [options.port] 0 takes a free one. Default: 0.
 * @param {string} options.sandboxUrl where the service is that it submits to.
 * @param {string} [options.sandboxKey] the key for that. Default: the sandbox's own.
 * @param {string[]} [options.origins] whose pages may call it. Default: none.
 * @param {(line: string) => void} [options.onLog] called with each line that the Worker logs.
 * @returns {Promise<{ url: string, token: string, close: () => Promise<void> }>} `token` is what lets callers in, as
 *   `Authorization: Bearer …`.
 */
export async function serveEdge({ port = 0, sandboxUrl, sandboxKey = "sk-sandbox", origins = [], onLog }) {
  const storage = await mkdtemp(join(tmpdir(), "act-one-edge-"));
  const token = randomBytes(32).toString("base64url");
  const bindings = {
    COMETAPI_KEY: sandboxKey,
    COMETAPI_BASE_URL: sandboxUrl,
    ACCESS: "bearer",
    ACCESS_TOKEN: token,
    ALLOWED_ORIGINS: origins.join(" "),
    ALLOW_PRIVATE_MEDIA: "true",
    POLL_INTERVAL_MS: String(POLL_INTERVAL),
  };
  const worker = await startWorker({ storage, bindings, port, ...(onLog && { onLog }) });
  return {
    url: worker.url,
    token,
    async close() {
      await worker.close();
      await rm(storage, { recursive: true, force: true });
    },
  };
}

async function main() {
  const sandbox = await serve({ speed: SPEED });
  const edge = await serveEdge({ sandboxUrl: sandbox.url, onLog: console.log });
  const port = await freePort();
  const demo = await serveDemo({ port, apiKey: edge.token, serviceUrl: edge.url, kind: "worker" });
  const input = {
    video: `${demo.url}/samples/performance.mp4`,
    image: `${demo.url}/samples/portrait.jpg`,
  };
  console.log(`Worker: ${edge.url}
Token:  ${edge.token}
Demo page, through the Worker: ${demo.url}

A task without the page:

curl ${edge.url}/runway/pro/act_one \\
  -H 'Authorization: Bearer ${edge.token}' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(input)}'
`);
  process.once("SIGINT", async () => {
    await Promise.all([demo.close(), edge.close(), sandbox.close()]);
    process.exit();
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runCommand(main);
