import assert from "node:assert/strict";
import { test } from "node:test";
import { base, open } from "./caller.js";

const preflight = {
  method: "OPTIONS",
  headers: {
    Origin: "https://page.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
  },
};

test("by default a page may call with a key and read every answer", async () => {
  const { sandbox, feed } = open();
  const answer = await sandbox.fetch(`${base}/runway/feed`, preflight);
  assert.equal(answer.status, 204);
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*");
  assert.equal(answer.headers.get("Access-Control-Allow-Headers"), "authorization,content-type");
  assert.equal((await feed("x")).headers.get("Access-Control-Allow-Origin"), "*");
});

test("as the gateway does it, the preflight allows * and so not Authorization", async () => {
  const { sandbox } = open({ cors: "gateway" });
  const answer = await sandbox.fetch(`${base}/runway/feed`, preflight);
  assert.equal(answer.headers.get("Access-Control-Allow-Headers"), "*");
});

test("with CORS off nothing is allowed", async () => {
  const { sandbox, feed } = open({ cors: false });
  const answer = await sandbox.fetch(`${base}/runway/feed`, preflight);
  assert.equal(answer.status, 404);
  assert.equal(answer.headers.has("Access-Control-Allow-Origin"), false);
  assert.equal((await feed("x")).headers.has("Access-Control-Allow-Origin"), false);
});

test("a preflight is neither a create nor a read, and needs no key", async () => {
  const { sandbox } = open();
  await sandbox.fetch(`${base}/runway/pro/act_one`, preflight);
  assert.deepEqual([sandbox.counts.creates, sandbox.counts.unauthorized], [0, 0]);
});

test("results can be read across origins too", async () => {
  const { accepted, clock, sandbox } = open();
  const task = sandbox.tasks.get(await accepted());
  clock.advance(100_000);
  const answer = await sandbox.fetch(task?.results.video ?? "");
  assert.equal(answer.headers.get("Access-Control-Allow-Origin"), "*");
});
