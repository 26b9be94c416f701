// kill -9 at random times, round after round, with tasks in every state: in the end each has ended right, and the
// service was asked to create each of them once at most.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { create, feed, input, startEdge, until } from "./edge.js";

const ROUNDS = 50;
const CREATES_PER_ROUND = 3;
const LONGEST_ROUND_MS = 1200;

/** @type {Awaited<ReturnType<typeof startEdge>> | undefined} */
let edge;
after(() => edge?.close());

test(`${ROUNDS} crashes at random times lose no task, pay none twice and truncate no video`, async (context) => {
  edge = await startEdge({
    // Tasks of about a second, so that a crash finds some of them in each state.
    service: { speed: 1, queueTime: 200, runTime: 800, invisibleFor: 100, answer: dawdle },
    bindings: { UNKNOWN_MINUTES: "0.25" },
  });
  /** @type {Map<string, Order>} */
  const orders = new Map();
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = Array.from({ length: CREATES_PER_ROUND }, (_, n) => order(`${round}-${n}`));
    for (const one of fresh) orders.set(one.key, one);
    const open = [...orders.values()].filter((one) => one.state === "unanswered");
    const calls = open.map((one) => send(one));
    await sleep(Math.random() * LONGEST_ROUND_MS);
    await edge.kill();
    await Promise.all(calls);
    await edge.restart();
  }
  for (const one of orders.values()) while (one.state === "unanswered") await send(one);
  await Promise.all([...orders.values()].map(settle));

  const ends = [...orders.values()].map((one) => one.state);
  const summary = [...new Set(ends)].map((state) => `${ends.filter((end) => end === state).length} ${state}`);
  context.diagnostic(`${orders.size} tasks over ${ROUNDS} kills: ${summary.join(", ")}`);
  for (const one of orders.values()) await assertRight(one);
  const accepted = [...orders.values()].filter((one) => sourcesOf(one).length === 1);
  assert.equal(edge.service.counts.accepted, accepted.length);
  await assertLedgerIsExact(orders.size);
});

/** @typedef {{ key: string, video: string, state: "unanswered" | "accepted" | "unknown" | "succeeded" | "failed", id: string, videoUrl: string }} Order */

/** @returns {Order} */
function order(/** @type {string} */ name) {
  const wish = Math.random() < 0.2 ? "fail" : "succeed";
  const video = `https://media.example.org/${name}.mp4?sandbox=${wish}`;
  return { key: `round-${name}`, video, state: "unanswered", id: "", videoUrl: "" };
}

/** Sends a create, as a caller does who repeats it with the same key until it is answered. */
async function send(/** @type {Order} */ one) {
  await sleep(Math.random() * 300);
  const { url } = /** @type {NonNullable<typeof edge>} */ (edge);
  try {
    const body = { ...input, video: one.video };
    const response = await create(url, { body, headers: { "Idempotency-Key": one.key } });
    const answer = await response.json();
    if (response.ok) [one.state, one.id] = ["accepted", answer.data.task_id];
    else if (answer.error.code === "task_may_exist") {
      [one.state, one.id] = ["unknown", answer.error.message.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)[0]];
    }
  } catch {
    // Killed in the middle: the next round asks again.
  }
}

/** Waits for the task's end, as its readers see it. */
async function settle(/** @type {Order} */ one) {
  const { url } = /** @type {NonNullable<typeof edge>} */ (edge);
  const { data } = await until(async () => {
    const answer = await (await feed(url, one.id)).json();
    await sleep(300);
    return /^(SUCCESS|FAILURE)$/.test(answer.data.status) && answer;
  });
  if (data.status === "SUCCESS") [one.state, one.videoUrl] = ["succeeded", data.result_url];
  else one.state = data.task_may_exist ? "unknown" : "failed";
}

async function assertRight(/** @type {Order} */ one) {
  const sources = sourcesOf(one);
  if (one.state === "unknown") {
    assert.ok(sources.length <= 1, `${one.key} was paid ${sources.length} times`);
    return;
  }
  assert.equal(sources.length, 1, `${one.key} was paid ${sources.length} times`);
  const [source] = sources;
  assert.equal(one.state, source?.outcome === "fail" ? "failed" : "succeeded", one.key);
  if (one.state === "failed") return;
  const [stored, original] = await Promise.all([bytesAt(one.videoUrl), bytesAt(source?.results.video ?? "")]);
  assert.ok(stored.equals(original), `${one.key}: the stored video is not the source`);
}

/** What the service has made of an order. */
function sourcesOf(/** @type {Order} */ one) {
  const tasks = [...(edge?.service.tasks.values() ?? [])];
  return tasks.filter((task) => task.video === one.video);
}

/** Every place was given back, and the day's creates are the tasks that were begun. */
async function assertLedgerIsExact(/** @type {number} */ begun) {
  const { kill, restart, url, client } = /** @type {NonNullable<typeof edge>} */ (edge);
  await kill();
  await restart({ MAX_CONCURRENT_TASKS: "1", MAX_CREATES_PER_DAY: String(begun + 1) });
  const lastOfTheDay = await create(url);
  assert.equal(lastOfTheDay.status, 200, "with all tasks ended, a single place is free");
  await client.waitForTask((await lastOfTheDay.json()).data.task_id);
  const oneTooMany = await create(url);
  assert.equal((await oneTooMany.json()).error.code, "daily_limit");
}

/** Each answer of the service takes its time, and videos come in pieces. */
async function dawdle(/** @type {Request} */ request, /** @type {() => Promise<Response>} */ next) {
  await sleep(Math.random() * 60);
  const response = await next();
  await sleep(Math.random() * 60);
  if (!request.url.endsWith(".mp4")) return response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const body = new ReadableStream({
    async start(controller) {
      for (let at = 0; at < bytes.length; at += 4096) {
        controller.enqueue(bytes.subarray(at, at + 4096));
        await sleep(20);
      }
      controller.close();
    },
  });
  return new Response(body, { headers: response.headers });
}

async function bytesAt(/** @type {string} */ address) {
  return Buffer.from(await (await fetch(address)).arrayBuffer());
}

function sleep(/** @type {number} */ ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
