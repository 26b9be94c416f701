// Every way of getting in that must fail, and what a page and a backend have to do to be let in. Nothing that is
// turned away reaches the service, and the service's key is in nothing that leaves the Worker.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "act-one";
import { SignJWT } from "jose";
import { ACCESS_TOKEN, create, feed, input, ORIGIN, SERVICE_KEY, startEdge } from "./edge.js";

const TOKEN_SECRET = "a-secret-for-tests-that-only-the-backend-has-0123";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let shared;
/** @type {Awaited<ReturnType<typeof startEdge>>} */
let signed;
before(async () => {
  [shared, signed] = [
    await startEdge(),
    await startEdge({ bindings: { ACCESS: "signed", TOKEN_SECRET, ACCESS_TOKEN: "" } }),
  ];
});
after(() => Promise.all([shared.close(), signed.close()]));

/**
 * A token as the deployer's backend signs it.
 *
 * @param {{ sub?: string, aud?: string, expires?: number, issued?: number, secret?: string, alg?: string }} [claims]
 */
function token({
  sub = "alice",
  aud = "act-one",
  expires = 300,
  issued = 0,
  secret = TOKEN_SECRET,
  alg = "HS256",
} = {}) {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(sub ? { sub } : {})
    .setProtectedHeader({ alg })
    .setAudience(aud)
    .setIssuedAt(now + issued)
    .setExpirationTime(now + expires)
    .sign(new TextEncoder().encode(secret));
}

const bearer = (/** @type {string} */ value) => ({ Authorization: `Bearer ${value}` });

/** @returns {Promise<{ status: number, code: string, response: Response }>} */
async function refusal(/** @type {Response} */ response) {
  const { error } = await response.clone().json();
  assert.equal(error.type, "comet_api_error");
  assert.match(error.message, /\(request id: [\w-]+\)$/);
  assert.ok(error.message.includes(response.headers.get("X-Request-Id")));
  return { status: response.status, code: error.code, response };
}

test("without the shared token, or with one that is nearly right, nobody gets in", async () => {
  const attempts = [
    { Authorization: "" },
    { Authorization: "Bearer" },
    { Authorization: ACCESS_TOKEN },
    { Authorization: `Basic ${btoa(`user:${ACCESS_TOKEN}`)}` },
    bearer("x"),
    bearer(ACCESS_TOKEN.slice(0, -1)),
    bearer(`${ACCESS_TOKEN}0`),
    bearer(ACCESS_TOKEN.toUpperCase()),
    bearer(SERVICE_KEY),
    bearer("undefined"),
    { Authorization: "", "X-Access-Token": ACCESS_TOKEN, Cookie: `token=${ACCESS_TOKEN}` },
  ];
  for (const headers of attempts) {
    for (const response of [
      await create(shared.url, { headers }),
      await feed(shared.url, crypto.randomUUID(), headers),
    ]) {
      assert.deepEqual(pick(await refusal(response)), { status: 401, code: "access_denied" });
    }
  }
  const inAddress = await fetch(`${shared.url}/runway/pro/act_one?access_token=${ACCESS_TOKEN}`, {
    method: "POST",
    body: JSON.stringify(input),
  });
  assert.equal(inAddress.status, 401);
  assert.equal(shared.service.counts.creates, 0);
});

test("a signed token lets its caller in, and nothing like it does", async () => {
  const good = await create(signed.url, { headers: bearer(await token()) });
  assert.equal(good.status, 200);
  const { creates } = signed.service.counts;
  const [head, payload, signature] = (await token()).split(".");
  const other = Buffer.from(JSON.stringify({ sub: "eve", aud: "act-one", iat: 0, exp: 9e9 })).toString(
    "base64url",
  );
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  const attempts = {
    expired: await token({ issued: -400, expires: -100 }),
    "of the future": await token({ issued: 4000, expires: 4300 }),
    "valid for longer than an hour": await token({ expires: 4000 }),
    "issued longer ago than an hour": await token({ issued: -4000, expires: 100 }),
    "signed with another secret": await token({ secret: `${TOKEN_SECRET}!` }),
    "signed with the shared token": await token({ secret: ACCESS_TOKEN }),
    "signed by another algorithm": await token({ alg: "HS512" }),
    "for another audience": await token({ aud: "billing" }),
    "of nobody": await token({ sub: "" }),
    unsigned: `${none}.${payload}.`,
    "with the signature cut off": `${head}.${payload}.`,
    "with another payload": `${head}.${other}.${signature}`,
    "not a token": "a.b.c",
    "the secret itself": TOKEN_SECRET,
  };
  for (const [what, value] of Object.entries(attempts)) {
    const response = await create(signed.url, { headers: bearer(value) });
    assert.deepEqual(pick(await refusal(response)), { status: 401, code: "access_denied" }, what);
  }
  assert.equal(signed.service.counts.creates, creates);
});

