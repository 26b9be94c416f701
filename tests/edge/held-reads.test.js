// Reads that wait for news, as a page or a backend makes them: what ends them, what they cost, and who cannot use them up.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ACCESS_TOKEN, create, feed, ORIGIN, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

/** @param {string} id @param {string} [prefer] */
function hold(id, prefer = "wait=25") {
  const held = { isOpen: true, answer: /** @type {Promise<any>} */ (Promise.resolve()) };
  held.answer = feed(edge.url, id, { Prefer: prefer }).then(async (response) => {
    held.isOpen = false;
    return { offer: response.headers.get("Act-One-Wait"), body: await response.json() };
  });
  return held;
}

const accepted = async () => (await (await create(edge.url)).json()).data.task_id;

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

const wordOf = (/** @type {any} */ { body }) => body.data?.status ?? body.code;

test("answers to creates and feeds offer to hold reads, and a page of an allowed origin sees the offer", async () => {
  edge = await startEdge();
  const headers = { Origin: ORIGIN };
  const created = await create(edge.url, { headers });
  const { data } = await created.json();
  for (const answer of [
    created,
    await feed(edge.url, data.task_id, headers),
    await feed(edge.url, crypto.randomUUID(), headers),
  ]) {
    assert.equal(answer.headers.get("Act-One-Wait"), "25");
    assert.match(answer.headers.get("Access-Control-Expose-Headers") ?? "", /act-one-wait/);
  }
  const preflight = await fetch(`${edge.url}/runway/feed`, {
    method: "OPTIONS",
    headers: { Origin: ORIGIN, "Access-Control-Request-Method": "POST" },
  });
  const allowed = preflight.headers.get("Access-Control-Allow-Headers")?.split(", ") ?? [];
  for (const name of ["prefer", "idempotency-key", "act-one-filename", "range", "if-range"]) {
    assert.ok(allowed.includes(name), name);
  }
});

test("HOLD_SECONDS 0 offers nothing and holds nothing", async () => {
  edge = await startEdge({ service: { outcome: "stall" }, bindings: { HOLD_SECONDS: "0" } });
  const created = await create(edge.url);
  assert.equal(created.headers.get("Act-One-Wait"), null);
  const { offer } = await hold((await created.json()).data.task_id).answer;
  assert.equal(offer, null);
});

test("a task is followed to its end by held reads alone, one for each change", async () => {
  edge = await startEdge({ service: { speed: 40 } });
  const id = await accepted();
  /** @type {string[]} */
  const words = [];
  while (words.at(-1) !== "SUCCESS") words.push(wordOf(await hold(id).answer));
  assert.deepEqual(words, ["IN_PROGRESS", "SUCCESS"]);
});

test("the end comes to its reader with the callback, however long the Worker would have slept", async () => {
  edge = await startEdge({ bindings: { POLL_INTERVAL_MS: "600000" } });
  const id = await accepted();
  const words = [wordOf(await hold(id).answer)];
  // The copying of the video can be seen, or not.
  if (words[0] === "IN_PROGRESS") words.push(wordOf(await hold(id).answer));
  assert.equal(words.at(-1), "SUCCESS");
  assert.ok(edge.service.counts.reads <= 2);
});

test("a read to which nothing happens is answered when its time is up, with the offer renewed", async () => {
  edge = await startEdge({ service: { outcome: "stall", queueTime: 1e9 } });
  const id = await accepted();
  const held = hold(id, "respond-async, wait=2");
  await pause(1000);
  assert.ok(held.isOpen);
  const answer = await held.answer;
  assert.deepEqual([wordOf(answer), answer.offer], ["QUEUED", "25"]);
});

test("progress alone does not end a held read in its first seconds, and does after twelve", async () => {
  edge = await startEdge({
    service: { speed: 1, queueTime: 0, runTime: 60_000, invisibleFor: 0, progressStep: 0.01 },
  });
  const id = await accepted();
  await until(async () => wordOf(await hold(id, "wait=0").answer) === "IN_PROGRESS");
  const held = hold(id);
  await pause(9000);
  assert.ok(held.isOpen, "progress has moved meanwhile");
  const { body } = await held.answer;
  assert.equal(body.data.status, "IN_PROGRESS");
});

test("an id that there is no task of, somebody else's or not, is held until the time is up", async () => {
  edge = await startEdge();
  const held = hold(crypto.randomUUID(), "wait=2");
  await pause(800);
  assert.ok(held.isOpen);
  assert.equal(wordOf(await held.answer), "task_not_exist");
  const impossible = await hold("no-id-of-this-worker").answer;
  assert.equal(impossible.offer, null, "nobody is invited to ask again at once");
});

test("a task that is created under a held read's id is told to it", async () => {
  edge = await startEdge({ service: { speed: 10 } });
  const headers = { "Idempotency-Key": "known-later" };
  const first = await (await create(edge.url, { headers })).json();
  const id = first.data.task_id;
  const other = await startEdge({ service: { speed: 10 } });
  try {
    const early = feed(other.url, id, { Prefer: "wait=25" }).then((response) => response.json());
    await pause(300);
    await create(other.url, { headers });
    assert.equal((await early).data.task_id, id);
  } finally {
    await other.close();
  }
});

test("2,000 readers of one task cost the service one read, and all see its end", async () => {
  edge = await startEdge({ bindings: { POLL_INTERVAL_MS: "600000" }, service: { speed: 20 } });
  const id = await accepted();
  const readers = Array.from({ length: 2000 }, async () => {
    for (;;) {
      // 2,000 connections at once are more than some machines take; a read is safe to repeat.
      const word = await hold(id).answer.then(wordOf, () => "no connection");
      if (word === "SUCCESS") return word;
    }
  });
  assert.equal(new Set(await Promise.all(readers)).size, 1);
  assert.ok(edge.service.counts.reads <= 2, `${edge.service.counts.reads} reads`);
});

test("ids that were made up use nobody up: from the twenty-first reader of one on, the answer comes at once", async () => {
  edge = await startEdge();
  const id = crypto.randomUUID();
  const held = Array.from({ length: 20 }, () => hold(id, "wait=3"));
  await pause(500);
  const { offer, body } = await hold(id, "wait=3").answer;
  assert.deepEqual([offer, body.code], [null, "task_not_exist"]);
  assert.ok(held.every(({ isOpen }) => isOpen));
  await Promise.all(held.map(({ answer }) => answer));
});

test("a held read that a crash breaks is a request that failed, and the next one goes on", async () => {
  edge = await startEdge({ service: { speed: 20 } });
  const id = await accepted();
  const held = hold(id).answer.catch(() => "broken");
  await pause(300);
  await edge.kill();
  assert.equal(await held, "broken");
  await edge.restart();
  await until(async () => wordOf(await hold(id).answer) === "SUCCESS");
  assert.equal(edge.service.counts.creates, 1);
});

test("deleting a task ends the reads that are held for it", async () => {
  edge = await startEdge({ bindings: { KEEP_HOURS: "1" } });
  const id = await accepted();
  await until(async () => wordOf(await hold(id).answer) === "SUCCESS");
  const headers = { Authorization: `Bearer ${ACCESS_TOKEN}` };
  assert.equal((await fetch(`${edge.url}/api/task/${id}`, { method: "DELETE", headers })).status, 204);
  assert.equal(wordOf(await hold(id, "wait=1").answer), "task_not_exist");
});
