// Held reads: a proxy that offers them (`Act-One-Wait`) is asked to keep a read open until there is news (`Prefer`), and
// nobody else is. The proxy is a `fetch` of the test; its clock and timers are virtual.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { getTask, init, run, waitForTask } from "../../npm/node.js";
import { elapse, turns } from "../hostile/virtual-time.js";

const ID = "task-1";
const INPUT = { video: "https://media.example/actor.mp4", image: "https://media.example/face.jpg" };
const RUNNING = { task_id: ID, status: "IN_PROGRESS" };
const DONE = { task_id: ID, status: "SUCCESS", result_url: "https://cdn.example/result.mp4" };
const NOT_YET = { code: "task_not_exist", message: "task_not_exist", data: null };

await init();
beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_750_000_000_000 }));
afterEach(() => mock.timers.reset());

let proxies = 0;

/** A proxy that answers as `answer(route, wait, times)` says: `[body, { offer, after, status }]`. */
function proxy(answer) {
  const requests = [];
  const fetch = async (request) => {
    const prefer = request.headers.get("prefer");
    requests.push({ route: new URL(request.url).pathname, prefer, at: Date.now() });
    const { route } = requests.at(-1);
    const [body, { offer = 20, after = 0, status = 200 } = {}] = answer(route, prefer, requests.length);
    if (after > 0) await new Promise((resolve) => setTimeout(resolve, after));
    const headers = offer ? { "act-one-wait": String(offer) } : {};
    return new Response(JSON.stringify(body), { status, headers });
  };
  return { requests, options: { fetch, baseUrl: `https://proxy-${++proxies}.example` } };
}

const preferences = (requests) => requests.map(({ prefer }) => prefer);

test("after an offer the next read leaves at once, held for half of requestTimeout, and so does each after it", async () => {
  const { requests, options } = proxy((route, prefer, times) => {
    if (route.endsWith("act_one")) return [{ task_id: ID, status: "SUBMITTED" }];
    return times < 4 ? [RUNNING, { after: 15_000 }] : [DONE, { after: 3_000 }];
  });
  const task = await elapse(run(INPUT, options));
  assert.equal(task.status, "succeeded");
  assert.deepEqual(preferences(requests), [null, "wait=15", "wait=15", "wait=15"]);
  assert.equal(requests[1].at, requests[0].at);
  assert.ok(requests[3].at - requests[2].at < 15_100, "no pause after a read that was held to its end");
});

test("who has not offered is never asked, and an answer without the offer ends it", async () => {
  const plain = proxy((_, prefer, times) => [times < 4 ? RUNNING : DONE, { offer: 0 }]);
  await elapse(waitForTask(ID, plain.options));
  assert.deepEqual(new Set(preferences(plain.requests)), new Set([null]));
  const once = proxy((_, prefer, times) => [times < 5 ? RUNNING : DONE, { offer: times === 1 ? 20 : 0 }]);
  await elapse(waitForTask(ID, once.options));
  assert.deepEqual(preferences(once.requests), [null, "wait=15", null, null, null]);
});

test("a wait that knows of no snapshot reads plainly first, so that it learns where the task stands", async () => {
  const { requests, options } = proxy((_, prefer) => [prefer ? DONE : RUNNING]);
  await elapse(waitForTask(ID, options));
  assert.deepEqual(preferences(requests), [null, "wait=15"]);
  const old = { id: ID, status: "running", checkedAt: Date.now() - 60_000 };
  requests.length = 0;
  await elapse(waitForTask(old, options));
  assert.deepEqual(preferences(requests), [null, "wait=15"]);
});

test("two early answers without news in a row end it for this wait, and the ordinary schedule goes on", async () => {
  const { requests, options } = proxy((_, prefer, times) => [times < 8 ? RUNNING : DONE]);
  await elapse(waitForTask(ID, options));
  assert.deepEqual(preferences(requests).slice(0, 5), [null, "wait=15", "wait=15", null, null]);
  assert.ok(requests[4].at - requests[3].at >= 1_000);
});

