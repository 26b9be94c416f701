// kill -9 at each point where a task can be: what was paid for is found again, and nothing is paid for twice.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { assertStoredWhole, create, feed, input, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

const isCreate = (/** @type {Request} */ request) => request.url.endsWith("/act_one");
const isFeed = (/** @type {Request} */ request) => request.url.endsWith("/feed");
const isVideo = (/** @type {Request} */ request) => request.url.endsWith(".mp4");

/** The package's bound on requests in flight to one service. */
const UNDER_WAY_AT_ONCE = 32;

const createOnce = (/** @type {string} */ key) => create(edge.url, { headers: { "Idempotency-Key": key } });

/** An answer that never comes. */
const never = () => /** @type {Promise<never>} */ (new Promise(() => {}));

/** Lets the test wait for a request to get to a point, and holds it there as long as the switch is on. */
function trap() {
  /** @type {() => void} */
  let spring = () => {};
  const sprung = new Promise((resolve) => (spring = () => resolve(undefined)));
  return { isSet: true, spring, sprung };
}

test("killed before the create was sent: nothing was paid, and the same key creates the task once", async () => {
  let isHolding = true;
  let held = 0;
  edge = await startEdge({
    service: { answer: (request) => (isHolding && isCreate(request) ? (held++, never()) : undefined) },
  });
  // As many creates as may be under way at once are held by the service; the others wait in the Worker, unsent.
  const keys = Array.from({ length: UNDER_WAY_AT_ONCE + 8 }, (_, n) => `before-${n}`);
  const sendAll = () => Promise.all(keys.map((key) => createOnce(key).catch(() => undefined)));
  const calls = sendAll();
  await until(() => held === UNDER_WAY_AT_ONCE);
  await edge.kill();
  await calls;
  isHolding = false;
  await edge.restart();

  const statuses = (await sendAll()).map((response) => response?.status);
  assert.equal(
    statuses.filter((status) => status === 502).length,
    held,
    "what may have been paid is not repeated",
  );
  assert.equal(statuses.filter((status) => status === 200).length, keys.length - held);
  assert.equal(edge.service.counts.accepted, keys.length - held);
});

test("killed before the create was sent, and never repeated: it gives its place back", async () => {
  let held = 0;
  const isStuck = (/** @type {Request} */ request) => isCreate(request) && held < UNDER_WAY_AT_ONCE;
  edge = await startEdge({
    service: { answer: (request) => (isStuck(request) ? (held++, never()) : undefined) },
  });
  const keys = Array.from({ length: UNDER_WAY_AT_ONCE + 1 }, (_, n) => `given-up-${n}`);
  const calls = keys.map((key) => createOnce(key).catch(() => undefined));
  await until(() => held === UNDER_WAY_AT_ONCE);
  await edge.kill();
  await Promise.all(calls);
  await edge.restart();
  await until(() => edge.logLines.some((line) => line.includes('"abandoned"')));
  assert.equal(edge.service.counts.creates, 0);
});

test("killed between the service's yes and its arrival: the task says taskMayExist and is not sent again", async () => {
  const hold = trap();
  edge = await startEdge({
    service: {
      callbackCopies: 0,
      answer: async (request, next) => {
        if (!hold.isSet || !isCreate(request)) return undefined;
        await next();
        hold.spring();
        return never();
      },
    },
    bindings: { UNKNOWN_MINUTES: "0.05" },
  });
  const headers = { "Idempotency-Key": "lost-answer" };
  const lost = create(edge.url, { headers }).catch(() => {});
  await hold.sprung;
  await edge.kill();
  await lost;
  hold.isSet = false;
  await edge.restart();

  const repeat = await create(edge.url, { headers });
  assert.equal(repeat.status, 502);
  const { error } = await repeat.json();
  assert.equal(error.code, "task_may_exist");
  const [taskId] = error.message.match(/[0-9a-f]{8}-[0-9a-f-]{27}/);
  const first = await (await feed(edge.url, taskId)).json();
  assert.equal(first.data.task_may_exist, true);

  const ended = await edge.client.waitForTask(taskId).catch((error) => error);
  assert.equal(ended.code, "task_failed");
  assert.match(ended.message, /taskMayExist/);
  assert.equal(ended.task.raw.data.task_may_exist, true);
  assert.equal(edge.service.counts.creates, 1);
});

