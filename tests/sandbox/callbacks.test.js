import assert from "node:assert/strict";
import { test } from "node:test";
import { input, open } from "./caller.js";

const receiver = "https://receiver.example/done?for=me";

/**
 * A sandbox, and what its callbacks said.
 *
 * @param {import("../../sandbox/index.js").SandboxOptions} [options]
 * @param {() => Response} [answer] the receiver's
 */
function received(options, answer = () => new Response()) {
  /** @type {{ address: string, method?: string, type: string | null, body: any }[]} */
  const calls = [];
  const opened = open({
    fetch: async (address, init) => {
      const type = new Headers(init?.headers).get("Content-Type");
      calls.push({
        address: String(address),
        method: init?.method,
        type,
        body: JSON.parse(String(init?.body)),
      });
      return answer();
    },
    ...options,
  });
  return { ...opened, calls };
}

test("when the task ends, and not before, its callback is posted as JSON", async () => {
  const { accepted, clock, sandbox, calls } = received();
  const id = await accepted({ callback_url: receiver });
  clock.advance(82_999);
  await sandbox.idle();
  assert.equal(calls.length, 0);
  clock.advance(1);
  await sandbox.idle();
  const [{ address, method, type, body }] = calls;
  assert.deepEqual([address, method, type], [receiver, "POST", "application/json"]);
  assert.deepEqual([body.task_id, body.status], [id, "3"]);
  assert.deepEqual([sandbox.counts.callbacks, sandbox.counts.callbackFailures], [1, 0]);
});

for (const [shape, status] of /** @type {const} */ ([
  ["bare", (/** @type {any} */ body) => body.status === "2"],
  ["wrapped", (/** @type {any} */ body) => body.data.status === "FAILURE"],
  ["flat", (/** @type {any} */ body) => body.status === "FAILURE"],
  ["numeric", (/** @type {any} */ body) => body.data.status === "2"],
  ["words", (/** @type {any} */ body) => body.data.state === "failed"],
])) {
  test(`a failed task calls back too, in the form "${shape}"`, async () => {
    const { accepted, clock, sandbox, calls } = received({ callbackShape: shape, outcome: "fail" });
    await accepted({ callback_url: receiver });
    clock.advance(100_000);
    await sandbox.idle();
    assert.ok(status(calls[0].body), JSON.stringify(calls[0].body));
  });
}

test("nothing is posted to a URL that never resolves, nor for a task that stalls", async () => {
  const { accepted, clock, sandbox, calls } = received();
  await accepted({ callback_url: "https://callback.invalid/act-one" });
  await accepted({ callback_url: "https://INVALID./" });
  await accepted({ callback_url: receiver, video: `${input.video}?sandbox=stall` });
  clock.advance(1_000_000);
  await sandbox.idle();
  assert.deepEqual([calls.length, sandbox.counts.callbacks], [0, 0]);
});

test("a host that only looks like one that never resolves is called", async () => {
  const { accepted, clock, sandbox, calls } = received();
  await accepted({ callback_url: "https://not-invalid.example/" });
  clock.advance(100_000);
  await sandbox.idle();
  assert.equal(calls.length, 1);
});

test("callbacks can be lost and repeated on purpose", async () => {
  for (const callbackCopies of [0, 3]) {
    const { accepted, clock, sandbox, calls } = received({ callbackCopies });
    await accepted({ callback_url: receiver });
    clock.advance(100_000);
    await sandbox.idle();
    assert.equal(calls.length, callbackCopies);
  }
});

test("a receiver that refuses or is not there is counted and not asked again", async () => {
  const refusing = received({}, () => new Response("no", { status: 500 }));
  const absent = received({}, () => {
    throw new TypeError("fetch failed");
  });
  for (const { accepted, clock, sandbox, calls } of [refusing, absent]) {
    await accepted({ callback_url: receiver });
    clock.advance(100_000);
    await sandbox.idle();
    clock.advance(100_000);
    await sandbox.idle();
    assert.deepEqual([calls.length, sandbox.counts.callbackFailures], [1, 1]);
  }
});

test("where timers do not last, the next request sends the callbacks that are due", async () => {
  let now = 0;
  const { accepted, feed, sandbox, calls } = received({ clock: { now: () => now, after: () => {} } });
  await accepted({ callback_url: receiver });
  now = 100_000;
  await feed("anything");
  await sandbox.idle();
  assert.equal(calls.length, 1);
});

test("a Worker's context holds the callback open until it is sent", async () => {
  const { sandbox, clock, calls } = received();
  /** @type {Promise<unknown>[]} */
  const held = [];
  const request = new Request("https://sandbox.example/runway/pro/act_one", {
    method: "POST",
    headers: { Authorization: "Bearer sk-sandbox" },
    body: JSON.stringify({ ...input, callback_url: receiver }),
  });
  const environment = /** @type {any} */ ({ BINDING: 1 });
  await sandbox.fetch(request, environment, { waitUntil: (promise) => void held.push(promise) });
  clock.advance(100_000);
  await Promise.all(held);
  assert.deepEqual([held.length, calls.length], [1, 1]);
});
