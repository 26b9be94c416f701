import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock, createSandbox } from "../../sandbox/index.js";
import { base, input, open } from "./caller.js";

/** @param {Response} response */
const record = async (response) => (await response.json()).data;

test("a task waits, runs with growing progress, and ends with a URL", async () => {
  const { accepted, feed, clock } = open({ queueTime: 10_000, runTime: 100_000 });
  const id = await accepted();
  /** @type {string[]} */
  const seen = [];
  clock.advance(5_000);
  for (let step = 0; step < 12; step++) {
    const { status, progress } = await record(await feed(id));
    seen.push(`${status} ${progress}`);
    clock.advance(10_000);
  }
  assert.deepEqual(seen.slice(0, 3), ["QUEUED 0%", "IN_PROGRESS 0%", "IN_PROGRESS 10%"]);
  assert.deepEqual(seen.slice(-2), ["IN_PROGRESS 90%", "SUCCESS 100%"]);
  assert.deepEqual((await record(await feed(id))).data.output, [
    `https://sandbox.invalid/outputs/${id}/result.mp4`,
  ]);
});

test("right after create the feed does not know the task, a moment later it does", async () => {
  const { accepted, feed, clock } = open({ invisibleFor: 2_000 });
  const id = await accepted();
  clock.advance(1_999);
  assert.equal((await (await feed(id)).json()).code, "task_not_exist");
  clock.advance(1);
  assert.equal((await record(await feed(id))).task_id, id);
});

test("an id that was never given out stays unknown for ever", async () => {
  const { accepted, feed, clock } = open();
  await accepted();
  clock.advance(1_000_000);
  assert.equal((await feed("196642a0-05e1-441a-981e-eb0c1f5d983b")).status, 400);
});

test("a failed task says why and keeps its time of ending", async () => {
  const { accepted, feed, clock } = open({ outcome: "fail", failReason: "too dark" });
  const id = await accepted();
  clock.advance(83_000);
  const first = await record(await feed(id));
  clock.advance(50_000);
  const later = await record(await feed(id));
  assert.deepEqual([first.status, first.fail_reason], ["FAILURE", "too dark"]);
  assert.deepEqual(later, first);
});

test("a stalled task runs for ever and never says that it is complete", async () => {
  const { accepted, feed, clock } = open({ outcome: "stall" });
  const id = await accepted();
  clock.advance(1_000_000_000);
  const { status, progress } = await record(await feed(id));
  assert.deepEqual([status, progress], ["IN_PROGRESS", "99%"]);

  const instant = open({ outcome: "stall", invisibleFor: 0, queueTime: 0, runTime: 0 });
  assert.equal((await record(await instant.feed(await instant.accepted()))).progress, "99%");
});

test("an input's own query decides how its task ends, before the option does", async () => {
  const { accepted, clock, sandbox } = open({ outcome: "stall" });
  const failing = await accepted({ image: `${input.image}?sandbox=fail&reason=no%20face` });
  const succeeding = await accepted({ video: `${input.video}?sandbox=succeed` });
  const untold = await accepted({ video: `${input.video}?sandbox=dance` });
  clock.advance(100_000);
  assert.equal(sandbox.tasks.get(failing)?.status, "failed");
  assert.equal(sandbox.tasks.get(failing)?.failReason, "no face");
  assert.equal(sandbox.tasks.get(succeeding)?.status, "succeeded");
  assert.equal(sandbox.tasks.get(untold)?.status, "running");
});

test("a function as outcome decides for each task", async () => {
  const { accepted, clock, sandbox } = open({
    outcome: ({ video }) => (video.includes("bad") ? "fail" : undefined),
  });
  const bad = await accepted({ video: "https://media.example/bad.mp4" });
  const good = await accepted();
  clock.advance(100_000);
  assert.equal(sandbox.tasks.get(bad)?.status, "failed");
  assert.equal(sandbox.tasks.get(good)?.status, "succeeded");
});

test("speed divides every one of a task's times", async () => {
  const { accepted, clock, sandbox } = open({ speed: 10 });
  const task = sandbox.tasks.get(await accepted());
  clock.advance(150);
  assert.equal(task?.visible, true);
  clock.advance(650);
  assert.equal(task?.status, "running");
  clock.advance(7_500);
  assert.equal(task?.status, "succeeded");
});

