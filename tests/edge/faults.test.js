// What the Worker's own storage, ledger, bucket and alarms can do to a task, at their worst: nothing is paid twice, and
// what was paid for is delivered.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ACCESS_TOKEN, assertStoredWhole, create, feed, input, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

const isCreate = (/** @type {Request} */ request) => request.url.endsWith("/act_one");

const createOnce = (/** @type {string} */ key) => create(edge.url, { headers: { "Idempotency-Key": key } });

/** @param {Response} response */
async function codeOf(response) {
  return response.ok ? "accepted" : (await response.json()).error.code;
}

function deepHealth() {
  const headers = { Authorization: `Bearer ${ACCESS_TOKEN}` };
  return fetch(`${edge.url}/healthz?deep`, { headers }).then((response) => response.json());
}

const events = () => edge.logLines.map((line) => JSON.parse(line).event);

const HOUR = 3_600_000;

for (const [what, fault] of /** @type {const} */ ([
  ["a ledger that takes longer than a create may", { slowAdmit: 34_000 }],
  ["storage that takes longer than a create may", { slowSync: 34_000 }],
])) {
  test(`${what}: the same key is paid once, whatever wakes afterwards`, async () => {
    edge = await startEdge({ isFaulty: true });
    await edge.setFaults(fault);
    const first = createOnce("fenced");
    await until(() => events().includes("create.not_sent") || events().includes("create.refused"));
    await edge.setFaults({ slowAdmit: 0, slowSync: 0 });
    assert.equal(await codeOf(await first), "too_busy");
    const second = await createOnce("fenced");
    assert.equal(await codeOf(second.clone()), "accepted");
    const task = await edge.client.waitForTask((await second.json()).data.task_id);
    // Until the first one has woken up.
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    assert.equal(edge.service.counts.creates, 1);
    await assertStoredWhole(task, [...edge.service.tasks.values()][0]);
    const { runningTasks, createsToday } = await deepHealth();
    assert.deepEqual([runningTasks, createsToday], [0, 1]);
  });
}

test("a ledger that fails costs nothing and is told as it is; the same key works when it is back", async () => {
  edge = await startEdge({ isFaulty: true });
  await edge.setFaults({ failingLedger: ["admit"] });
  assert.equal(await codeOf(await createOnce("back")), "too_busy");
  await edge.setFaults({ failingLedger: [] });
  assert.equal(await codeOf(await createOnce("back")), "accepted");
  assert.equal(edge.service.counts.creates, 1);
});

test("a ledger that fails at a refusal or at the end of a task gets its place back later", async () => {
  let isRefusing = true;
  edge = await startEdge({
    isFaulty: true,
    service: {
      answer: (request) =>
        isRefusing && isCreate(request) ? Response.json({ code: 400, msg: "no", data: null }) : undefined,
    },
  });
  await edge.setFaults({ failingLedger: ["release", "ended"] });
  assert.equal((await create(edge.url)).ok, false);
  isRefusing = false;
  const { data } = await (await create(edge.url)).json();
  await until(() => events().includes("alarm.failed"));
  await edge.setFaults({ failingLedger: [] });
  await edge.client.waitForTask(data.task_id);
  await until(async () => (await deepHealth()).runningTasks === 0);
  assert.equal((await deepHealth()).createsToday, 1);
});

test("a create that was given up as unknown is settled by a callback that comes late, and its video arrives", async () => {
  edge = await startEdge({
    isFaulty: true,
    service: {
      callbackCopies: 0,
      answer: async (request, next) => {
        if (!isCreate(request)) return undefined;
        await next();
        return new Response("upstream timed out", { status: 524 });
      },
    },
    bindings: { UNKNOWN_MINUTES: "0.01" },
  });
  const { error } = await (await createOnce("late")).json();
  const [id] = error.message.match(/[0-9a-f]{8}-[0-9a-f-]{27}/);
  const word = async () => (await (await feed(edge.url, id)).json()).data.status;
  await until(async () => (await word()) === "FAILURE");
  const [source] = edge.service.tasks.values();
  await until(() => source?.status === "succeeded");
  const body = JSON.stringify({ task_id: source?.id, status: "3" });
  assert.equal((await fetch(source?.callbackUrl ?? "", { method: "POST", body })).status, 204);

  const task = await until(async () => (await word()) === "SUCCESS" && edge.client.getTask(id));
  await assertStoredWhole(task, source);
  assert.equal(/** @type {any} */ (task.raw).data.task_may_exist, undefined);
  assert.equal(/** @type {any} */ (task.raw).data.fail_reason, "");
  assert.equal(edge.service.counts.creates, 1);
  const repeat = await createOnce("late");
  assert.equal(repeat.headers.get("Idempotent-Replayed"), "true");
});

