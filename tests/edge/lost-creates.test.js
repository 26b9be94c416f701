// Creates whose answer was lost, by a Worker that has the account's access token: their tasks are found in the account's
// task list where a record tells, and named in the log where none does.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { ACCESS_TOKEN, assertStoredWhole, create, feed, input, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

const ACCOUNT_TOKEN = "at-the-account-that-nobody-may-see";

/**
 * A service that makes each task, loses the answers to its first `lost` creates, and calls nobody back.
 *
 * @param {number} lost
 * @param {Service} [service]
 * @param {Record<string, string>} [bindings]
 */
function startLosing(lost, service = {}, bindings = {}) {
  let creates = 0;
  let made = 0;
  return startEdge({
    service: {
      callbackCopies: 0,
      accessTokens: [ACCOUNT_TOKEN],
      answer: async (request, next) => {
        if (!request.url.endsWith("/act_one") || ++creates > lost) return undefined;
        await next();
        made++;
        // All are in doubt together: one that is looked for earlier is found without a doubt.
        await until(() => made === lost);
        return new Response("upstream timed out", { status: 524 });
      },
      ...service,
    },
    bindings: { COMETAPI_ACCESS_TOKEN: ACCOUNT_TOKEN, ...bindings },
  });
}

/** @typedef {Partial<import("act-one/sandbox").SandboxOptions>} Service */

/** @type {Service} */
const ALL = { listedInput: { place: "data" } };
/** @type {Service} */
const INPUTS = { listedInput: { place: "properties", fields: ["video", "image"] } };

const lines = () => edge.logLines.map((line) => JSON.parse(line));
const linesOf = (/** @type {string} */ event) => lines().filter((line) => line.event === event);
const firstOf = (/** @type {string} */ event) => until(() => linesOf(event)[0]);

/** @param {object} [body] @returns {Promise<string>} the id of a task whose create was lost */
async function createLost(body = input) {
  const { error } = await (await create(edge.url, { body })).json();
  assert.equal(error.code, "task_may_exist");
  return error.message.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)[0];
}

for (const [what, service] of /** @type {[string, Service][]} */ ([
  ["its callback URL, among strangers and in a list that lags", { ...ALL, strangers: 3, listLag: 240_000 }],
  ["both inputs, where no callback URL is listed", { ...INPUTS, strangers: 2 }],
  ["its callback URL, in a list of another form", { ...ALL, listShape: "nested" }],
])) {
  test(`a lost create is found by ${what}, and its video arrives`, async () => {
    edge = await startLosing(1, service);
    const id = await createLost();
    const task = await edge.client.waitForTask(id);
    const [source] = edge.service.tasks.values();
    await assertStoredWhole(task, source);
    assert.equal(/** @type {any} */ (task.raw).data.task_may_exist, undefined);
    assert.deepEqual(
      linesOf("create.settled").map(({ task, serviceId }) => [task, serviceId]),
      [[id, source?.id]],
    );
    assert.equal(edge.service.counts.creates, 1);
  });
}

test("a client that sends an idempotency key has its lost create found by itself", async () => {
  edge = await startLosing(1, ALL);
  const task = await edge.client.run(input, { idempotencyKey: true });
  await assertStoredWhole(task, [...edge.service.tasks.values()][0]);
  assert.equal(edge.service.counts.creates, 1);
});

test("two creates of the same files, both lost: each gets its own by callback URL, and none by inputs alone", async () => {
  edge = await startLosing(2, ALL);
  const ids = await Promise.all([createLost(), createLost()]);
  const tasks = await Promise.all(ids.map((id) => edge.client.waitForTask(id)));
  const sources = [...edge.service.tasks.values()];
  const settled = new Map(linesOf("create.settled").map(({ task, serviceId }) => [task, serviceId]));
  for (const task of tasks) {
    const source = sources.find(({ callbackUrl }) => callbackUrl.includes(task.id));
    assert.equal(settled.get(task.id), source?.id);
    await assertStoredWhole(task, source);
  }
  await edge.close();

  edge = await startLosing(2, INPUTS);
  const [one, two] = await Promise.all([createLost(), createLost()]);
  const made = [...edge.service.tasks.keys()].sort();
  for (const id of [one, two]) {
    const named = () =>
      linesOf("create.candidates")
        .findLast(({ task }) => task === id)
        ?.candidates.split(" ");
    await until(() => named()?.length === 2);
    assert.deepEqual(named().sort(), made);
    assert.equal((await (await feed(edge.url, id)).json()).data.status, "UNKNOWN");
  }
  assert.equal(linesOf("create.settled").length, 0);
});