test("creates, reads and refusals are counted for what they are", async () => {
  const { accepted, create, post, feed, sandbox } = open({ keys: ["sk-a", "sk-sandbox"] });
  const id = await accepted();
  await create({ video: "" });
  await post("/runway/pro/act_one", input, "sk-other");
  await post("/runway/pro/act_one", input, "sk-a");
  await feed(id);
  await feed("unknown");
  assert.deepEqual(sandbox.counts, {
    creates: 4,
    accepted: 2,
    refused: 2,
    reads: 2,
    lists: 0,
    uploads: 0,
    callbacks: 0,
    callbackFailures: 0,
    unauthorized: 1,
    rateLimited: 0,
  });
});

test("under a base path it answers there and nowhere else, and its results are there too", async () => {
  const { sandbox, clock } = open({ basePath: "/sandbox" });
  const headers = { Authorization: "Bearer sk-sandbox" };
  const request = { method: "POST", headers, body: JSON.stringify(input) };
  assert.equal((await sandbox.fetch(`${base}/runway/pro/act_one`, request)).status, 404);
  await sandbox.fetch(`${base}/sandbox/runway/pro/act_one`, request);
  clock.advance(100_000);
  const [task] = sandbox.tasks.values();
  assert.equal(task.results.video, `https://sandbox.invalid/sandbox/outputs/${task.id}/result.mp4`);
  assert.equal((await sandbox.fetch(task.results.video)).status, 200);
});

test("an aborted call rejects with the signal's reason while the sandbox carries on", async () => {
  /** @type {(response: Response) => void} */
  let answer = () => {};
  const held = new Promise((resolve) => (answer = resolve));
  const { sandbox } = open({ answer: () => held });
  const aborter = new AbortController();
  const call = sandbox.fetch(`${base}/runway/feed`, { method: "POST", signal: aborter.signal });
  aborter.abort("enough");
  await assert.rejects(call, (reason) => reason === "enough");
  answer(new Response());
});