test("an acceptance that cannot be written down is not lost: it is written when storage is back", async () => {
  edge = await startEdge({
    isFaulty: true,
    service: {
      callbackCopies: 0,
      answer: async (request, next) => {
        if (!isCreate(request)) return undefined;
        const response = await next();
        await edge.setFaults({ failingWrites: true });
        return response;
      },
    },
  });
  const refusal = await (await createOnce("unwritten")).json();
  assert.equal(refusal.error.code, "task_may_exist");
  await edge.setFaults({ failingWrites: false });
  const response = await until(async () => {
    const repeat = await createOnce("unwritten");
    return repeat.ok && repeat;
  });
  const task = await edge.client.waitForTask((await response.json()).data.task_id);
  assert.equal(/** @type {any} */ (task.raw).data.task_may_exist, undefined);
  await assertStoredWhole(task, [...edge.service.tasks.values()][0]);
  assert.equal(edge.service.counts.creates, 1);
});

test("a task whose alarms are lost is brought back by the cron trigger, with nobody reading it", async () => {
  edge = await startEdge({ isFaulty: true, service: { callbackCopies: 0 } });
  const { data } = await (await create(edge.url)).json();
  await edge.setFaults({ lostAlarms: true });
  await until(() => [...edge.service.tasks.values()][0]?.status === "succeeded");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await edge.runCron();
  assert.ok(!events().includes("task.looked_after"), "what is not overdue is left alone");
  await edge.setFaults({ lostAlarms: false, ahead: HOUR / 2 });
  assert.equal((await deepHealth()).overdueTasks, 1);
  await edge.runCron();
  await until(() => events().includes("task.succeeded"));
  assert.equal((await deepHealth()).overdueTasks, 0);
  const task = await edge.client.getTask(data.task_id);
  await assertStoredWhole(task, [...edge.service.tasks.values()][0]);
});

test("a place that was taken for a task that never began is given back by the cron trigger", async () => {
  edge = await startEdge({ isFaulty: true });
  await edge.setFaults({ failingWrites: true });
  assert.equal(await codeOf(await create(edge.url)), "too_busy");
  await edge.setFaults({ failingWrites: false });
  assert.equal((await deepHealth()).runningTasks, 1);
  await edge.setFaults({ ahead: HOUR / 2 });
  await edge.runCron();
  const { runningTasks, keptTasks, createsToday } = await deepHealth();
  assert.deepEqual([runningTasks, keptTasks, createsToday], [0, 0, 0]);
  assert.equal(edge.service.counts.creates, 0);
});

test("an expiry that fails comes back, and no reader is sent to a video that is gone", async () => {
  edge = await startEdge({ isFaulty: true, bindings: { KEEP_HOURS: "0.001" } });
  const task = await edge.client.run(input);
  await edge.setFaults({ failingDelete: true, failingDeleteAll: true });
  const inStep = async () => {
    const answer = await (await feed(edge.url, task.id)).json();
    const isThere = (await fetch(task.videoUrl ?? "")).status === 200;
    if (answer.data?.status === "SUCCESS") assert.ok(isThere, "SUCCESS is said of a video that is gone");
    return answer.data === null && isThere;
  };
  await until(inStep);
  await edge.setFaults({ failingDelete: false });
  await until(async () => (await fetch(task.videoUrl ?? "")).status === 404);
  assert.equal((await (await feed(edge.url, task.id)).json()).code, "task_not_exist");
  await edge.setFaults({ failingDeleteAll: false });
  await until(() => events().includes("task.expired"));
  assert.equal((await deepHealth()).keptTasks, 0);
});

test("R2 that refuses before it has read anything fails in seconds, and the copy is made when it is back", async () => {
  edge = await startEdge({ isFaulty: true });
  await edge.setFaults({ failingPut: true });
  const { data } = await (await create(edge.url)).json();
  await until(() => events().filter((event) => event === "copy.failed").length >= 2);
  await edge.setFaults({ failingPut: false });
  const task = await edge.client.waitForTask(data.task_id);
  await assertStoredWhole(task, [...edge.service.tasks.values()][0]);
});

test("a video that R2 never takes is delivered under the service's own URL, and never told as late", async () => {
  edge = await startEdge({ isFaulty: true, bindings: { COPY_MINUTES: "0.05", GIVE_UP_HOURS: "0.002" } });
  await edge.setFaults({ failingPut: true });
  const task = await edge.client.run(input);
  const [source] = edge.service.tasks.values();
  assert.equal(task.videoUrl, source?.results.video);
  const { data } = /** @type {any} */ (task.raw);
  assert.equal(data.result_temporary, true);
  assert.match(data.result_temporary_reason, /R2's put is made to fail/);
});

test("however many callbacks come, they write a bounded number of rows and cause a bounded number of reads", async () => {
  edge = await startEdge({
    isFaulty: true,
    service: { outcome: "stall", callbackCopies: 0 },
    bindings: { POLL_INTERVAL_MS: "600000" },
  });
  await edge.client.submit(input);
  const [source] = edge.service.tasks.values();
  const send = (/** @type {number} */ n) =>
    fetch(source?.callbackUrl ?? "", { method: "POST", body: JSON.stringify({ task_id: source?.id, n }) });
  for (let n = 0; n < 300; n += 30) {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, k) => send(n + k)));
    assert.ok(answers.every(({ status }) => status === 204));
  }
  assert.equal(events().filter((event) => event === "callback").length, 50);
});
