// What happens to tasks and videos in the end, and what is left of them in the log.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { feed, input, SERVICE_KEY, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

test("after the configured time, a task and its video are gone", async () => {
  edge = await startEdge({ bindings: { KEEP_HOURS: "0.0003" } });
  const task = await edge.client.run(input);
  await until(() => events().includes("task.expired"));
  assert.equal((await fetch(task.videoUrl ?? "")).status, 404);
  await assert.rejects(edge.client.getTask(task.id), { code: "task_not_found" });
});

test("a task that the service never ends is reported as failed in the end, and gives its place back", async () => {
  edge = await startEdge({
    service: { outcome: "stall" },
    bindings: { GIVE_UP_HOURS: "0.0003", MAX_CONCURRENT_TASKS: "1" },
  });
  await assert.rejects(edge.client.run(input), (/** @type {any} */ error) => {
    assert.match(error.task.failReason, /did not finish/);
    return true;
  });
  await edge.client.submit(input);
});

test("a service that is down for a while ends no task", async () => {
  let isDown = false;
  edge = await startEdge({
    service: {
      callbackCopies: 0,
      answer: () => (isDown ? new Response("Bad gateway", { status: 502 }) : undefined),
    },
  });
  const task = await edge.client.submit(input);
  isDown = true;
  await until(() => events().filter((event) => event === "read.failed").length >= 3);
  isDown = false;
  assert.equal((await edge.client.waitForTask(task.id)).status, "succeeded");
});

test("a key that stops working ends no task either: with a new one it goes on", async () => {
  let isRevoked = false;
  edge = await startEdge({
    service: {
      callbackCopies: 0,
      answer: () =>
        isRevoked ? Response.json({ error: { message: "invalid token" } }, { status: 401 }) : undefined,
    },
  });
  const task = await edge.client.submit(input);
  isRevoked = true;
  await until(() => events().includes("read.failed"));
  isRevoked = false;
  assert.equal((await edge.client.waitForTask(task.id)).status, "succeeded");
});

test("a broken configuration leaves running tasks alone until it is mended", async () => {
  edge = await startEdge();
  const task = await edge.client.submit(input);
  await edge.kill();
  await edge.restart({ ACCESS: "" });
  await until(() => events().includes("alarm.failed"));
  await edge.kill();
  await edge.restart();
  assert.equal((await edge.client.waitForTask(task.id)).status, "succeeded");
});

test("the log is one JSON object a line, with the task's id in each that is about one, and no secret", async () => {
  edge = await startEdge();
  const task = await edge.client.run(input);
  await feed(edge.url, task.id, { Authorization: "Bearer a-wrong-token" });
  await fetch(`${edge.url}/callback/${task.id}/a-wrong-secret`, { method: "POST" });
  await until(() => events().filter((event) => event === "refused").length === 2);
  const aboutTasks = edge.logLines
    .map((line) => JSON.parse(line))
    .filter(({ event }) => /^(task|video)\./.test(event));
  assert.deepEqual(
    aboutTasks.map(({ event }) => event),
    ["task.accepted", "video.stored", "task.succeeded"],
  );
  assert.ok(aboutTasks.every((line) => line.task === task.id));
  const [source] = edge.service.tasks.values();
  const secrets = [
    SERVICE_KEY,
    "a-wrong-token",
    "a-wrong-secret",
    source?.callbackUrl.split("/").at(-1) ?? "",
    task.videoUrl?.split("/").at(-1) ?? "",
  ];
  for (const secret of secrets) assert.ok(!edge.logLines.some((line) => line.includes(secret)), secret);
});

function events() {
  return edge.logLines.map((line) => JSON.parse(line).event);
}
