// `idempotencyKey`: a create in doubt is repeated where the other side can tell a repeat, and nowhere else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, run, submit } from "../../npm/node.js";

const INPUT = { video: "https://media.example/actor.mp4", image: "https://media.example/face.jpg" };
const CREATED = { task_id: "task-1", status: "SUBMITTED" };

/** A proxy whose first answers break. */
function breaking(times) {
  const keys = [];
  const fetch = async (request) => {
    keys.push(request.headers.get("idempotency-key"));
    if (keys.length <= times) throw new TypeError("connection lost");
    return new Response(JSON.stringify(CREATED));
  };
  return { keys, options: { fetch, baseUrl: "https://proxy.example" } };
}

test("a create in doubt is repeated with the same key", async () => {
  const { keys, options } = breaking(2);
  const task = await submit(INPUT, { ...options, idempotencyKey: "order-1" });
  assert.equal(task.id, "task-1");
  assert.deepEqual(keys, ["order-1", "order-1", "order-1"]);
});

test("true is a fresh key for each call, kept through its retries", async () => {
  const { keys, options } = breaking(1);
  const client = createClient({ ...options, idempotencyKey: true });
  await client.submit(INPUT);
  await client.submit(INPUT);
  const [first, second, third] = keys;
  assert.match(first, /^[0-9a-z]{32}$/);
  assert.equal(second, first);
  assert.notEqual(third, first);
});

test("without a key a create in doubt is not repeated", async () => {
  const { keys, options } = breaking(1);
  await assert.rejects(submit(INPUT, options), { code: "network", taskMayExist: true });
  assert.deepEqual(keys, [null]);
});

test("when the retries are used up, the doubt stays", async () => {
  const { keys, options } = breaking(9);
  const call = submit(INPUT, { ...options, idempotencyKey: true, maxRetries: 1 });
  await assert.rejects(call, { code: "network", taskMayExist: true });
  assert.equal(keys.length, 2);
});

test("the service itself, which does not know the key, is never sent one", async () => {
  const { keys, options } = breaking(0);
  const service = { ...options, apiKey: "sk-1", baseUrl: undefined, idempotencyKey: true };
  await assert.rejects(run(INPUT, service), ({ code, issues }) => {
    assert.equal(code, "invalid_input");
    assert.deepEqual(
      issues.map(({ path }) => path),
      ["idempotencyKey"],
    );
    return true;
  });
  assert.equal(keys.length, 0);
});

test("a key that no header can carry is refused", async () => {
  const { keys, options } = breaking(0);
  for (const idempotencyKey of ["", "a b", "a\nb", "é", "x".repeat(256), 5, {}, Symbol("s")])
    await assert.rejects(submit(INPUT, { ...options, idempotencyKey }), { code: "invalid_input" });
  assert.equal(keys.length, 0);
});