test("a create whose answer was lost in a crash is settled by its callback", async () => {
  const hold = trap();
  edge = await startEdge({
    service: {
      runTime: 320_000,
      answer: async (request, next) => {
        if (!hold.isSet || !isCreate(request)) return undefined;
        await next();
        hold.spring();
        return never();
      },
    },
  });
  const headers = { "Idempotency-Key": "settled-later" };
  const lost = create(edge.url, { headers }).catch(() => {});
  await hold.sprung;
  await edge.kill();
  await lost;
  hold.isSet = false;
  await edge.restart();

  const response = await until(async () => {
    const repeat = await create(edge.url, { headers });
    return repeat.ok && repeat;
  });
  const { data } = await response.json();
  const task = await edge.client.waitForTask(data.task_id);
  await assertStoredWhole(task, [...edge.service.tasks.values()][0]);
  assert.equal(edge.service.counts.creates, 1);
});

test("killed while reading the task: reading goes on, with nobody asking", async () => {
  const hold = trap();
  edge = await startEdge({
    service: {
      callbackCopies: 0,
      answer: (request) => (hold.isSet && isFeed(request) ? (hold.spring(), never()) : undefined),
    },
  });
  const task = await edge.client.submit(input);
  await hold.sprung;
  await edge.kill();
  hold.isSet = false;
  await edge.restart();

  await until(() => edge.logLines.some((line) => line.includes('"task.succeeded"')));
  const ended = await edge.client.getTask(task.id);
  await assertStoredWhole(ended, [...edge.service.tasks.values()][0]);
  assert.equal(edge.service.counts.creates, 1);
});

test("killed while copying the video: the copy is made again, whole", async () => {
  const hold = trap();
  edge = await startEdge({
    service: {
      answer: async (request, next) => {
        if (!hold.isSet || !isVideo(request)) return undefined;
        return halfOf(await next(), hold.spring);
      },
    },
  });
  const task = await edge.client.submit(input);
  await hold.sprung;
  const during = await edge.client.getTask(task.id);
  assert.equal(during.status, "running");
  await edge.kill();
  hold.isSet = false;
  await edge.restart();

  const ended = await edge.client.waitForTask(task.id);
  await assertStoredWhole(ended, [...edge.service.tasks.values()][0]);
  assert.equal(edge.service.counts.creates, 1);
});

test("a caller who hangs up in the middle of a create finds the task under the same key", async () => {
  const hold = trap();
  edge = await startEdge({
    service: {
      answer: async (request, next) => {
        if (!isCreate(request)) return undefined;
        const response = await next();
        hold.spring();
        await until(() => !hold.isSet);
        return response;
      },
    },
  });
  const headers = { "Idempotency-Key": "hung-up" };
  const caller = new AbortController();
  const call = create(edge.url, { headers, signal: caller.signal }).catch(() => {});
  await hold.sprung;
  caller.abort();
  await call;
  hold.isSet = false;

  const repeat = await create(edge.url, { headers });
  assert.equal(repeat.status, 200);
  const { data } = await repeat.json();
  assert.equal((await edge.client.waitForTask(data.task_id)).status, "succeeded");
  assert.equal(edge.service.counts.creates, 1);
});

/**
 * Half of the file, and then silence.
 *
 * @param {Response} response
 * @param {() => void} then
 */
async function halfOf(response, then) {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(bytes.subarray(0, bytes.length / 2));
      setTimeout(then, 200);
    },
  });
  return new Response(body, { headers: response.headers });
}