test("an expired token says that it has expired", async () => {
  const response = await create(signed.url, {
    headers: bearer(await token({ issued: -400, expires: -100 })),
  });
  assert.match((await response.json()).error.message, /expired: fetch a new one/);
});

test("a task belongs to its caller: another one's token neither reads it nor gets it by the same key", async () => {
  const as = async (/** @type {string} */ sub) =>
    createClient({ baseUrl: signed.url, apiKey: await token({ sub }) });
  const [alice, bob] = [await as("alice"), await as("bob")];
  const headers = { "Idempotency-Key": "same-word" };
  const hers = await alice.submit(input, { headers });
  await assert.rejects(bob.getTask(hers.id), { code: "task_not_found" });
  const his = await bob.submit(input, { headers });
  assert.notEqual(his.id, hers.id);
  assert.equal((await alice.getTask(hers.id)).id, hers.id);
});

test("only pages of the allowed origins are let in, whatever token they have", async () => {
  const { creates } = shared.service.counts;
  for (const origin of [
    "https://evil.example",
    "null",
    `${ORIGIN}.evil.example`,
    "http://app.example",
    `${ORIGIN}:8443`,
  ]) {
    const preflight = await ask(shared.url, origin);
    assert.equal(preflight.status, 403, origin);
    assert.equal(preflight.headers.get("Access-Control-Allow-Origin"), null);
    const response = await create(shared.url, { headers: { Origin: origin } });
    assert.deepEqual(pick(await refusal(response)), { status: 403, code: "origin_not_allowed" });
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
  }
  assert.equal(shared.service.counts.creates, creates);
});

test("a page of an allowed origin may send what the client sends, and read refusals too", async () => {
  const preflight = await ask(shared.url, ORIGIN);
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("Access-Control-Allow-Origin"), ORIGIN);
  const allowed = preflight.headers.get("Access-Control-Allow-Headers")?.split(", ") ?? [];
  for (const name of ["authorization", "content-type", "x-runway-version", "idempotency-key"]) {
    assert.ok(allowed.includes(name), name);
  }
  for (const headers of [{ Origin: ORIGIN }, { Origin: ORIGIN, ...bearer("wrong") }]) {
    const response = await create(shared.url, { headers });
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), ORIGIN);
    assert.match(response.headers.get("Vary") ?? "", /Origin/);
  }
});

test("inputs that cannot work, or point into a private network, are refused before money is spent", async () => {
  const { creates } = shared.service.counts;
  const hosts = [
    "localhost",
    "LOCALHOST.",
    "app.localhost",
    "printer",
    "nas.local",
    "db.internal",
    "router.home.arpa",
    "metadata.google.internal",
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",
    "10.0.0.7",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::a00:1]",
    "[2002:a00:1::1]",
    "[fd00::1]",
    "[fe80::1]",
    "[ff02::1]",
    "[::a00:1]",
    "[::127.0.0.1]",
    "[::ffff:0:10.0.0.1]",
    "[64:ff9b:1::a00:1]",
    "[2001:0:a00:1::]",
    "[2001:db8::1]",
    "[fec0::1]",
    "192.0.2.1",
    "198.18.0.1",
    "localhost.localdomain",
    "act.default.svc",
    "db.consul",
    "wiki.corp",
    "nas.lan",
  ];
  const bodies = [
    ...hosts.map((host) => ({ ...input, video: `https://${host}/a.mp4` })),
    { ...input, image: "https://user:pass@10.0.0.1:8080/a.png" },
    ...[
      "",
      "a.mp4",
      "/a.mp4",
      "//media.example.org/a",
      "ftp://media.example.org/a",
      "data:video/mp4,x",
      "file:///a",
    ].map((video) => ({ ...input, video })),
    { ...input, video: `https://media.example.org/${"x".repeat(9000)}` },
    { ...input, image: 7 },
    { ...input, video: ["https://media.example.org/a.mp4"] },
    { image: input.image },
    { ...input, callback_url: "https://hook.example.org/mine" },
    { ...input, callback_url: "https://example.com.evil.example/hook" },
    {},
    [],
    "null",
    "{",
    "",
  ];
  for (const body of bodies) {
    const response = await create(shared.url, { body });
    assert.deepEqual(
      pick(await refusal(response)),
      { status: 400, code: "invalid_input" },
      JSON.stringify(body),
    );
  }
  const read = await fetch(`${shared.url}/runway/feed`, {
    method: "POST",
    headers: { Authorization: `Bearer ${ACCESS_TOKEN}` },
    body: "{",
  });
  assert.match((await read.json()).error.message, /like \{"task_id": "…"\}/);
  const large = await create(shared.url, { body: { ...input, note: "x".repeat(40_000) } });
  assert.equal(large.status, 413);
  for (const key of ["", "a b", "x".repeat(300)]) {
    const response = await create(shared.url, { headers: { "Idempotency-Key": key } });
    assert.deepEqual(pick(await refusal(response)), { status: 400, code: "invalid_input" });
  }
  assert.equal(shared.service.counts.creates, creates);
});