test("a call that was aborted, or is no request at all, leaves no rejection that nobody has caught", async () => {
  const { sandbox } = open({ answer: () => assert.fail("out of order") });
  /** @type {unknown[]} */
  const uncaught = [];
  const note = (/** @type {unknown} */ reason) => void uncaught.push(reason);
  process.on("unhandledRejection", note);
  await assert.rejects(sandbox.fetch(`${base}/runway/feed`, { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  for (const junk of /** @type {any[]} */ ([undefined, null, 5, {}])) {
    await assert.rejects(sandbox.fetch(junk), { name: "TypeError" });
  }
  await new Promise((resolve) => setTimeout(resolve));
  process.off("unhandledRejection", note);
  assert.deepEqual(uncaught, []);
});

test("the answer hook can look, let through, replace, and answer after the fact", async () => {
  const { accepted, create, sandbox } = open({
    answer: async (request, next) => {
      if (request.url.endsWith("/feed")) return new Response("<html>", { status: 502 });
      await next();
      return new Response(null, { status: 500 });
    },
  });
  assert.equal((await create()).status, 500);
  assert.equal(sandbox.counts.accepted, 1);
  assert.equal((await open({ answer: () => undefined }).create()).status, 200);
});

test("the manual clock does what is booked in order of time, and what that books in turn", () => {
  const clock = createClock(0);
  /** @type {string[]} */
  const done = [];
  clock.after(20, () => done.push(`second at ${clock.now()}`));
  clock.after(10, () => {
    done.push(`first at ${clock.now()}`);
    clock.after(5, () => done.push(`between at ${clock.now()}`));
  });
  clock.after(21, () => done.push("too late"));
  clock.advance(20);
  assert.deepEqual(done, ["first at 10", "between at 15", "second at 20"]);
  assert.throws(() => clock.advance(-1), RangeError);
});

test("the manual clock takes times only", () => {
  for (const wrong of /** @type {any[]} */ (["5", NaN, Infinity, -1, new Date(), Symbol("now")])) {
    assert.throws(() => createClock(wrong), { name: "RangeError", message: /^createClock\(start\) takes/ });
    assert.throws(() => createClock(0).advance(wrong), { message: /^advance\(ms\) takes/ });
  }
});

test("what is booked with the manual clock can be cancelled", () => {
  const clock = createClock(0);
  /** @type {string[]} */
  const done = [];
  const cancel = clock.after(10, () => done.push("first"));
  clock.after(10, () => done.push("second"));
  assert.ok(cancel);
  cancel();
  clock.advance(10);
  assert.deepEqual(done, ["second"]);
  cancel();
});

test("an option that makes no sense is refused by name", () => {
  /** @type {[string, any][]} */
  const mistakes = [
    ["speed", { speed: 0 }],
    ["speed", { speed: Symbol("fast") }],
    ["createShape", { createShape: "round" }],
    ["feedShape", { feedShape: 1 }],
    ["keys", { keys: "sk-sandbox" }],
    ["basePath", { basePath: "sandbox/" }],
    ["queueTime", { queueTime: -1 }],
    ["outcome", { outcome: "explode" }],
    ["rateLimit", { rateLimit: { requests: 0, per: 1 } }],
    ["heldReads", { heldReads: -1 }],
    ["accessTokens", { accessTokens: "at-sandbox" }],
    ["listedInput", { listedInput: { place: "everywhere" } }],
    ["clok", { clok: createClock() }],
    ["keys", { keys: [5] }],
    ["progressStep", { progressStep: "0.1" }],
    ["basePath", { basePath: ["/sandbox"] }],
    ["answer", { answer: 5 }],
    ["fetch", { fetch: 5 }],
    ["fetch", { fetch: null }],
    ["clock", { clock: {} }],
    ["clock", { clock: null }],
    ["clock", { clock: { now: () => 0 } }],
    ["resultUrls", { resultUrls: 5 }],
    ["resultUrls", { resultUrls: { video: 5 } }],
    ["failReason", { failReason: 5 }],
    ["checkMedia", { checkMedia: "no" }],
    ["mediaTimeout", { mediaTimeout: 1e12 }],
    ["rateLimit", { rateLimit: 5 }],
    ["rateLimit", { rateLimit: { requests: "5", per: 1 } }],
    ["rateLimit", { rateLimit: { requests: 5, per: "1" } }],
    ["rateLimit", { rateLimit: { requests: 5, per: 1, retryAfter: "no" } }],
    ["listedInput", { listedInput: { place: "input", fields: ["videos"] } }],
  ];
  for (const [name, options] of mistakes) {
    assert.throws(() => createSandbox(options), { name: "TypeError", message: new RegExp(`"${name}"`) });
  }
});

test("what is no object of options is refused as such", () => {
  for (const options of /** @type {any[]} */ ([5, null, "x", [], () => {}])) {
    assert.throws(() => createSandbox(options), {
      name: "TypeError",
      message: /^createSandbox: its options are not usable; expected an object/,
    });
  }
});

test("an outcome function that throws or returns no outcome gets the create refused, and is named", async () => {
  const throws = () => {
    throw new Error("out of order");
  };
  for (const [outcome, reason] of /** @type {[any, RegExp][]} */ ([
    [() => "failed", /option "outcome" .* returns one of "succeed", "fail", "stall", or nothing/],
    [async () => "fail", /option "outcome"/],
    [() => 5, /option "outcome"/],
    [throws, /option "outcome" threw: out of order/],
  ])) {
    const { create, sandbox } = open({ outcome });
    const { code, msg } = await (await create()).json();
    assert.equal(code, 400);
    assert.match(msg, reason);
    assert.equal(sandbox.tasks.size, 0);
    assert.throws(() => sandbox.createElsewhere(), { name: "TypeError", message: reason });
  }
});

test("an outcome function that returns nothing lets the task succeed", async () => {
  for (const outcome of /** @type {any[]} */ ([() => undefined, () => null])) {
    const { accepted, sandbox } = open({ outcome });
    assert.equal(sandbox.tasks.get(await accepted())?.outcome, "succeed");
  }
});
