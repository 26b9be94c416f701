// The Worker in workerd with the sandbox as the service behind it, for the tests: started, killed without warning,
// started again on the same storage, and stopped. What a test wants to go wrong, it does to the sandbox's answers.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, init } from "act-one";
import { serve } from "act-one/sandbox/node";
import { startWorker } from "../../worker/local.js";

export const ACCESS_TOKEN = "a-token-for-tests-that-is-long-enough-0123456789";

/** Not a word that turns up by itself: tests look for it in everything that leaves the Worker. */
export const SERVICE_KEY = "sk-the-key-that-nobody-may-see";

export const ORIGIN = "https://app.example";

export const input = {
  video: "https://media.example.org/performance.mp4",
  image: "https://media.example.org/portrait.png",
};

/**
 * @param {object} [options]
 * @param {import("act-one/sandbox").SandboxOptions} [options.service]
 * @param {Record<string, string>} [options.bindings]
 * @param {import("../../worker/local.js").WorkerOptions["limits"]} [options.limits]
 * @param {boolean} [options.isFaulty] whether faults can be switched on, with `setFaults`
 */
export async function startEdge({ service: serviceOptions, bindings, limits, isFaulty = false } = {}) {
  await init();
  const storage = await mkdtemp(join(tmpdir(), "act-one-edge-"));
  const service = await serve({
    keys: [SERVICE_KEY],
    speed: 80,
    checkMedia: false,
    clock,
    ...serviceOptions,
  });
  /** @type {string[]} */
  const logLines = [];
  const generous = { simple: { limit: 100_000, period: /** @type {const} */ (60) } };
  const options = {
    storage,
    bindings: {
      COMETAPI_KEY: SERVICE_KEY,
      COMETAPI_BASE_URL: service.url,
      ACCESS: "bearer",
      ACCESS_TOKEN,
      ALLOWED_ORIGINS: ORIGIN,
      POLL_INTERVAL_MS: "300",
      MAX_CONCURRENT_TASKS: "1000",
      MAX_CREATES_PER_DAY: "10000",
      ...bindings,
    },
    limits: limits ?? { CREATE_LIMIT: generous, READ_LIMIT: generous },
    onLog: (/** @type {string} */ line) => void logLines.push(line),
    ...(isFaulty && { entry: fileURLToPath(new URL("./faulty/worker.ts", import.meta.url)) }),
  };
  let [worker, pid] = await withPid(() => startWorker(options));
  const { url } = worker;
  const port = Number(new URL(url).port);

  return {
    url,
    service: service.sandbox,
    logLines,
    /** The Worker as a caller with the token sees it. */
    client: createClient({ baseUrl: url, apiKey: ACCESS_TOKEN, pollInterval: 150, maxRetries: 8 }),

    /** What the cron trigger does. */
    runCron: () => worker.runCron(),
    /** @param {object} changes to the switches of faulty/worker.ts */
    setFaults: (changes) => fetch(`${url}/faults`, { method: "POST", body: JSON.stringify(changes) }),

    /** `kill -9`, in the middle of whatever it is doing. */
    async kill() {
      process.kill(pid, "SIGKILL");
      await worker.close();
    },
    /** @param {Record<string, string>} [changes] to the bindings */
    async restart(changes = {}) {
      const bindings = { ...options.bindings, ...changes };
      [worker, pid] = await withPid(() => startWorker({ ...options, bindings, port }));
    },
    async close() {
      await worker.close();
      await service.close();
      await rm(storage, { recursive: true, force: true });
    },
  };
}

/** Node's timers can be a millisecond early, and a callback that is not due yet waits for the next request. */
const clock = {
  now: () => Date.now(),
  after: (/** @type {number} */ ms, /** @type {() => void} */ action) =>
    void setTimeout(action, ms + 2).unref(),
};

/**
 * A create as it goes over the wire, for what the client does not send.
 *
 * @param {string} url
 * @param {{ body?: unknown, headers?: Record<string, string>, signal?: AbortSignal }} [request]
 */
export function create(url, { body = input, headers = {}, signal } = {}) {
  return post(`${url}/runway/pro/act_one`, { body, headers, signal });
}

/**
 * @param {string} url
 * @param {string} taskId
 * @param {Record<string, string>} [headers]
 */
export function feed(url, taskId, headers) {
  return post(`${url}/runway/feed`, { body: { task_id: taskId }, headers });
}

/**
 * @param {string} address
 * @param {{ body: unknown, headers?: Record<string, string>, signal?: AbortSignal }} request
 */
function post(address, { body, headers, signal }) {
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${ACCESS_TOKEN}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
    signal: signal ?? null,
  });
}

/**
 * @param {import("act-one").Task} task
 * @param {import("act-one/sandbox").SandboxTask | undefined} source
 */
export async function assertStoredWhole(task, source) {
  const [stored, original] = await Promise.all(
    [task.videoUrl, source?.results.video].map(async (address) =>
      Buffer.from(await (await fetch(address ?? "")).arrayBuffer()),
    ),
  );
  assert.ok(stored?.equals(original ?? Buffer.alloc(0)), "the stored video is the source, byte for byte");
}

/**
 * Polls until `look` gives something.
 *
 * @template T
 * @param {() => T | undefined | false | Promise<T | undefined | false>} look
 * @returns {Promise<T>}
 */
export async function until(look) {
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/**
 * The workerd that `start` starts, as nothing else can tell us its process id.
 *
 * @template T
 * @param {() => Promise<T>} start
 * @returns {Promise<[T, number]>}
 */
async function withPid(start) {
  const before = workerdChildren();
  const started = await start();
  const [pid] = workerdChildren().filter((child) => !before.includes(child));
  if (pid === undefined) throw new Error("the workerd that was started is not among this process's children");
  return [started, pid];
}

function workerdChildren() {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" });
  return table
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, command]) => Number(parent) === process.pid && /workerd/.test(command ?? ""))
    .map(([pid]) => Number(pid));
}