test("public URLs of every spelling pass", async () => {
  for (const host of [
    "media.example.org",
    "8.8.8.8",
    "[2606:4700::1111]",
    "localhost.example.org",
    "bücher.example",
  ]) {
    const response = await create(shared.url, { body: { ...input, video: `https://${host}/a.mp4` } });
    assert.equal(response.status, 200, host);
  }
});

test("other paths and methods lead nowhere", async () => {
  for (const [method, path] of [
    ["POST", "/"],
    ["GET", "/runway/feed"],
    ["PUT", "/runway/pro/act_one"],
    ["POST", "/runway/pro/act_one/"],
    ["POST", "/v1/chat/completions"],
    ["GET", "/outputs/"],
    ["GET", "/outputs/../secrets"],
    ["GET", `/outputs/${"a".repeat(43)}`],
    ["DELETE", `/outputs/${"a".repeat(43)}`],
    ["GET", `/callback/${crypto.randomUUID()}/x`],
  ]) {
    const response = await fetch(`${shared.url}${path}`, {
      method: method ?? "",
      headers: bearer(ACCESS_TOKEN),
    });
    assert.equal(response.status, 404, `${method} ${path}`);
  }
});

const closing = /** @type {Record<string, Record<string, string>>} */ ({
  "no access chosen": { ACCESS: "" },
  "an access that does not exist": { ACCESS: "open" },
  "no shared token": { ACCESS_TOKEN: "" },
  "a shared token that can be guessed": { ACCESS_TOKEN: "hunter2" },
  "no secret for signed tokens": { ACCESS: "signed" },
  "no key": { COMETAPI_KEY: "" },
  "a pattern for an origin": { ALLOWED_ORIGINS: "https://*.example" },
  "every origin": { ALLOWED_ORIGINS: "*" },
  "a bound that is no number": { MAX_CREATES_PER_DAY: "many" },
});

for (const [what, bindings] of Object.entries(closing)) {
  test(`with ${what}, the Worker is closed and says what is missing`, async (context) => {
    const edge = await startEdge({ bindings });
    context.after(() => edge.close());
    for (const headers of [{}, bearer(""), bearer("undefined"), bearer("hunter2")]) {
      const response = await create(edge.url, { headers });
      assert.deepEqual(pick(await refusal(response)), { status: 403, code: "not_configured" });
    }
    const health = await fetch(`${edge.url}/healthz`);
    assert.equal(health.status, 503);
    const { ok, problems } = await health.json();
    assert.equal(ok, false);
    assert.ok(
      problems.some(
        (/** @type {string} */ problem) =>
          problem.includes(Object.keys(bindings)[0] ?? "") || problem.includes("TOKEN_SECRET"),
      ),
    );
    assert.equal(edge.service.counts.creates, 0);
  });
}

test("each caller has a limit of creates and one of reads", async (context) => {
  const limit = (/** @type {number} */ most) => ({
    simple: { limit: most, period: /** @type {const} */ (60) },
  });
  const edge = await startEdge({
    bindings: { ACCESS: "signed", TOKEN_SECRET },
    limits: { CREATE_LIMIT: limit(3), READ_LIMIT: limit(5) },
  });
  context.after(() => edge.close());
  const [alice, bob] = [bearer(await token()), bearer(await token({ sub: "bob" }))];
  const creates = [];
  for (let n = 0; n < 5; n++) creates.push(await create(edge.url, { headers: alice }));
  assert.deepEqual(
    creates.map(({ status }) => status),
    [200, 200, 200, 429, 429],
  );
  assert.ok(Number(creates[4]?.headers.get("Retry-After")) > 0);
  assert.equal((await create(edge.url, { headers: bob })).status, 200);
  const reads = [];
  for (let n = 0; n < 7; n++) reads.push((await feed(edge.url, crypto.randomUUID(), alice)).status);
  assert.deepEqual(reads, [400, 400, 400, 400, 400, 429, 429]);
  assert.equal(edge.service.counts.accepted, 4);
});

