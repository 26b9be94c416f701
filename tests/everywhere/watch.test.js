// `watchTask` as an async iterable: what it gives, when it polls and when it stops.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { submit, watchTask } from "act-one";
import { createSandbox } from "act-one/sandbox";

const INPUT = { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.jpg" };
const POLL_MS = 5;
/** Time in which a poll that should not come would come. */
const MANY_POLLS_MS = 20 * POLL_MS;
/** A poll that does not come within a test. */
const NEVER_MS = 600_000;

test("a watch gives every change and ends with the finished task", async () => {
  const { id, options } = await submitted();
  const tasks = [];
  for await (const task of watchTask(id, options)) tasks.push(task);
  assert.equal(tasks.at(-1)?.status, "succeeded");
  assert.equal(tasks.filter(({ status }) => status === "succeeded").length, 1);
  const progress = tasks.map((task) => task.progress ?? 0);
  assert.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b),
  );
});

test("a failed task is the last one given, and no error", async () => {
  const { id, options } = await submitted({ outcome: "fail", failReason: "no face" });
  const tasks = [];
  for await (const task of watchTask(id, options)) tasks.push(task);
  assert.deepEqual([tasks.at(-1)?.status, tasks.at(-1)?.failReason], ["failed", "no face"]);
});

test("a loop that is left early stops the polling", async () => {
  const { id, options, sandbox } = await submitted({ outcome: "stall" });
  for await (const task of watchTask(id, options)) {
    assert.equal(task.id, id);
    break;
  }
  await assertNoMoreReads(sandbox);
});

test("a loop that throws stops the polling", async () => {
  const { id, options, sandbox } = await submitted({ outcome: "stall" });
  const thrown = new Error("the loop's own");
  await assert.rejects(async () => {
    for await (const _ of watchTask(id, options)) throw thrown;
  }, thrown);
  await assertNoMoreReads(sandbox);
});

test("return() while a next() is pending ends both at once and leaves no timer", async () => {
  const { id, options } = await submitted({ outcome: "stall", runTime: 0 });
  const before = timers();
  const iterator = watchTask(id, { ...options, pollInterval: NEVER_MS })[Symbol.asyncIterator]();
  await iterator.next();
  const pending = iterator.next();
  assert.deepEqual(await iterator.return(), { done: true, value: undefined });
  assert.deepEqual(await pending, { done: true, value: undefined });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  assert.equal(timers(), before);
});

test("return() before the first next() ends a watch that never polled", async () => {
  const { id, options, sandbox } = await submitted();
  const iterator = watchTask(id, options)[Symbol.asyncIterator]();
  await iterator.return();
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  assert.equal(sandbox.counts.reads, 0);
});

test("return() aborts a request that is on its way", async () => {
  const { promise: asked, resolve: ask } = withResolvers();
  const { promise: aborted, resolve: abort } = withResolvers();
  const fetch = (/** @type {Request} */ request) => {
    request.signal.addEventListener("abort", () => abort(undefined));
    ask(undefined);
    return new Promise(() => {});
  };
  const iterator = watchTask("task-1", { apiKey: "sk", fetch: /** @type {any} */ (fetch) })[
    Symbol.asyncIterator
  ]();
  const pending = iterator.next();
  await asked;
  await iterator.return();
  await aborted;
  assert.deepEqual(await pending, { done: true, value: undefined });
});

test("two iterators of one watch each see it all and end on their own", async () => {
  const { id, options } = await submitted();
  const watch = watchTask(id, options);
  const [one, other] = await Promise.all([collect(watch), collect(watch)]);
  assert.equal(one.at(-1), "succeeded");
  assert.equal(other.at(-1), "succeeded");
});

test("leaving one of two iterators leaves the other be", async () => {
  const { id, options } = await submitted();
  const watch = watchTask(id, options);
  const whole = collect(watch);
  for await (const _ of watch) break;
  assert.equal((await whole).at(-1), "succeeded");
});

test("next() calls made at once are answered in order", async () => {
  const { id, options } = await submitted();
  const iterator = watchTask(id, options)[Symbol.asyncIterator]();
  const [first, second] = await Promise.all([iterator.next(), iterator.next()]);
  await iterator.return();
  assert.ok(!first.done && !second.done);
  assert.ok(first.value.checkedAt <= second.value.checkedAt);
  assert.notDeepEqual(
    [first.value.status, first.value.progress],
    [second.value.status, second.value.progress],
  );
});

test("onUpdate is told too, each change once", async () => {
  const { id, options } = await submitted();
  /** @type {string[]} */
  const told = [];
  const given = await collect(watchTask(id, { ...options, onUpdate: (task) => told.push(task.status) }));
  assert.deepEqual(told, given);
});

test("an abort throws the signal's own reason into the loop", async () => {
  const { id, options, sandbox } = await submitted({ outcome: "stall" });
  const controller = new AbortController();
  const reason = { not: "an error" };
  await assert.rejects(
    async () => {
      for await (const _ of watchTask(id, { ...options, signal: controller.signal }))
        controller.abort(reason);
    },
    (thrown) => thrown === reason,
  );
  await assertNoMoreReads(sandbox);
});

test("bad arguments throw into the loop, before any request", async () => {
  const { options, sandbox } = await submitted();
  await assert.rejects(collect(watchTask("", options)), { code: "invalid_input" });
  const wrong = { ...options, pollInterval: /** @type {any} */ ("soon"), signal: /** @type {any} */ ({}) };
  await assert.rejects(collect(watchTask("task-1", wrong)), (/** @type {any} */ error) => {
    assert.deepEqual(error.issues.map((/** @type {any} */ issue) => issue.path).sort(), [
      "pollInterval",
      "signal",
    ]);
    return true;
  });
  assert.equal(sandbox.counts.reads, 0);
});

test("what goes wrong is thrown once, after what came before it", async () => {
  const { id, options } = await submitted({ outcome: "stall" });
  const iterator = watchTask(id, { ...options, timeout: 20 * POLL_MS })[Symbol.asyncIterator]();
  await assert.rejects(
    async () => {
      for (;;) await iterator.next();
    },
    { code: "timeout", taskId: id },
  );
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
});

/** A task of a sandbox that is over in a moment. @param {import("act-one/sandbox").SandboxOptions} [sandboxOptions] */
async function submitted(sandboxOptions) {
  const sandbox = createSandbox({
    checkMedia: false,
    invisibleFor: 0,
    queueTime: 4 * POLL_MS,
    runTime: 40 * POLL_MS,
    ...sandboxOptions,
  });
  const options = { apiKey: "sk-sandbox", fetch: sandbox.fetch, pollInterval: POLL_MS };
  const { id } = await submit(INPUT, options);
  return { id, options, sandbox };
}

/** @param {AsyncIterable<import("act-one").Task>} tasks */
async function collect(tasks) {
  const statuses = [];
  for await (const { status } of tasks) statuses.push(status);
  return statuses;
}

/** @param {import("act-one/sandbox").Sandbox} sandbox */
async function assertNoMoreReads(sandbox) {
  const reads = sandbox.counts.reads;
  await delay(MANY_POLLS_MS);
  assert.equal(sandbox.counts.reads, reads);
}

function timers() {
  return process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
}

/** What `Promise.withResolvers` gives where it is there. */
function withResolvers() {
  /** @type {(value: unknown) => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}
