import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock, createSandbox } from "../../sandbox/index.js";
import { base, input, open } from "./caller.js";

/**
 * A sandbox, and a way to read a task that says whether the answer has come.
 *
 * @param {import("../../sandbox/index.js").SandboxOptions} [options]
 */
function openHeld(options) {
  const opened = open({ queueTime: 10_000, runTime: 100_000, invisibleFor: 2_000, ...options });

  /** @param {string} id @param {string} [prefer] @param {AbortSignal} [signal] */
  function read(id, prefer = "wait=15", signal) {
    const held = { isHeld: true, answer: /** @type {Promise<Response>} */ (Promise.resolve(new Response())) };
    const headers = { Authorization: "Bearer sk-sandbox", Prefer: prefer };
    const body = JSON.stringify({ task_id: id });
    const request = { method: "POST", headers, body, signal: signal ?? null };
    held.answer = opened.sandbox.fetch(`${base}/runway/feed`, request).finally(() => (held.isHeld = false));
    return held;
  }
  return { ...opened, read };
}

/** Lets everything that is not waiting for the clock come to its end. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

/** @param {Promise<Response>} answer */
const statusOf = async (answer) => (await (await answer).json()).data?.status;

test("answers to creates and feeds offer to hold reads, those for unknown tasks too", async () => {
  const { create, feed, accepted, post } = open({ heldReads: 20 });
  for (const answer of [await create(), await feed(await accepted()), await feed("unknown")]) {
    assert.equal(answer.headers.get("Act-One-Wait"), "20");
  }
  assert.equal((await post("/elsewhere", {})).headers.has("Act-One-Wait"), false);
});

test("a sandbox that offers nothing holds nothing", async () => {
  const { accepted, read } = openHeld({ heldReads: 0 });
  const answer = await read(await accepted()).answer;
  assert.equal(answer.headers.has("Act-One-Wait"), false);
});

test("a read is held until the task's status changes", async () => {
  const { accepted, read, clock } = openHeld();
  const id = await accepted();
  clock.advance(5_000);
  const held = read(id);
  await settle();
  clock.advance(4_000);
  await settle();
  assert.ok(held.isHeld);
  clock.advance(1_000);
  assert.equal(await statusOf(held.answer), "IN_PROGRESS");
});

test("a read that nothing happens to is answered when its time is up, and never later than what is offered", async () => {
  const { accepted, read, clock } = openHeld({ outcome: "stall", progressStep: 1 });
  const id = await accepted();
  clock.advance(11_000);
  for (const [prefer, seconds] of /** @type {const} */ ([
    ["wait=5", 5],
    ["respond-async, wait=7", 7],
    ['WAIT="9"', 9],
    ["wait=3600", 30],
  ])) {
    const held = read(id, prefer);
    await settle();
    clock.advance(seconds * 1000 - 1);
    await settle();
    assert.ok(held.isHeld, prefer);
    clock.advance(1);
    assert.equal(await statusOf(held.answer), "IN_PROGRESS", prefer);
  }
});

test("a preference that is no number of seconds, or another one, holds nothing", async () => {
  const { accepted, read, clock } = openHeld();
  const id = await accepted();
  clock.advance(5_000);
  for (const prefer of [
    "",
    "wait",
    "wait=",
    "wait=soon",
    "wait=-1",
    "await=10",
    "return=minimal",
    "wait=0",
  ]) {
    assert.equal(await statusOf(read(id, prefer).answer), "QUEUED", prefer);
  }
});

test("progress alone ends a held read after 12 s and not before", async () => {
  const { accepted, read, clock } = openHeld({ progressStep: 0.01 });
  const id = await accepted();
  clock.advance(20_000);
  const held = read(id, "wait=30");
  await settle();
  clock.advance(11_999);
  await settle();
  assert.ok(held.isHeld);
  clock.advance(1);
  assert.equal(await statusOf(held.answer), "IN_PROGRESS");
  const steps = openHeld({ progressStep: 0.2 });
  const slow = await steps.accepted();
  steps.clock.advance(11_000);
  const later = steps.read(slow, "wait=30");
  await settle();
  steps.clock.advance(18_000);
  await settle();
  assert.ok(later.isHeld, "there was none after 12 s");
  steps.clock.advance(1_000);
  assert.equal((await (await later.answer).json()).data.progress, "20%");
});

