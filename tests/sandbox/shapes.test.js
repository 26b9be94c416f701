// Every body that the sandbox sends is, byte for byte, the published one: the same task is played, its id and what
// the published example's create took are put in, and the texts are compared.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { open } from "./caller.js";

/** @param {string} name */
const published = (name) => JSON.parse(readFileSync(new URL(`../protocol/${name}`, import.meta.url), "utf8"));

/**
 * @param {any} body
 * @param {any} example
 */
function assertSame(body, example) {
  const id = example.task_id ?? example.data?.task_id;
  const ownId = body.task_id ?? body.data?.task_id;
  const text = JSON.stringify(body).replaceAll(ownId, id);
  const parsed = JSON.parse(text);
  // How long an answer took is the one thing that differs from one call to the next.
  if ("exec_time" in example) parsed.exec_time = example.exec_time;
  assert.equal(JSON.stringify(parsed), JSON.stringify(example));
}

for (const shape of /** @type {const} */ (["seed", "current", "flat", "record"])) {
  test(`a create is answered in the published form "${shape}"`, async () => {
    const { create } = open({ createShape: shape, start: 1773366766_000 });
    const response = await create();
    assert.equal(response.status, 200);
    assert.match(response.headers.get("Content-Type") ?? "", /^application\/json/);
    assertSame(await response.json(), published(`create.${shape}.json`));
  });
}

const cdn = "https://cdn.example/act-one/result.mp4";
const attachments = "http://cdn.example/attachments";
const gateway = { start: 1773366766_000, resultUrls: { video: cdn } };
const numeric = {
  start: 1724313052_000,
  resultUrls: {
    video: `${attachments}/result.mp4`,
    poster: `${attachments}/poster.png`,
    lastFrame: `${attachments}/last.png`,
  },
};

/** @type {[string, import("../../sandbox/index.js").SandboxOptions & { start: number }, number][]} */
const feeds = [
  ["wrapped.queued", { ...gateway }, 2_000],
  ["wrapped.success", { ...gateway, runTime: 87_000 }, 95_000],
  ["wrapped.failure", { ...gateway, runTime: 16_000, outcome: "fail" }, 24_000],
  ["flat.running", { ...gateway, runTime: 87_000 }, 8_000 + 0.3 * 87_000],
  ["flat.success", { ...gateway, runTime: 87_000 }, 95_000],
  ["numeric.running", { ...numeric }, 10_000],
  ["numeric.success", { ...numeric, runTime: 283_000 }, 300_000],
  [
    "numeric.failure",
    { ...numeric, runTime: 39_000, outcome: "fail", failReason: "source video is not 16:9" },
    47_000,
  ],
  ["words.success", { ...gateway }, 90_000],
];
for (const [name, options, ms] of feeds) {
  test(`a feed is answered as published in feed.${name}.json`, async () => {
    const feedShape = /** @type {import("../../sandbox/index.js").FeedShape} */ (name.split(".")[0]);
    const { accepted, feed, clock } = open({ ...options, feedShape });
    const id = await accepted();
    clock.advance(ms);
    const response = await feed(id);
    assert.equal(response.status, 200);
    assertSame(await response.json(), published(`feed.${name}.json`));
  });
}

test("a callback is by default the published bare record", async () => {
  /** @type {any[]} */
  const bodies = [];
  const { accepted, clock, sandbox } = open({
    ...numeric,
    runTime: 283_000,
    fetch: async (_, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return new Response();
    },
  });
  await accepted({ callback_url: "https://receiver.example/" });
  clock.advance(291_000);
  await sandbox.idle();
  assertSame(bodies[0], published("callback.bare.json"));
});

test("an id that is not known gets the published task_not_exist", async () => {
  const response = await open().feed("no-such-task");
  assert.equal(response.status, 400);
  assertSame(await response.json(), published("error.task_not_exist.json"));
});

test("a wrong key gets the published envelope, with a request id of the published form", async () => {
  const response = await open().post("/runway/feed", { task_id: "x" }, "wrong");
  assert.equal(response.status, 401);
  const example = published("error.envelope.json");
  const body = await response.json();
  const [before, requestId] = body.error.message.split("(request id: ");
  assert.equal(before, example.error.message.split("(request id: ")[0]);
  assert.match(requestId, /^\d{23}[0-9a-z]{8}\)$/);
  assert.equal(
    JSON.stringify({ error: { ...body.error, message: example.error.message } }),
    JSON.stringify(example),
  );
});

test("a refusal has the published form, with HTTP 200", async () => {
  const { create } = open();
  const response = await create({ image: "ftp://media.example/portrait.jpg" });
  assert.equal(response.status, 200);
  const example = published("create.refused.json");
  assertSame(await response.json(), { ...example, msg: "image must be an http or https address" });
});