test("no more tasks run at once, and none more are created in a day, than is allowed", async (context) => {
  const edge = await startEdge({
    service: { outcome: ({ video }) => (video.includes("stall") ? "stall" : undefined) },
    bindings: { MAX_CONCURRENT_TASKS: "3", MAX_CREATES_PER_DAY: "5" },
  });
  context.after(() => edge.close());
  const quick = await Promise.all(Array.from({ length: 12 }, () => create(edge.url)));
  assert.equal(quick.filter(({ status }) => status === 200).length, 3);
  assert.equal(quick.filter(({ status }) => status === 429).length, 9);
  for (const response of quick.filter(({ ok }) => ok)) {
    await edge.client.waitForTask((await response.json()).data.task_id);
  }
  assert.equal((await create(edge.url)).status, 200);
  assert.equal((await create(edge.url)).status, 200);
  const last = await refusal(await create(edge.url));
  assert.deepEqual(pick(last), { status: 403, code: "daily_limit" });
  assert.equal(edge.service.counts.creates, 5);
});

test("a create that the service refuses takes no place and does not count", async (context) => {
  const edge = await startEdge({
    service: {
      answer: (request) =>
        request.url.endsWith("/act_one")
          ? Response.json({ code: 400, msg: "image aspect ratio must be 16:9", data: null })
          : undefined,
    },
    bindings: { MAX_CONCURRENT_TASKS: "1", MAX_CREATES_PER_DAY: "1" },
  });
  context.after(() => edge.close());
  for (let n = 0; n < 3; n++) {
    const headers = { "Idempotency-Key": "refused" };
    await assert.rejects(edge.client.submit(input, { headers }), (/** @type {any} */ error) => {
      assert.equal(error.code, "rejected");
      assert.match(error.message, /16:9/);
      assert.equal(error.taskMayExist, false);
      return true;
    });
  }
});

test("a service that echoes the key does not get it out: not in answers, errors or the log", async (context) => {
  const said = /** @type {string[]} */ ([]);
  const echo = (/** @type {Request} */ request) => `you sent ${request.headers.get("Authorization")}`;
  let turn = 0;
  const edge = await startEdge({
    service: {
      answer: (request) => {
        if (request.url.endsWith(".mp4")) return undefined;
        const message = echo(request);
        const isCreate = request.url.endsWith("/act_one");
        if (!isCreate && turn++ === 0)
          return Response.json({ error: { message, code: message } }, { status: 401 });
        if (!isCreate) {
          return Response.json({
            code: "success",
            data: { task_id: "t-1", status: "FAILURE", fail_reason: message, progress: "100%" },
          });
        }
        const wishes = {
          envelope: () =>
            Response.json({ error: { message, type: "comet_api_error", code: message } }, { status: 400 }),
          key: () => Response.json({ error: { message } }, { status: 401 }),
          crash: () => new Response(message, { status: 500 }),
          page: () => new Response(`<p>${message}</p>`, { headers: { "Content-Type": "text/html" } }),
          accept: () => Response.json({ code: 200, msg: message, data: { task_id: "t-1" } }),
        };
        return request
          .clone()
          .json()
          .then(({ video }) =>
            wishes[/** @type {keyof typeof wishes} */ (new URL(video).pathname.slice(1))](),
          );
      },
    },
  });
  context.after(() => edge.close());
  for (const wish of ["envelope", "key", "crash", "page", "accept"]) {
    const response = await create(edge.url, {
      body: { ...input, video: `https://media.example.org/${wish}` },
    });
    const text = await response.text();
    said.push(text, JSON.stringify([...response.headers]));
    if (wish !== "accept") continue;
    const { data } = JSON.parse(text);
    const error = await edge.client.waitForTask(data.task_id).catch((reason) => reason);
    assert.equal(error.code, "task_failed");
    said.push(await (await feed(edge.url, data.task_id)).text());
  }
  said.push(...edge.logLines);
  assert.ok(said.length > 10);
  assert.deepEqual(
    said.filter((text) => text.includes(SERVICE_KEY)),
    [],
  );
});

/** @param {{ status: number, code: string }} refusal */
function pick({ status, code }) {
  return { status, code };
}

function ask(/** @type {string} */ url, /** @type {string} */ origin) {
  return fetch(`${url}/runway/pro/act_one`, {
    method: "OPTIONS",
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "authorization,content-type,x-runway-version,idempotency-key",
    },
  });
}
