// Whole tasks through the Worker, by the package's own client: what a page or a backend sees of it on a good day.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertStoredWhole, feed, input, startEdge } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  edge = await startEdge();
});
after(() => edge.close());

test("a task runs to its end, and its video is this Worker's own copy", async () => {
  const seen = /** @type {string[]} */ ([]);
  const task = await edge.client.run(input, { onUpdate: ({ status }) => void seen.push(status) });
  assert.equal(seen.at(-1), "succeeded");
  assert.ok(task.videoUrl?.startsWith(`${edge.url}/outputs/`));
  assert.notEqual(task.id, [...edge.service.tasks.keys()][0], "the service's id stays inside");
  await assertStoredWhole(task, lastTask());
});

test("the service's result URL and its key are in nothing that a reader gets", async () => {
  const task = await edge.client.run(input);
  const text = await (await feed(edge.url, task.id)).text();
  assert.ok(!text.includes(lastTask()?.results.video ?? "?"));
  assert.ok(!text.includes(lastTask()?.id ?? "?"));
});

test("a task that fails says why", async () => {
  const video = "https://media.example.org/a.mp4?sandbox=fail&reason=no+face";
  await assert.rejects(edge.client.run({ ...input, video }), (/** @type {any} */ error) => {
    assert.equal(error.code, "task_failed");
    assert.equal(error.task.failReason, "no face");
    assert.equal(error.task.raw.data.task_may_exist, undefined);
    return true;
  });
});

test("any number of readers costs the service nothing", async () => {
  const task = await edge.client.run(input);
  const { reads } = edge.service.counts;
  const answers = await Promise.all(Array.from({ length: 100 }, () => edge.client.getTask(task.id)));
  assert.ok(answers.every((answer) => answer.videoUrl === task.videoUrl));
  assert.equal(edge.service.counts.reads, reads);
});

test("without an idempotency key, two creates are two tasks", async () => {
  const { accepted } = edge.service.counts;
  const [one, other] = await Promise.all([edge.client.submit(input), edge.client.submit(input)]);
  assert.notEqual(one.id, other.id);
  assert.equal(edge.service.counts.accepted, accepted + 2);
});

test("with one, they are one task, also when they come at the same time", async () => {
  const { accepted } = edge.service.counts;
  const client = { headers: { "Idempotency-Key": "only-once" } };
  const tasks = await Promise.all(Array.from({ length: 20 }, () => edge.client.submit(input, client)));
  const later = await edge.client.run(input, client);
  assert.equal(new Set([...tasks, later].map((task) => task.id)).size, 1);
  assert.equal(edge.service.counts.accepted, accepted + 1);
});

test("the same key with another input is refused", async () => {
  const headers = { "Idempotency-Key": "one-input" };
  await edge.client.submit(input, { headers });
  const other = { ...input, video: "https://media.example.org/other.mp4" };
  await assert.rejects(edge.client.submit(other, { headers }), { code: "rejected", status: 422 });
});

test("an id that nobody was given is not a task", async () => {
  for (const id of [crypto.randomUUID(), "no-uuid", [...edge.service.tasks.keys()][0] ?? ""]) {
    await assert.rejects(edge.client.getTask(id), { code: "task_not_found" });
  }
});

test("the video is served in ranges, to be cached, and as a video", async () => {
  const { videoUrl } = await edge.client.run(input);
  const whole = await fetch(videoUrl ?? "");
  const bytes = Buffer.from(await whole.arrayBuffer());
  assert.equal(whole.headers.get("Content-Type"), "video/mp4");
  assert.equal(whole.headers.get("Accept-Ranges"), "bytes");
  assert.match(whole.headers.get("Cache-Control") ?? "", /max-age=\d+, immutable/);
  const size = bytes.length;
  for (const [range, contentRange, part] of /** @type {const} */ ([
    ["bytes=0-9", `bytes 0-9/${size}`, bytes.subarray(0, 10)],
    ["bytes=100-", `bytes 100-${size - 1}/${size}`, bytes.subarray(100)],
    ["bytes=-7", `bytes ${size - 7}-${size - 1}/${size}`, bytes.subarray(-7)],
    [`bytes=10-${size + 99}`, `bytes 10-${size - 1}/${size}`, bytes.subarray(10)],
  ])) {
    const answer = await fetch(videoUrl ?? "", { headers: { Range: range } });
    assert.equal(answer.status, 206, range);
    assert.equal(answer.headers.get("Content-Range"), contentRange);
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(part), range);
  }
  for (const range of [`bytes=${size}-`, "bytes=-0"]) {
    const behind = await fetch(videoUrl ?? "", { headers: { Range: range } });
    assert.equal(behind.status, 416, range);
    assert.equal(behind.headers.get("Content-Range"), `bytes */${size}`);
  }
  const etag = whole.headers.get("ETag") ?? "";
  assert.equal((await fetch(videoUrl ?? "", { headers: { "If-None-Match": etag } })).status, 304);
  const head = await fetch(videoUrl ?? "", { method: "HEAD" });
  assert.equal(head.headers.get("Content-Length"), String(size));
});

test("200 tasks at once all end, each with its own video", async () => {
  const { creates } = edge.service.counts;
  const tasks = await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      edge.client.run({ ...input, video: `https://media.example.org/crowd-${n}.mp4` }),
    ),
  );
  assert.equal(edge.service.counts.creates, creates + 200);
  const sources = [...edge.service.tasks.values()].slice(-200);
  const stored = await Promise.all(tasks.map(async ({ videoUrl }) => bytesAt(videoUrl)));
  const originals = await Promise.all(sources.map(async ({ results }) => bytesAt(results.video)));
  assert.deepEqual(new Set(stored), new Set(originals));
  assert.equal(new Set(stored).size, 200);
});

for (const shape of /** @type {const} */ (["flat", "numeric", "words"])) {
  test(`a service that speaks the ${shape} form reads the same from outside`, async (context) => {
    const createShape = shape === "numeric" ? "record" : "current";
    const other = await startEdge({ service: { createShape, feedShape: shape, callbackShape: shape } });
    context.after(() => other.close());
    const task = await other.client.run(input);
    assert.equal(/** @type {any} */ (task.raw).data.status, "SUCCESS");
    await assertStoredWhole(task, [...other.service.tasks.values()][0]);
  });
}

test("on the package's own schedule a task ends too", async (context) => {
  const other = await startEdge({ bindings: { POLL_INTERVAL_MS: "" } });
  context.after(() => other.close());
  await other.client.run(input);
  assert.ok(other.service.counts.reads <= 2, "a callback is what it waited for");
});

function lastTask() {
  return [...edge.service.tasks.values()].at(-1);
}

async function bytesAt(/** @type {string | null} */ address) {
  return Buffer.from(await (await fetch(address ?? "")).arrayBuffer()).toString("base64");
}
