// Callbacks that are lost, repeated, early, late, forged or lying: they hurry a task along and decide nothing.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { assertStoredWhole, create, feed, input, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

test("with every callback lost, tasks end all the same", async () => {
  edge = await startEdge({ service: { callbackCopies: 0 } });
  const task = await edge.client.run(input);
  await assertStoredWhole(task, onlyTask());
  assert.equal(edge.service.counts.callbacks, 0);
});

test("repeated callbacks end a task once", async () => {
  edge = await startEdge({ service: { callbackCopies: 8 } });
  const task = await edge.client.run(input);
  await until(() => edge.service.counts.callbacks === 8);
  await edge.service.idle();
  assert.equal(edge.service.counts.callbackFailures, 0);
  assert.equal(logged("task.succeeded").length, 1);
  await assertStoredWhole(task, onlyTask());
});

test("a callback that comes late, out of order or after the end changes nothing", async () => {
  edge = await startEdge();
  const task = await edge.client.run(input);
  const { reads } = edge.service.counts;
  for (const status of ["IN_PROGRESS", "FAILURE", "NOT_START"]) {
    const late = { task_id: onlyTask().id, status, fail_reason: status === "FAILURE" ? "late" : "" };
    assert.equal((await callBack(onlyTask().callbackUrl, late)).status, 204);
  }
  assert.equal((await edge.client.getTask(task.id)).status, "succeeded");
  assert.equal(edge.service.counts.reads, reads);
});

test("a callback that lies about the end is not believed: the feed decides", async () => {
  edge = await startEdge({ service: { outcome: "stall" } });
  const task = await edge.client.submit(input);
  const video_url = "https://attacker.example/own.mp4";
  await callBack(onlyTask().callbackUrl, { task_id: onlyTask().id, status: "3", video_url });
  await callBack(onlyTask().callbackUrl, { task_id: onlyTask().id, status: "2", msg: "forged failure" });
  const { reads } = edge.service.counts;
  await until(() => edge.service.counts.reads > reads + 1);
  const { data } = await (await feed(edge.url, task.id)).json();
  assert.match(data.status, /^(QUEUED|IN_PROGRESS)$/);
  assert.ok(!JSON.stringify(data).includes("attacker"));
});

test("forged URLs are all answered alike, and hurry nothing", async () => {
  edge = await startEdge({ service: { outcome: "stall" }, bindings: { POLL_INTERVAL_MS: "60000" } });
  const [task, other] = [await edge.client.submit(input), await edge.client.submit(input)];
  const [address = "", othersAddress = ""] = [...edge.service.tasks.values()].map((one) => one.callbackUrl);
  const secret = address.split("/").at(-1) ?? "";
  const othersSecret = othersAddress.split("/").at(-1) ?? "";
  assert.notEqual(secret, othersSecret);
  assert.ok(secret.length >= 43, "256 bits");
  const forged = [
    `${edge.url}/callback/${task.id}/${othersSecret}`,
    `${edge.url}/callback/${other.id}/${secret}`,
    `${edge.url}/callback/${task.id}/${secret.slice(0, -1)}`,
    `${edge.url}/callback/${task.id}/${secret}x`,
    `${edge.url}/callback/${task.id}/guess`,
    `${edge.url}/callback/${crypto.randomUUID()}/${secret}`,
    `${edge.url}/callback/not-an-id/${secret}`,
  ];
  const { reads } = edge.service.counts;
  const answers = await Promise.all(forged.map((one) => callBack(one, { status: "3" })));
  const texts = await Promise.all(
    answers.map(async (answer) => (await answer.text()).replace(/request id: [\w-]+/, "")),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [404]);
  assert.equal(new Set(texts).size, 1);
  assert.equal(edge.service.counts.reads, reads);
});

test("whatever the body is, a callback is only a hint", async () => {
  edge = await startEdge({ service: { callbackCopies: 0 }, bindings: { POLL_INTERVAL_MS: "60000" } });
  const task = await edge.client.submit(input);
  await until(() => onlyTask().status === "succeeded");
  assert.equal((await callBack(onlyTask().callbackUrl, "not JSON at all")).status, 204);
  assert.equal((await edge.client.waitForTask(task.id)).status, "succeeded");
  assert.equal((await callBack(onlyTask().callbackUrl, "x".repeat(100_000))).status, 413);
});

test("a callback that overtakes the answer to its create ends the task at once", async () => {
  edge = await startEdge({
    bindings: { POLL_INTERVAL_MS: "60000" },
    service: {
      speed: 1e6,
      invisibleFor: 0,
      answer: async (request, next) => {
        if (!request.url.endsWith("/act_one")) return undefined;
        const response = await next();
        await until(() => edge.service.counts.callbacks === 1);
        await edge.service.idle();
        return response;
      },
    },
  });
  assert.equal((await edge.client.run(input)).status, "succeeded");
});

test("a create that the service answers with a 5xx is unknown until its callback settles it", async () => {
  edge = await startEdge({
    service: {
      answer: async (request, next) => {
        if (!request.url.endsWith("/act_one")) return undefined;
        await next();
        return new Response("upstream timed out", { status: 524 });
      },
    },
  });
  const headers = { "Idempotency-Key": "settle" };
  await assert.rejects(edge.client.submit(input, { headers }), { code: "server_error", taskMayExist: true });
  const response = await until(async () => {
    const repeat = await create(edge.url, { headers });
    return repeat.ok && repeat;
  });
  const task = await edge.client.waitForTask((await response.json()).data.task_id);
  await assertStoredWhole(task, onlyTask());
  assert.equal(edge.service.counts.creates, 1);
});

function onlyTask() {
  const [task] = edge.service.tasks.values();
  if (!task) throw new Error("the service has no task");
  return task;
}

function logged(/** @type {string} */ event) {
  return edge.logLines.filter((line) => JSON.parse(line).event === event);
}

function callBack(/** @type {string} */ address, /** @type {unknown} */ body) {
  return fetch(address, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
}
