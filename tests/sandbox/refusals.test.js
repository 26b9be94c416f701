import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { base, input, open } from "./caller.js";

/** @param {Response} response */
const errorOf = async (response) => (await response.json()).error;

test("without a key, with a wrong one, or with one that is not a Bearer token, the answer is 401", async () => {
  const { post, sandbox } = open();
  assert.equal((await post("/runway/pro/act_one", input, null)).status, 401);
  assert.equal((await post("/runway/feed", { task_id: "x" }, "sk-other")).status, 401);
  const basic = { method: "POST", headers: { Authorization: "Basic sk-sandbox" }, body: "{}" };
  assert.equal((await sandbox.fetch(`${base}/runway/feed`, basic)).status, 401);
  assert.equal(sandbox.counts.unauthorized, 3);
});

test("a refused key is repeated nowhere in the answer", async () => {
  const response = await open().post("/runway/feed", { task_id: "x" }, "sk-very-secret");
  assert.doesNotMatch((await response.text()) + JSON.stringify([...response.headers]), /secret/);
});

test("with keys null, no key is asked for", async () => {
  assert.equal((await open({ keys: null }).post("/runway/pro/act_one", input, null)).status, 200);
});

test("a body that is not JSON is refused with 400", async () => {
  const response = await open().post("/runway/pro/act_one", '{"video": ');
  assert.equal(response.status, 400);
  assert.match((await errorOf(response)).message, /not JSON/);
});

for (const name of /** @type {const} */ (["video", "image", "callback_url"])) {
  test(`a create without ${name} is refused with 400 and says so`, async () => {
    const { create } = open();
    for (const value of [undefined, null, "", 7, ["https://media.example/"]]) {
      const response = await create({ [name]: value });
      assert.equal(response.status, 400);
      assert.match((await errorOf(response)).message, new RegExp(`${name} is required`));
    }
  });

  test(`a ${name} that is no absolute http URL is refused with HTTP 200 and code 400`, async () => {
    const { create } = open();
    for (const value of [
      "/performance.mp4",
      "blob:https://page.example/1",
      "data:,x",
      "http://",
      "https://[/",
    ]) {
      const { code, msg, data } = await (await create({ [name]: value })).json();
      assert.deepEqual([code, msg, data], [400, `${name} must be an http or https URL`, null]);
    }
  });
}

test("a feed without a task id is refused with 400", async () => {
  const { post } = open();
  for (const body of [{}, { task_id: 7 }, { task_id: "" }, null, [], "text", 1]) {
    const response = await post("/runway/feed", JSON.stringify(body));
    assert.equal(response.status, 400);
    assert.match((await errorOf(response)).message, /task_id is required/);
  }
});

test("a route or method that is not the service's is answered 404 in the envelope", async () => {
  const { post, sandbox } = open();
  for (const path of [
    "/",
    "/runway/feed/",
    "/v1/runway/feed",
    "/outputs/x/result.mp4",
    "/runway/pro/act_one2",
  ]) {
    assert.equal((await errorOf(await post(path, {}))).type, "comet_api_error");
    assert.equal((await post(path, {})).status, 404);
  }
  assert.equal((await sandbox.fetch(`${base}/runway/feed`)).status, 404);
});

test("over the limit the answer is 429 until enough time has gone by", async () => {
  const { feed, clock, sandbox } = open({ rateLimit: { requests: 2, per: 10_000 } });
  await feed("x");
  clock.advance(4_000);
  await feed("x");
  const refused = await feed("x");
  assert.equal(refused.status, 429);
  assert.equal(refused.headers.get("Retry-After"), "6");
  assert.match((await errorOf(refused)).message, /too many requests/);
  clock.advance(6_000);
  assert.equal((await feed("x")).status, 400);
  assert.equal((await feed("x")).status, 429);
  assert.equal(sandbox.counts.rateLimited, 2);
});

test("a 429 comes with no body and no Retry-After when that is asked for", async () => {
  const rateLimit = { requests: 1, per: 1_000, retryAfter: false, emptyBody: true };
  const { feed } = open({ rateLimit });
  await feed("x");
  const refused = await feed("x");
  assert.deepEqual(
    [refused.status, await refused.text(), refused.headers.has("Retry-After")],
    [429, "", false],
  );
});

test("each key has its own limit", async () => {
  const { post } = open({ keys: null, rateLimit: { requests: 1, per: 1_000 } });
  assert.equal((await post("/runway/feed", { task_id: "x" }, "a")).status, 400);
  assert.equal((await post("/runway/feed", { task_id: "x" }, "b")).status, 400);
  assert.equal((await post("/runway/feed", { task_id: "x" }, "a")).status, 429);
});

test("whatever is sent, there is an answer and no task out of garbage", async () => {
  const path = fc.constantFrom("/runway/pro/act_one", "/runway/feed");
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ video: fc.string(), image: fc.webUrl(), callback_url: fc.anything() }).map((value) => {
      return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? String(part) : part));
    }),
  );
  await fc.assert(
    fc.asyncProperty(path, body, async (path, body) => {
      const { post, sandbox } = open();
      const response = await post(path, body);
      await response.json();
      assert.ok([200, 400].includes(response.status));
      assert.equal(sandbox.tasks.size, 0);
    }),
    { numRuns: 200 },
  );
});
