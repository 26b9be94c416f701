// What an operator relies on: bounds that keep callers apart, a health check that means what it says, tokens that are
// changed without an outage, and a log that holds no secret.

import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { afterEach, test } from "node:test";
import { createClient } from "act-one";
import { SignJWT } from "jose";
import { ACCESS_TOKEN, assertStoredWhole, create, feed, input, ORIGIN, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

const TOKEN_SECRET = "a-secret-for-tests-that-only-the-backend-has-0123";
const OTHER_SECRET = "another-secret-for-tests-that-is-the-next-one-0123";

const bearer = (/** @type {string} */ token) => ({ Authorization: `Bearer ${token}` });

/** @param {string} sub @param {string} [secret] */
async function tokenOf(sub, secret = TOKEN_SECRET) {
  const token = new SignJWT({ sub })
    .setProtectedHeader({ alg: "HS256" })
    .setAudience("act-one")
    .setIssuedAt();
  return bearer(await token.setExpirationTime("5m").sign(new TextEncoder().encode(secret)));
}

/** @param {Record<string, string>} headers */
async function createAs(headers) {
  const response = await create(edge.url, { headers });
  if (response.ok) return "accepted";
  const { error } = await response.json();
  return `${error.code}: ${error.message.match(/MAX_\w+/)?.[0]}`;
}

const events = () => edge.logLines.map((line) => JSON.parse(line));
const health = async (query = "", headers = {}) => {
  const response = await fetch(`${edge.url}/healthz${query}`, { headers });
  return { status: response.status, ...(await response.json()) };
};

test("one caller's tasks and creates use up that caller's share, and leave the others theirs", async () => {
  edge = await startEdge({
    service: { outcome: "stall" },
    bindings: { ACCESS: "signed", TOKEN_SECRET, MAX_CONCURRENT_TASKS_PER_CALLER: "2" },
  });
  const [alice, bob] = [await tokenOf("alice"), await tokenOf("bob")];
  assert.deepEqual(
    [await createAs(alice), await createAs(alice), await createAs(alice), await createAs(bob)],
    ["accepted", "accepted", "too_busy: MAX_CONCURRENT_TASKS_PER_CALLER", "accepted"],
  );
  await edge.close();

  edge = await startEdge({
    bindings: { ACCESS: "signed", TOKEN_SECRET, MAX_CREATES_PER_DAY_PER_CALLER: "1" },
  });
  assert.deepEqual(
    [await createAs(alice), await createAs(alice), await createAs(bob)],
    ["accepted", "daily_limit: MAX_CREATES_PER_DAY_PER_CALLER", "accepted"],
  );
  const { keptTasks, createsToday } = await health("?deep", await tokenOf("carol"));
  assert.deepEqual([keptTasks, createsToday], [2, 2], "a refused create writes nothing");
});

test("where all share one token, the bounds of a caller do not apply", async () => {
  const bindings = { MAX_CONCURRENT_TASKS_PER_CALLER: "1", MAX_CREATES_PER_DAY_PER_CALLER: "1" };
  edge = await startEdge({ bindings });
  assert.deepEqual([await createAs({}), await createAs({})], ["accepted", "accepted"]);
});

test("a caller lists and deletes its own tasks only, by the service's own filters and pages", async () => {
  edge = await startEdge({
    bindings: { ACCESS: "signed", TOKEN_SECRET },
    service: { outcome: ({ image }) => (image.includes("stall") ? "stall" : "succeed") },
  });
  const [alice, bob] = [await tokenOf("alice"), await tokenOf("bob")];
  const clientOf = (/** @type {Record<string, string>} */ headers) =>
    createClient({ baseUrl: edge.url, headers, pollInterval: 150 });
  const done = await clientOf(alice).run(input);
  const running = await clientOf(alice).submit({ ...input, image: `${input.image}?stall` });
  const others = await clientOf(bob).run(input);
  const list = async (/** @type {string} */ query, headers = alice) => {
    const response = await fetch(`${edge.url}/api/task/self${query}`, { headers });
    const { success, data } = await response.json();
    assert.equal(success, true);
    return { ...data, ids: data.items.map((/** @type {{ task_id: string }} */ { task_id }) => task_id) };
  };
  const all = await list("");
  assert.deepEqual([all.ids, all.total, all.page, all.page_size], [[running.id, done.id], 2, 1, 20]);
  assert.deepEqual((await list("", bob)).ids, [others.id]);
  const second = await list("?p=2&page_size=1");
  assert.deepEqual([second.ids, second.total], [[done.id], 2]);
  const now = Math.floor(Date.now() / 1000);
  for (const [query, ids] of /** @type {[string, string[]][]} */ ([
    ["?status=SUCCESS", [done.id]],
    ["?status=FAILURE", []],
    [`?task_id=${done.id}`, [done.id]],
    [`?task_id=${others.id}`, []],
    ["?platform=runway&action=ACT_ONE", [running.id, done.id]],
    ["?platform=suno", []],
    [`?start_timestamp=${now + 60}`, []],
    [`?end_timestamp=${now - 3600}`, []],
    [`?start_timestamp=${now - 3600}&end_timestamp=${now + 60}&status=success`, [done.id]],
    ["?p=0&page_size=x&start_timestamp=x", [running.id, done.id]],
  ])) {
    assert.deepEqual((await list(query)).ids, ids, query);
  }
  await until(async () => (await list("?status=IN_PROGRESS")).ids[0] === running.id);
  const unknown = await fetch(`${edge.url}/api/task/self`);
  assert.deepEqual([unknown.status, (await unknown.json()).success], [401, false]);

  const remove = (/** @type {Record<string, string>} */ headers) =>
    fetch(`${edge.url}/api/task/${done.id}`, { method: "DELETE", headers }).then(({ status }) => status);
  assert.deepEqual([await remove(bob), await remove(alice), await remove(alice)], [404, 204, 404]);
  assert.deepEqual((await list("")).ids, [running.id]);
});

test("a page of an allowed origin may send all that the client sends", async () => {
  edge = await startEdge();
  for (const [path, method] of /** @type {const} */ ([
    ["/runway/pro/act_one", "POST"],
    ["/runway/feed", "POST"],
    ["/uploads", "POST"],
    ["/api/task/self", "GET"],
    [`/api/task/${crypto.randomUUID()}`, "DELETE"],
    [`/outputs/${"a".repeat(43)}`, "GET"],
  ])) {
    const headers = { Origin: ORIGIN, "Access-Control-Request-Method": method };
    const preflight = await fetch(`${edge.url}${path}`, { method: "OPTIONS", headers });
    assert.equal(preflight.status, 204, path);
    assert.equal(preflight.headers.get("Access-Control-Allow-Origin"), ORIGIN);
    assert.match(preflight.headers.get("Access-Control-Allow-Methods") ?? "", new RegExp(method));
    const allowed = preflight.headers.get("Access-Control-Allow-Headers")?.split(", ") ?? [];
    for (const name of [
      "authorization",
      "prefer",
      "idempotency-key",
      "act-one-filename",
      "range",
      "if-range",
    ]) {
      assert.ok(allowed.includes(name), `${path}: ${name}`);
    }
  }
});

/** Each closes the Worker; the value of a secret is not told. @type {[string, string][]} */
const wrong = [
  ["COMETAPI_KEY", "sk-with white space"],
  ["COMETAPI_KEY", "sk-schlüssel-mit-umlaut"],
  ["COMETAPI_KEY", "sk-1"],
  ["COMETAPI_ACCESS_TOKEN", "at with white space"],
  ["COMETAPI_ACCESS_TOKEN", "at-1"],
  ["ACCESS_TOKEN", "a token with white space that is long enough, too"],
  ["ACCESS_TOKEN_PREVIOUS", "hunter2"],
  ["PUBLIC_URL", "https://act.example.com/under/a/path"],
  ["PUBLIC_URL", "https://user@act.example.com"],
  ["PUBLIC_URL", "act.example.com"],
  ["COMETAPI_BASE_URL", "ftp://service.example"],
  ["KEEP_HOURS", "-1"],
  ["MAX_CREATES_PER_DAY", "1.5"],
  ["HOLD_SECONDS", "3600"],
  ["UPLOAD_HOURS", "1e9"],
  ["MAX_UPLOAD_MB", "much"],
  ["SOLE_CREATOR", "yes"],
];

test("what is set to a value that cannot work closes the Worker, and /healthz names it without its secret", async () => {
  edge = await startEdge({ bindings: Object.fromEntries(wrong) });
  for (const [name, value] of wrong) {
    await edge.kill();
    const others = Object.fromEntries(wrong.map(([other]) => [other, ""]));
    const usual = { COMETAPI_KEY: "sk-the-usual-key", ACCESS_TOKEN };
    await edge.restart({ ...others, ...usual, [name]: value });
    const { status, ok, problems } = await health();
    assert.deepEqual([status, ok, problems?.length], [503, false, 1], `${name}=${value}`);
    assert.ok(problems[0].includes(name), problems[0]);
    if (/KEY|TOKEN/.test(name)) assert.ok(!problems[0].includes(value), problems[0]);
    assert.equal((await create(edge.url)).status, 403);
  }
});

test("/healthz?deep is for callers, and says when the bucket or the ledger does not answer", async () => {
  edge = await startEdge({ isFaulty: true });
  assert.equal((await health("?deep")).status, 401);
  await edge.client.run(input);
  const deep = () => health("?deep", bearer(ACCESS_TOKEN));
  const { status, ok, r2, ledger, keptTasks, createsToday, overdueTasks } = await deep();
  assert.deepEqual([status, ok, r2, ledger], [200, true, true, true]);
  assert.deepEqual([keptTasks, createsToday, overdueTasks], [1, 1, 0]);
  await edge.setFaults({ failingHead: true, failingLedger: ["census"] });
  const broken = await deep();
  assert.deepEqual([broken.status, broken.ok, broken.r2, broken.ledger], [503, false, false, false]);
  assert.match(broken.problems.join("\n"), /ledger[^]*R2|R2[^]*ledger/);
  assert.deepEqual((await health()).ok, true, "the shallow check is of the settings alone");
});

test("an access token is changed with an overlap: tasks and idempotency keys outlive it", async () => {
  edge = await startEdge();
  const key = { "Idempotency-Key": "across-the-change" };
  const { data } = await (await create(edge.url, { headers: key })).json();
  const next = "the-next-token-for-tests-that-is-long-enough-0123456789";
  await edge.kill();
  await edge.restart({ ACCESS_TOKEN: next, ACCESS_TOKEN_PREVIOUS: ACCESS_TOKEN });
  for (const token of [ACCESS_TOKEN, next]) {
    const repeat = await create(edge.url, { headers: { ...key, ...bearer(token) } });
    assert.equal((await repeat.json()).data.task_id, data.task_id);
  }
  await edge.kill();
  await edge.restart({ ACCESS_TOKEN: next, ACCESS_TOKEN_PREVIOUS: "" });
  assert.equal((await feed(edge.url, data.task_id)).status, 401);
  assert.equal((await feed(edge.url, data.task_id, bearer(next))).status, 200);
  assert.equal(edge.service.counts.creates, 1);
});

test("the secret of signed tokens is changed the same way", async () => {
  edge = await startEdge({
    bindings: { ACCESS: "signed", TOKEN_SECRET: OTHER_SECRET, TOKEN_SECRET_PREVIOUS: TOKEN_SECRET },
  });
  const [old, current] = [await tokenOf("alice"), await tokenOf("alice", OTHER_SECRET)];
  const { data } = await (await create(edge.url, { headers: old })).json();
  assert.equal((await feed(edge.url, data.task_id, current)).status, 200);
  await edge.kill();
  await edge.restart({ TOKEN_SECRET_PREVIOUS: "" });
  assert.equal((await feed(edge.url, data.task_id, old)).status, 401);
  assert.equal((await feed(edge.url, data.task_id, current)).status, 200);
});

test("a secret in a path is not logged, in whatever spelling, and a task's last line names its caller", async () => {
  edge = await startEdge({ bindings: { ACCESS: "signed", TOKEN_SECRET } });
  const alice = await tokenOf("alice");
  const client = createClient({ baseUrl: edge.url, headers: alice, pollInterval: 150 });
  const task = await client.run(input);
  const secret = task.videoUrl?.split("/").at(-1) ?? "";
  const paths = ["//outputs/", "/OUTPUTS/", "/act/outputs/", "/outputs//", "/uploads/", "/%6Futputs/"];
  for (const path of [...paths, `/callback/${task.id}//`, `/CALLBACK/${task.id}/`]) {
    const response = await fetch(`${edge.url}${path}${secret}`, { method: "POST" });
    assert.equal(response.status, 404, path);
    assert.ok(!(await response.text()).includes(secret), path);
  }
  await until(() => events().filter(({ event }) => event === "refused").length === paths.length + 2);
  assert.ok(!edge.logLines.some((line) => line.includes(secret)));
  const last = events().findLast((line) => line.task === task.id);
  assert.deepEqual([last.event, last.caller], ["task.succeeded", "sub:alice"]);
});

test("a record that an earlier version of the Worker has written is read on", async () => {
  edge = await startEdge({ isFaulty: true });
  const task = await edge.client.run(input);
  const { id } = await edge.client.submit(input);
  await edge.kill();
  await edge.restart({ OLD_RECORDS: "true" });
  assert.equal((await edge.client.getTask(task.id)).status, "succeeded");
  const sources = [...edge.service.tasks.values()];
  await assertStoredWhole(await edge.client.waitForTask(id), sources[1]);
});

test("a connection cut after the Worker has accepted: the repeat by idempotency key is the same task, delivered", async () => {
  edge = await startEdge();
  const { hostname, port } = new URL(edge.url);
  let cuts = 0;
  const cutting = createServer((client) => {
    const worker = connect(Number(port), hostname);
    client.on("error", () => {}).on("close", () => worker.destroy());
    worker.on("error", () => {}).on("close", () => client.destroy());
    client.pipe(worker);
    worker.on("data", (data) => {
      if (cuts === 0 && edge.service.counts.accepted === 1) {
        cuts++;
        client.destroy();
      } else client.write(data);
    });
  });
  await new Promise((resolve) => cutting.listen(0, "127.0.0.1", () => resolve(undefined)));
  try {
    const address = /** @type {import("node:net").AddressInfo} */ (cutting.address());
    const baseUrl = `http://127.0.0.1:${address.port}`;
    const client = createClient({ baseUrl, apiKey: ACCESS_TOKEN, pollInterval: 150 });
    const task = await client.run(input, { idempotencyKey: true });
    assert.deepEqual([cuts, edge.service.counts.creates], [1, 1]);
    const videoUrl = task.videoUrl.replace(baseUrl, edge.url);
    await assertStoredWhole({ ...task, videoUrl }, [...edge.service.tasks.values()][0]);
  } finally {
    cutting.close();
  }
});

for (const [when, access] of Object.entries({ "": "bearer", " before it is set up": "" })) {
  test(`the Worker's own URL says what it is${when}`, async () => {
    edge = await startEdge({ bindings: { ACCESS: access } });
    const response = await fetch(`${edge.url}/`);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /act-one Worker/);
  });
}