/** @param {boolean} isMade whether the second create, whose answer is lost, makes a task */
function startLosingTheSecond(isMade) {
  let creates = 0;
  return startLosing(0, {
    ...INPUTS,
    answer: async (request, next) => {
      if (!request.url.endsWith("/act_one") || ++creates !== 2) return undefined;
      if (isMade) await next();
      return new Response("upstream timed out", { status: 524 });
    },
  });
}

test("the task of another create of the same files is not taken, nor is one that its caller has deleted", async () => {
  edge = await startLosingTheSecond(true);
  await edge.client.run(input);
  const id = await createLost();
  await assertStoredWhole(await edge.client.waitForTask(id), [...edge.service.tasks.values()][1]);
  await edge.close();

  edge = await startLosingTheSecond(false);
  const deleted = await edge.client.run(input);
  const headers = { Authorization: `Bearer ${ACCESS_TOKEN}` };
  const { status } = await fetch(`${edge.url}/api/task/${deleted.id}`, { method: "DELETE", headers });
  assert.equal(status, 204);
  await createLost();
  assert.equal((await firstOf("create.candidates")).candidates, [...edge.service.tasks.keys()][0]);
  assert.equal(linesOf("create.settled").length, 0);
});

test("records that name nothing are candidates, taken only by a sole creator and only where one alone fits", async () => {
  edge = await startLosing(1);
  const id = await createLost();
  const { task, candidates } = await firstOf("create.candidates");
  assert.deepEqual([task, candidates], [id, [...edge.service.tasks.keys()][0]]);
  await edge.close();

  edge = await startLosing(1, {}, { SOLE_CREATOR: "true" });
  await assertStoredWhole(
    await edge.client.waitForTask(await createLost()),
    [...edge.service.tasks.values()][0],
  );
  await edge.close();

  edge = await startLosing(1, { strangers: 1 }, { SOLE_CREATOR: "true" });
  await createLost();
  assert.equal((await firstOf("create.candidates")).candidates.split(" ").length, 2);
  assert.equal(linesOf("create.settled").length, 0);
});

test("a list that cannot be read changes nothing, and the callback settles the create all the same", async () => {
  edge = await startLosing(1, { ...ALL, accessTokens: ["at-another-account"] });
  const id = await createLost();
  await firstOf("search.failed");
  assert.equal((await (await feed(edge.url, id)).json()).data.status, "UNKNOWN");
  const [source] = edge.service.tasks.values();
  const body = JSON.stringify({ task_id: source?.id });
  await fetch(source?.callbackUrl ?? "", { method: "POST", body });
  await assertStoredWhole(await edge.client.waitForTask(id), source);
});

test("without the token nobody looks; /healthz says which it is, and the token is in nothing that leaves the Worker", async () => {
  edge = await startLosing(1, ALL);
  const health = async () => await (await fetch(`${edge.url}/healthz`)).json();
  assert.deepEqual(await health(), { ok: true, finds_lost_creates: true });
  const id = await createLost();
  const task = await edge.client.waitForTask(id);
  const listed = await edge.client.listTasks();
  const seen = JSON.stringify([task, listed, edge.logLines, await health()]);
  assert.ok(!seen.includes(ACCOUNT_TOKEN));
  await edge.close();

  edge = await startLosing(1, ALL, { COMETAPI_ACCESS_TOKEN: "", UNKNOWN_MINUTES: "0.03" });
  assert.deepEqual(await health(), { ok: true, finds_lost_creates: false });
  const lost = await createLost();
  await assert.rejects(edge.client.waitForTask(lost), { code: "task_failed" });
  assert.equal(edge.service.counts.lists, 0);
});

test("callers list their own tasks through the package, each as it stands", async () => {
  edge = await startEdge({
    service: { outcome: ({ image }) => (image.includes("stall") ? "stall" : "succeed") },
  });
  const done = await edge.client.run(input);
  const running = await edge.client.submit({ ...input, image: `${input.image}?stall` });
  const { tasks, total } = await edge.client.listTasks();
  assert.deepEqual([tasks.map(({ id }) => id), total], [[running.id, done.id], 2]);
  assert.deepEqual(
    tasks.map(({ status }) => status !== "succeeded"),
    [true, false],
  );
  const succeeded = await edge.client.listTasks({ status: "succeeded", pageSize: 1 });
  assert.deepEqual([succeeded.tasks.map(({ id }) => id), succeeded.total], [[done.id], 1]);
  const later = await edge.client.listTasks({ since: Date.now() + 60_000 });
  assert.deepEqual([later.tasks, later.total], [[], 0]);
});