test("an ended task is answered at once, and the end ends a held read", async () => {
  const { accepted, read, clock } = openHeld({ progressStep: 1 });
  const id = await accepted();
  clock.advance(100_000);
  const held = read(id);
  await settle();
  clock.advance(10_000);
  assert.equal(await statusOf(held.answer), "SUCCESS");
  assert.equal(await statusOf(read(id).answer), "SUCCESS");
});

test("a task that the feed does not know yet is held until it does, an unknown id until the time is up", async () => {
  const { accepted, read, clock } = openHeld();
  const [early, unknown] = [read(await accepted()), read("196642a0-05e1-441a-981e-eb0c1f5d983b")];
  await settle();
  clock.advance(2_000);
  assert.equal(await statusOf(early.answer), "QUEUED");
  assert.ok(unknown.isHeld);
  clock.advance(13_000);
  assert.equal((await (await unknown.answer).json()).code, "task_not_exist");
});

test("a caller who hangs up is held no longer, and a refused one is not held at all", async () => {
  const { accepted, read, sandbox } = openHeld();
  const id = await accepted();
  const aborter = new AbortController();
  const held = read(id, "wait=15", aborter.signal);
  aborter.abort("enough");
  await assert.rejects(held.answer, (reason) => reason === "enough");
  const headers = { Authorization: "Bearer wrong", Prefer: "wait=15" };
  const refused = await sandbox.fetch(`${base}/runway/feed`, { method: "POST", headers, body: "{}" });
  assert.equal(refused.status, 401);
});

test("the timer of a read whose caller hangs up is cancelled: it does not keep the process alive", async () => {
  const sandbox = createSandbox({ keys: null, checkMedia: false });
  const body = JSON.stringify({ task_id: "unknown" });
  const headers = { Prefer: "wait=15" };
  const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  await settle();
  const before = timers();
  const aborter = new AbortController();
  const answer = sandbox.fetch(`${base}/runway/feed`, {
    method: "POST",
    headers,
    body,
    signal: aborter.signal,
  });
  await settle();
  assert.equal(timers(), before + 1);
  aborter.abort("enough");
  await assert.rejects(answer, (reason) => reason === "enough");
  await settle();
  assert.equal(timers(), before);
});

test("a clock whose timers cannot be cancelled will do", async () => {
  for (const returned of [undefined, 5]) {
    const clock = createClock();
    const after = (/** @type {[number, () => void]} */ ...booking) => {
      clock.after(...booking);
      return /** @type {any} */ (returned);
    };
    const { accepted, read } = openHeld({ clock: { now: clock.now, after } });
    const id = await accepted();
    const held = read(id);
    await settle();
    clock.advance(2_000);
    assert.equal(await statusOf(held.answer), "QUEUED");
  }
});

test("on the time of day a task of any speed is followed to its end by held reads alone", async () => {
  const sandbox = createSandbox({ speed: 1000, checkMedia: false });
  const headers = { Authorization: "Bearer sk-sandbox", Prefer: "wait=15" };
  const call = (/** @type {string} */ path, /** @type {object} */ body) =>
    sandbox.fetch(base + path, { method: "POST", headers, body: JSON.stringify(body) });
  const { data } = await (await call("/runway/pro/act_one", input)).json();
  /** @type {string[]} */
  const seen = [];
  while (seen.at(-1) !== "SUCCESS") {
    const answer = await (await call("/runway/feed", { task_id: data.task_id })).json();
    seen.push(answer.data.status);
  }
  assert.deepEqual([...new Set(seen)].at(-1), "SUCCESS");
  assert.ok(sandbox.counts.reads <= 12, `${sandbox.counts.reads} reads`);
});