test("a task that is not there yet is held until it is, and being told so early makes no busy loop", async () => {
  const { requests, options } = proxy((_, prefer, times) =>
    times < 6 ? [NOT_YET, { status: 400 }] : [DONE],
  );
  await elapse(waitForTask(ID, options));
  assert.equal(requests[1].prefer, "wait=15");
  const gaps = requests.slice(1).map(({ at }, index) => at - requests[index].at);
  assert.ok(gaps.slice(1).filter((gap) => gap < 1_000).length <= 2, String(gaps));
});

test("a task that is not there is held no longer than notFoundGrace lets it be away", async () => {
  const { requests, options } = proxy((_, prefer) => [NOT_YET, { status: 400 }]);
  const began = Date.now();
  const error = await elapse(waitForTask(ID, { ...options, notFoundGrace: 2_000 }).catch((thrown) => thrown));
  assert.equal(error.code, "task_not_found");
  assert.deepEqual(preferences(requests).slice(0, 2), [null, "wait=2"]);
  assert.ok(requests.at(-1).at - began < 5_000, String(requests.at(-1).at - began));
});

test("pollInterval switches it off, and getTask is never held", async () => {
  const { requests, options } = proxy((_, prefer, times) => [times % 4 ? RUNNING : DONE]);
  await elapse(waitForTask(ID, { ...options, pollInterval: 500 }));
  await getTask(ID, options);
  assert.deepEqual(new Set(preferences(requests)), new Set([null]));
});

test("a short requestTimeout shortens the hold, down to none", async () => {
  for (const [requestTimeout, expected] of [
    [4_000, "wait=2"],
    [1_500, null],
  ]) {
    const { requests, options } = proxy((_, prefer, times) => [times < 2 ? RUNNING : DONE]);
    await elapse(waitForTask(ID, { ...options, requestTimeout }));
    assert.equal(requests[1].prefer, expected);
  }
});

test("at most three reads of an origin are held at once; further waits poll", async () => {
  let held = 0;
  let most = 0;
  const finish = [];
  const { options } = proxy(() => [RUNNING]);
  const fetch = async (request) => {
    const prefer = request.headers.get("prefer");
    const { task_id } = await request.json();
    const headers = { "act-one-wait": "20" };
    if (!prefer) return new Response(JSON.stringify({ ...RUNNING, task_id }), { headers });
    most = Math.max(most, ++held);
    await new Promise((resolve) => finish.push(resolve));
    held--;
    return new Response(JSON.stringify({ ...DONE, task_id }), { headers });
  };
  const waits = Array.from({ length: 5 }, (_, index) => waitForTask(`task-${index}`, { ...options, fetch }));
  const all = Promise.all(waits);
  for (let rest = 5; rest > 0;) {
    await turns();
    mock.timers.tick(500);
    if (finish.length === Math.min(3, rest)) {
      rest -= finish.length;
      finish.splice(0).forEach((resolve) => resolve());
    }
  }
  await elapse(all);
  assert.equal(most, 3);
});

test("a failed held read is retried like any other, and an abort ends it at once", async () => {
  const { requests, options } = proxy((_, prefer, times) => {
    if (times === 2) throw new TypeError("connection lost");
    return [times < 3 ? RUNNING : DONE];
  });
  assert.equal((await elapse(waitForTask(ID, options))).status, "succeeded");
  assert.deepEqual(preferences(requests), [null, "wait=15", "wait=15"]);
  const controller = new AbortController();
  const hanging = proxy((_, prefer) => [RUNNING, { after: prefer ? 15_000 : 0 }]);
  const wait = waitForTask(ID, { ...hanging.options, signal: controller.signal });
  wait.catch(() => {});
  while (hanging.requests.length < 2) await turns();
  controller.abort("enough");
  await assert.rejects(wait, (reason) => reason === "enough");
});
