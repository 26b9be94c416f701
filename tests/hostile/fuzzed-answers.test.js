// Whatever a service answers, a read gives a task or an `ActOneError`, and so does a create; what a task says is of
// the types that it promises. Answers are drawn at random: bytes, JSON, and the published answers bent out of shape.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, test } from "node:test";
import fc from "fast-check";
import { ActOneError, getTask, nextPollDelay, submit } from "../../npm/node.js";
import { ID, INPUT, answering, assertStillWorks, response, through } from "./answers.js";

const read = (name) => JSON.parse(readFileSync(new URL(`../protocol/${name}`, import.meta.url), "utf8"));
const files = readdirSync(new URL("../protocol/", import.meta.url)).filter((name) => name.endsWith(".json"));
const cases = ["create", "feed", "callback"].flatMap((name) => read(`cases/${name}.json`));
const published = [...files.map(read), ...cases.map(({ body, bytesOf }) => body ?? bytesOf)];

/** Words that mean something to a reader of answers. */
const words = fc.constantFrom(
  ...[
    "SUCCESS",
    "failed",
    "0",
    "1",
    "2",
    "3",
    "UNKNOWN",
    "task_not_exist",
    "100%",
    "-1%",
    "1e999",
    "NaN",
    "200",
    "",
  ],
  ...["https://cdn.example/a.mp4", "javascript:alert(1)", ID, "2026-03-13T09:52:46+08:00", "__proto__"],
);
const values = fc.oneof(
  words,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, 0, 1, 2, 3, -1, 0.5, 1e308, 1.8e12, true, {}, []),
);
const statuses = fc.oneof(
  fc.constantFrom(200, 200, 200, 400, 401, 403, 408, 429, 500, 502, 524),
  fc.integer({ min: 200, max: 599 }),
);

/** A published answer of which some members, at whatever depth, are something else or gone. */
const bent = fc
  .tuple(
    fc.constantFrom(...published),
    fc.array(fc.tuple(fc.nat(), fc.option(values)), { minLength: 1, maxLength: 4 }),
  )
  .map(([answer, changes]) => {
    const copy = structuredClone(answer);
    for (const [pick, value] of changes) {
      const places = placesIn(copy);
      if (places.length === 0) break;
      const [holder, name] = places[pick % places.length];
      if (value === null) delete holder[name];
      else holder[name] = value;
    }
    return JSON.stringify(copy)
      .replaceAll("573772da-c2ec-4a60-987f-80b5ecc79b20", ID)
      .replaceAll("task-1", ID);
  });

const bodies = fc.oneof(
  bent,
  bent.chain((text) => fc.nat({ max: text.length }).map((length) => text.slice(0, length))),
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.uint8Array({ maxLength: 500 }),
);

after(assertStillWorks);

test("any answer to a read gives a task or an ActOneError", async () => {
  await fc.assert(
    fc.asyncProperty(bodies, statuses, async (body, status) => {
      const options = through(answering(() => response(emptyFor(status, body), { status })));
      await assertTaskOrError(getTask(ID, options));
    }),
    { numRuns: 3_000 },
  );
});

test("any answer to a create gives a task or an ActOneError, and an unreadable success says that a task may exist", async () => {
  await fc.assert(
    fc.asyncProperty(bodies, statuses, async (body, status) => {
      const options = through(answering(() => response(emptyFor(status, body), { status })));
      const outcome = await assertTaskOrError(submit(INPUT, options));
      if (outcome.code === "bad_response" && status < 300) assert.equal(outcome.taskMayExist, true);
    }),
    { numRuns: 2_000 },
  );
});

/** 204 and the like may have no body. */
function emptyFor(status, body) {
  return [204, 205, 304].includes(status) ? null : body;
}

async function assertTaskOrError(call) {
  const outcome = await call.catch((error) => error);
  if (outcome instanceof ActOneError) return outcome;
  assertIsTask(outcome);
  // Plain data, which later calls take back.
  assert.deepEqual(structuredClone(outcome), outcome);
  const delay = await nextPollDelay(outcome);
  assert.ok(delay >= 0, String(delay));
  return outcome;
}

function assertIsTask(task) {
  assert.ok(typeof task.id === "string" && task.id !== "");
  assert.ok(["queued", "running", "succeeded", "failed"].includes(task.status), task.status);
  assert.ok(task.progress === null || (task.progress >= 0 && task.progress <= 1), String(task.progress));
  for (const name of ["videoUrl", "posterUrl", "lastFrameUrl"]) {
    assert.ok(task[name] === null || /^https?:\/\//i.test(task[name]), task[name]);
  }
  for (const name of ["submittedAt", "startedAt", "finishedAt"]) {
    assert.ok(task[name] === null || (Number.isFinite(task[name]) && task[name] > 0), String(task[name]));
  }
  assert.ok(task.failReason === null || typeof task.failReason === "string");
  if (task.status === "succeeded") assert.ok(task.videoUrl, "done without a video");
}

/** Every member of a decoded answer: who holds it, and under what name. */
function placesIn(holder) {
  if (typeof holder !== "object" || holder === null) return [];
  return Object.keys(holder).flatMap((name) => [[holder, name], ...placesIn(holder[name])]);
}
