import assert from "node:assert/strict";
import { test } from "node:test";
import { base, input, open } from "./caller.js";

/** @param {ReturnType<typeof open>["sandbox"]} sandbox @param {string} [query] @param {string | null} [token] */
async function list(sandbox, query = "", token = "at-sandbox") {
  const headers = new Headers(token === null ? {} : { Authorization: `Bearer ${token}` });
  const answer = await sandbox.fetch(`${base}/api/task/self?${query}`, { headers });
  return { status: answer.status, body: await answer.json() };
}

/** @param {{ body: any }} answer @returns {string[]} */
const ids = ({ body }) => body.data.items.map((/** @type {any} */ record) => record.task_id);

test("the list has the account's tasks, newest first, in pages", async () => {
  const { sandbox, accepted, clock } = open();
  /** @type {string[]} */
  const made = [];
  for (let n = 0; n < 5; n++) {
    made.unshift(await accepted());
    clock.advance(n === 2 ? 0 : 1000);
  }
  const first = await list(sandbox, "p=1&page_size=2");
  assert.deepEqual(ids(first), made.slice(0, 2));
  const { success, message, data } = first.body;
  assert.deepEqual([success, message, data.total, data.page, data.page_size], [true, "", 5, 1, 2]);
  assert.deepEqual(ids(await list(sandbox, "p=3&page_size=2")), made.slice(4));
  assert.deepEqual(ids(await list(sandbox, "p=4&page_size=2")), []);
  assert.equal(sandbox.counts.lists, 3);
});

test("each record is the gateway's, with the task's state of now", async () => {
  const { sandbox, accepted, clock } = open({ queueTime: 0, runTime: 10_000 });
  const id = await accepted();
  const [running] = (await list(sandbox)).body.data.items;
  assert.deepEqual([running.status, running.finish_time], ["IN_PROGRESS", 0]);
  clock.advance(10_000);
  const [done] = (await list(sandbox)).body.data.items;
  assert.deepEqual(
    [done.task_id, done.platform, done.action, done.status, done.progress, done.quota],
    [id, "runway", "ACT_ONE", "SUCCESS", "100%", 200_000],
  );
  assert.equal(done.finish_time - done.submit_time, 10);
  assert.ok(!JSON.stringify(done).includes(input.video));
});

test("its filters leave out what does not match, and empty ones nothing", async () => {
  const { sandbox, accepted, clock } = open({ queueTime: 0, runTime: 10_000 });
  const old = await accepted();
  const between = Math.floor(clock.now() / 1000) + 5;
  clock.advance(10_000);
  const young = await accepted();
  const { id: other } = sandbox.createElsewhere({}, { platform: "kling", action: "text2video" });
  const asked = async (/** @type {string} */ query) => ids(await list(sandbox, query));
  assert.deepEqual(await asked("platform=runway"), [young, old]);
  assert.deepEqual(await asked("action=text2video&status="), [other]);
  assert.deepEqual(await asked("status=SUCCESS"), [old]);
  assert.deepEqual(await asked(`task_id=${young}`), [young]);
  assert.deepEqual(await asked(`start_timestamp=${between}`), [other, young]);
  assert.deepEqual(await asked(`end_timestamp=${between}`), [old]);
  assert.deepEqual(await asked("p=&platform=&task_id="), [other, young, old]);
});

test("it is shown to the access token, and to no API key", async () => {
  const { sandbox, accepted } = open({ accessTokens: ["at-mine"] });
  await accepted();
  for (const [token, status] of /** @type {const} */ ([
    [null, 401],
    ["sk-sandbox", 200],
    ["at-sandbox", 200],
  ])) {
    const refused = await list(sandbox, "", token);
    assert.deepEqual([refused.status, refused.body.success, refused.body.data], [status, false, undefined]);
    assert.match(refused.body.message, /access token/);
  }
  assert.equal((await list(sandbox, "", "at-mine")).body.success, true);
});

test("a new task comes into the list late, if so asked", async () => {
  const { sandbox, accepted, clock } = open({ listLag: 4_000, speed: 2 });
  const id = await accepted();
  assert.deepEqual(ids(await list(sandbox)), []);
  clock.advance(2_000);
  assert.deepEqual(ids(await list(sandbox)), [id]);
});

test("somebody else's tasks are in the list and the feed, and not among the sandbox's own", async () => {
  const { sandbox, accepted, feed, clock } = open({ strangers: 2, listedInput: { place: "input" } });
  const own = await accepted();
  const made = sandbox.createElsewhere({ video: "https://other.example/v.mp4" });
  assert.equal(ids(await list(sandbox)).length, 4);
  assert.deepEqual([...sandbox.tasks.keys()], [own]);
  assert.equal(sandbox.strangers.size, 3);
  assert.equal(sandbox.counts.accepted, 1);
  clock.advance(2_000);
  assert.equal((await (await feed(made.id)).json()).data.task_id, made.id);
  const [record] = (await list(sandbox)).body.data.items;
  assert.equal(record.input.video, "https://other.example/v.mp4");
});

test("what was sent stands where it is asked for, and no more of it than is asked for", async () => {
  const sent = { video: input.video, image: input.image, callback_url: input.callback_url };
  for (const [listedInput, look] of /** @type {const} */ ([
    [{ place: "properties" }, (/** @type {any} */ record) => JSON.parse(record.properties.input)],
    [{ place: "input" }, (/** @type {any} */ record) => record.input],
    [{ place: "data" }, (/** @type {any} */ record) => record.data.data],
  ])) {
    const { sandbox, accepted } = open({ listedInput });
    await accepted();
    assert.deepEqual(look((await list(sandbox)).body.data.items[0]), sent);
  }
  const { sandbox, accepted } = open({ listedInput: { place: "input", fields: ["callback_url"] } });
  await accepted();
  assert.deepEqual((await list(sandbox)).body.data.items[0].input, { callback_url: input.callback_url });
});

test("the list stands in each of the places that clients know", async () => {
  for (const [listShape, look] of /** @type {const} */ ([
    ["items", (/** @type {any} */ data) => data.items],
    ["list", (/** @type {any} */ data) => data],
    ["nested", (/** @type {any} */ data) => data.data],
  ])) {
    const { sandbox, accepted } = open({ listShape });
    const id = await accepted();
    assert.equal(look((await list(sandbox)).body.data)[0].task_id, id);
  }
});
