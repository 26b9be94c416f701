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
  assertSame(await response.json(), { ...example, msg: "image must be an http or https URL" });
});

/** @type {any[]} */
const cases = ["create", "feed", "callback"].flatMap((name) => published(`cases/${name}.json`));
/** @param {string} name */
const bodyOf = (name) => cases.find((found) => found.name === name).body;

/**
 * What an answer consists of: the names, all the way in, and of lists what the first element is.
 *
 * @param {unknown} value
 * @returns {unknown}
 */
function formOf(value) {
  if (Array.isArray(value)) return value.slice(0, 1).map(formOf);
  if (typeof value !== "object" || value === null) return "";
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, formOf(member)]));
}

/** @param {unknown} body @param {unknown} wanted what it has to have; it may have more */
function assertHasForm(body, wanted) {
  assert.ok(hasForm(body, wanted), `${JSON.stringify(body)} has not all that ${JSON.stringify(wanted)} has`);
}

/** @param {any} body @param {any} wanted @returns {boolean} */
function hasForm(body, wanted) {
  if (typeof wanted !== "object" || wanted === null) return typeof body !== "undefined";
  const isHolder = typeof body === "object" && body !== null;
  return isHolder && Object.keys(wanted).every((name) => name in body && hasForm(body[name], wanted[name]));
}

test("creates are answered in the forms that only public code shows", async () => {
  for (const [createShape, name] of /** @type {const} */ ([
    ["bareId", "accepted, the id itself is data"],
    ["emptyError", "accepted, with an empty error object"],
  ])) {
    assertHasForm(await (await open({ createShape }).create()).json(), bodyOf(name));
  }
});

/** Each further form of a feed, with the case that shows it, and when in a task's life. */
const family = /** @type {const} */ ([
  ["failReason", "done, its address in fail_reason", "succeed", 90_000],
  ["runway", "Runway's own record, done", "succeed", 90_000],
  ["runway", "Runway's own record, running", "succeed", 30_000],
  ["runway", "Runway's own record, failed", "fail", 90_000],
  ["video", "address under metadata", "succeed", 90_000],
  ["url", "url at the top, an error object that says nothing", "succeed", 90_000],
  ["url", "a waiting word with a space", "succeed", 2_000],
  ["result", "address under result", "succeed", 90_000],
  ["rawVideo", "only raw_video_url", "succeed", 90_000],
  ["envelope", "the provider's whole envelope under data.data", "succeed", 90_000],
  ["code", "code 400 around the id and a reason: the task has failed", "fail", 90_000],
  ["late", "nothing yet", "succeed", 2_000],
  ["full", "the open gateway's whole record", "succeed", 30_000],
  ["application", "Runway's application's record inside, done", "succeed", 90_000],
  [
    "application",
    "Runway's application's record, running, its progress as text from 0 to 1",
    "succeed",
    30_000,
  ],
  ["task", "Runway's application's record, wrapped in task, queued", "succeed", 2_000],
  ["text", "the provider's record as JSON in a string", "succeed", 90_000],
  ["output", "output is one address", "succeed", 90_000],
]);
for (const [feedShape, name, outcome, ms] of family) {
  test(`a feed in the form "${feedShape}" has what public code shows: ${name}`, async () => {
    const { accepted, feed, clock } = open({ feedShape, outcome });
    const id = await accepted();
    clock.advance(ms);
    const wanted = structuredClone(bodyOf(name));
    // An application's queued record shows an empty artifact; what stands in one is another case's matter.
    if (wanted.task) delete wanted.task.artifacts;
    assertHasForm(await (await feed(id)).json(), wanted);
  });
}

test("a callback can tell of a failure by its code, with nothing but the id", async () => {
  /** @type {any[]} */
  const bodies = [];
  const { accepted, clock, sandbox } = open({
    callbackShape: "codeOnly",
    outcome: "fail",
    fetch: async (_, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return new Response();
    },
  });
  await accepted({ callback_url: "https://receiver.example/" });
  clock.advance(90_000);
  await sandbox.idle();
  assert.deepEqual(formOf(bodies[0]), formOf(bodyOf("failure told by code, with only the id")));
});
