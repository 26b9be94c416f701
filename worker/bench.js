// What a page's wait costs through the Worker, at the service's pace and with callbacks delivered: reads that are held
// until there is news, beside the same client polling, in one run of the Worker in workerd. It takes as long as a task.

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, init } from "act-one";
import { serve } from "act-one/sandbox/node";
import { startWorker } from "./local.js";

/** Pages of each kind, all at once. */
const PAGES = 12;

/** The service's pace. */
const TASK_MS = 75_000;
const QUEUE_MS = 8_000;

/** A task every so many ms, so that they do not all end in the same moment. */
const STAGGER_MS = 500;

const SERVICE_KEY = "sk-bench";
const generous = { simple: { limit: 100_000, period: /** @type {const} */ (60) } };

/**
 * @typedef {object} Kind medians over the pages
 * @property {number} requests from the page to the Worker
 * @property {number} delayMs from the callback's delivery to the page's result
 * @property {number} upstreamReads of the service, by the Worker
 * @property {number} alarms
 * @property {number} rows written
 */

/** @returns {Promise<{ held: Kind, polling: Kind, taskMs: number }>} */
export async function measureEdge() {
  await init();
  const storage = await mkdtemp(join(tmpdir(), "act-one-bench-edge-"));
  const token = randomBytes(32).toString("base64url");
  /** When each callback was delivered, by the id in its URL. @type {Map<string, number>} */
  const calledBackAt = new Map();
  const service = await serve({
    keys: [SERVICE_KEY],
    checkMedia: false,
    queueTime: QUEUE_MS,
    runTime: TASK_MS - QUEUE_MS,
    fetch: async (target, init) => {
      const response = await fetch(target, init);
      const id =
        new URL(target instanceof Request ? target.url : String(target)).pathname.split("/")[2] ?? "";
      if (!calledBackAt.has(id)) calledBackAt.set(id, performance.now());
      return response;
    },
  });
  /** What the Worker says of each task at its end. @type {Map<string, Record<string, number>>} */
  const spent = new Map();
  const worker = await startWorker({
    storage,
    bindings: {
      COMETAPI_KEY: SERVICE_KEY,
      COMETAPI_BASE_URL: service.url,
      ACCESS: "bearer",
      ACCESS_TOKEN: token,
      ALLOW_PRIVATE_MEDIA: "true",
      MAX_CONCURRENT_TASKS: "1000",
    },
    limits: { CREATE_LIMIT: generous, READ_LIMIT: generous },
    onLog(line) {
      const { event, task, ...figures } = JSON.parse(line);
      if (event === "task.succeeded") spent.set(task, figures);
    },
  });

  /** @param {number} n @param {boolean} isHeld */
  async function page(n, isHeld) {
    // A page each: an origin of its own, as it has connections and offers of its own.
    const baseUrl = `http://page-${n}-${isHeld ? "held" : "polling"}.example`;
    let requests = 0;
    const client = createClient({
      baseUrl,
      apiKey: token,
      fetch: async (/** @type {any} */ request) => {
        requests++;
        const answer = await fetch(new Request(request.url.replace(baseUrl, worker.url), request));
        if (isHeld) return answer;
        const headers = new Headers(answer.headers);
        headers.delete("Act-One-Wait");
        return new Response(answer.body, { status: answer.status, headers });
      },
    });
    const files = "https://media.example.org";
    const task = await client.run({ video: `${files}/performance.mp4`, image: `${files}/portrait.jpg` });
    return { id: task.id, requests, delayMs: performance.now() - (calledBackAt.get(task.id) ?? NaN) };
  }

  try {
    const pages = [];
    for (let n = 0; n < PAGES; n++) {
      pages.push(Promise.all([page(n, true), page(n, false)]));
      await new Promise((resolve) => setTimeout(resolve, STAGGER_MS));
    }
    const measured = await Promise.all(pages);
    const summary = (/** @type {0 | 1} */ kind) => {
      const own = measured.map((pair) => pair[kind]);
      const ofTasks = (/** @type {string} */ name) =>
        median(own.map(({ id }) => spent.get(id)?.[name] ?? NaN));
      return {
        requests: median(own.map(({ requests }) => requests)),
        delayMs: median(own.map(({ delayMs }) => delayMs)),
        upstreamReads: ofTasks("reads"),
        alarms: ofTasks("alarms"),
        rows: ofTasks("rows"),
      };
    };
    const taskMs = median(measured.flat().map(({ id }) => spent.get(id)?.ms ?? NaN));
    return { held: summary(0), polling: summary(1), taskMs };
  } finally {
    await worker.close();
    await service.close();
    await rm(storage, { recursive: true, force: true });
  }
}

/** @param {Awaited<ReturnType<typeof measureEdge>>} results */
export function edgeTable({ held, polling, taskMs }) {
  const rows = [
    [`a task of ${Math.round(taskMs / 1000)} s, medians of ${PAGES}`, "held reads", "polling"],
    ["requests from page to Worker, create included", held.requests, polling.requests],
    ["ms from callback to the page's result", Math.round(held.delayMs), Math.round(polling.delayMs)],
    ["reads of the service", held.upstreamReads, polling.upstreamReads],
    ["alarms", held.alarms, polling.alarms],
    ["rows written", held.rows, polling.rows],
  ].map((row) => row.map(String));
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (/** @type {string[]} */ row) =>
    `| ${row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, n) => (n === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join("\n");
}

/** @param {number[]} numbers */
function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}
