// The demo's server without a page: what it serves, whom it refuses, and that the key for the real service goes to
// that service and nowhere else.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer, request as httpRequest } from "node:http";
import { test } from "node:test";
import { serveDemo } from "../../www/server.js";

const API_KEY = "sk-only-the-server-knows";

/** @param {import("node:test").TestContext} t @param {import("../../www/server.js").DemoOptions} [options] */
async function startDemo(t, options) {
  const demo = await serveDemo({ port: 0, ...options });
  t.after(() => demo.close());
  return demo;
}

/**
 * A request with exactly this path and these headers, which `fetch` would tidy up.
 *
 * @param {string} url
 * @param {{ path?: string, headers?: Record<string, string> }} [options]
 * @returns {Promise<number | undefined>} the status
 */
function rawGet(url, options) {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, options ?? {}, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject).end();
  });
}

/**
 * A service that notes what it is sent and answers as told.
 *
 * @param {import("node:test").TestContext} t
 * @param {(request: { body: string, headers: import("node:http").IncomingHttpHeaders }) => { status?: number, headers?: Record<string, string>, body: string }} answer
 */
async function startService(t, answer) {
  /** @type {{ path: string | undefined, body: string, headers: import("node:http").IncomingHttpHeaders }[]} */
  const seen = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join("");
    seen.push({ path: request.url, body, headers: request.headers });
    const { status = 200, headers = {}, body: answered } = answer({ body, headers: request.headers });
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(answered);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { serviceUrl: `http://127.0.0.1:${port}`, seen };
}

/** As the page's own script would send it. @param {string} url @param {string} path @param {RequestInit} [init] */
function fromOwnPage(url, path, init) {
  const headers = {
    Origin: url,
    "Sec-Fetch-Site": "same-origin",
    "Content-Type": "application/json",
    ...init?.headers,
  };
  return fetch(url + path, { method: "POST", body: "{}", ...init, headers });
}

test("the page comes with a policy that lets in its own code only", async (t) => {
  const { url } = await startDemo(t);
  const response = await fetch(url);
  assert.equal(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  const policy = response.headers.get("Content-Security-Policy") ?? "";
  assert.match(policy, /default-src 'self'; script-src 'self' 'wasm-unsafe-eval' 'sha256-[^']+';/);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
});

test("a video can be read in parts, as players do to seek", async (t) => {
  const { url } = await startDemo(t);
  const response = await fetch(`${url}/samples/performance.mp4`, { headers: { Range: "bytes=4-7" } });
  assert.equal(response.status, 206);
  assert.equal(response.headers.get("Content-Type"), "video/mp4");
  assert.equal(await response.text(), "ftyp");
});

test("nothing but the page and the package's files is served", async (t) => {
  const { url } = await startDemo(t);
  const paths = [
    "/server.js",
    "/server/service.js",
    "/screenshots.js",
    "/idb/../package.json",
    "/idb/..%2fpackage.json",
    "/app/%2e%2e/server.js",
    "/app/..%2fserver.js",
    "/act-one/package.json",
    "/act-one/npm/../package.json",
    "/act-one/npm/%2e%2e/package.json",
    "/act-one/npm/..%2fpackage.json",
    "/sandbox/unknown/runway/feed",
    "/service/runway/feed",
  ];
  for (const path of paths) assert.equal(await rawGet(url, { path }), 404, path);
});

test("a foreign name that points to this machine is refused", async (t) => {
  const { url } = await startDemo(t);
  assert.equal(await rawGet(url, { headers: { Host: "attacker.example" } }), 421);
  assert.equal(await rawGet(url, { headers: { Host: "localhost:1" } }), 200);
});

test("a page of another site cannot use the sandbox", async (t) => {
  const { url } = await startDemo(t);
  const headers = { Origin: "https://attacker.example", "Sec-Fetch-Site": "cross-site" };
  assert.equal((await fromOwnPage(url, "/sandbox/runway/feed", { headers })).status, 403);
});

test("a request that is far too long is refused by the sandbox's side too", async (t) => {
  const { url } = await startDemo(t);
  assert.equal((await fromOwnPage(url, "/sandbox/runway/feed", { body: " ".repeat(70_000) })).status, 413);
});

test("the key goes to the service, and the page's own credentials do not", async (t) => {
  const { serviceUrl, seen } = await startService(t, () => ({ body: "{}" }));
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl });
  const headers = {
    Authorization: "Bearer sk-from-the-page",
    Cookie: "a=b",
    "X-Runway-Version": "2024-11-06",
  };
  const response = await fromOwnPage(url, "/service/runway/feed", { headers, body: '{"task_id":"1"}' });
  assert.equal(response.status, 200);
  assert.equal(seen[0].path, "/runway/feed");
  assert.equal(seen[0].body, '{"task_id":"1"}');
  assert.equal(seen[0].headers.authorization, `Bearer ${API_KEY}`);
  assert.equal(seen[0].headers["x-runway-version"], "2024-11-06");
  assert.equal(seen[0].headers.cookie, undefined);
});

test("an answer that repeats the key reaches the page without it", async (t) => {
  const { serviceUrl } = await startService(t, ({ headers }) => ({
    status: 401,
    headers: { "Retry-After": "3", "X-Echo": String(headers.authorization), "Set-Cookie": "a=b" },
    body: JSON.stringify({ error: { message: `no such key: ${headers.authorization}` } }),
  }));
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl });
  const response = await fromOwnPage(url, "/service/runway/feed");
  assert.equal(response.status, 401);
  assert.equal(response.headers.get("Retry-After"), "3");
  assert.equal(await response.text(), '{"error":{"message":"no such key: Bearer [key]"}}');
  assert.ok(!JSON.stringify([...response.headers]).includes(API_KEY));
  assert.equal(response.headers.get("Set-Cookie"), null);
});

test("the key is spent for the own page and the two routes only", async (t) => {
  const { serviceUrl, seen } = await startService(t, () => ({ body: "{}" }));
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl });
  const create = "/service/runway/pro/act_one";
  const foreign = { Origin: "https://attacker.example", "Sec-Fetch-Site": "cross-site" };
  const neighbour = { Origin: "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site" };
  assert.equal((await fromOwnPage(url, create, { headers: foreign })).status, 403);
  assert.equal((await fromOwnPage(url, create, { headers: neighbour })).status, 403);
  assert.equal((await fetch(url + create, { method: "POST", body: "{}" })).status, 403);
  assert.equal((await fromOwnPage(url, "/service/v1/models")).status, 404);
  assert.equal((await fromOwnPage(url, "/service/runway/feed/../../v1/models")).status, 404);
  assert.equal((await fromOwnPage(url, create, { body: " ".repeat(70_000) })).status, 413);
  assert.equal(seen.length, 0);
});

test("with a real key, files are not taken, and the answer names the Worker", async (t) => {
  const { serviceUrl, seen } = await startService(t, () => ({ body: "{}" }));
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl });
  const answer = await fromOwnPage(url, "/service/uploads", { body: "a file" });
  assert.equal(answer.status, 501);
  assert.match((await answer.json()).error.message, /Deploy the Worker/);
  assert.equal(seen.length, 0);
});

test("with a real key, a create whose files lie where the service cannot reach them is not forwarded", async (t) => {
  const { serviceUrl, seen } = await startService(t, () => ({ body: "{}" }));
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl });
  const good = { video: "https://media.example/a.mp4", image: "https://media.example/a.png" };
  const create = (/** @type {object} */ body) =>
    fromOwnPage(url, "/service/runway/pro/act_one", { body: JSON.stringify(body) });
  for (const host of [
    new URL(url).host,
    "localhost:8080",
    "192.168.1.7",
    "2130706433",
    "[::1]",
    "[::127.0.0.1]",
    "[::a00:1]",
    "[::ffff:10.0.0.1]",
    "nas.local",
    "printer",
    "printer.localdomain",
    "media.default.svc",
  ]) {
    for (const name of ["video", "image"]) {
      const answer = await create({ ...good, [name]: `http://${host}/file` });
      assert.equal(answer.status, 400, host);
      assert.match((await answer.json()).error.message, new RegExp(`^${name} lies in a private network`));
    }
  }
  assert.equal(seen.length, 0);
  assert.equal((await create(good)).status, 200);
  assert.equal((await fromOwnPage(url, "/service/runway/pro/act_one", { body: "no JSON" })).status, 200);
  assert.equal(seen.length, 2);
});

test("in front of the Worker, files of this machine, uploads and held reads pass", async (t) => {
  const { serviceUrl, seen } = await startService(t, () => ({
    headers: { "Act-One-Wait": "30" },
    body: "{}",
  }));
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl, kind: "worker" });
  const media = JSON.stringify({
    video: `${url}/samples/performance.mp4`,
    image: `${url}/samples/portrait.jpg`,
  });
  const create = await fromOwnPage(url, "/service/runway/pro/act_one", { body: media });
  assert.equal(create.headers.get("Act-One-Wait"), "30");
  await fromOwnPage(url, "/service/runway/feed", { headers: { Prefer: "wait=15" } });
  const bytes = new Uint8Array([0, 255, 128]);
  await fromOwnPage(url, "/service/uploads", { body: bytes, headers: { "Act-One-Filename": "a.mp4" } });
  assert.deepEqual(
    seen.map(({ path, headers }) => [path, headers.prefer, headers["act-one-filename"]]),
    [
      ["/runway/pro/act_one", undefined, undefined],
      ["/runway/feed", "wait=15", undefined],
      ["/uploads", undefined, "a.mp4"],
    ],
  );
  assert.equal(seen[2].headers["content-length"], "3");
});

test("the sandbox behind the page takes files and serves them", async (t) => {
  const { url } = await startDemo(t);
  const file = await (await fetch(`${url}/samples/portrait.jpg`)).arrayBuffer();
  const answer = await fromOwnPage(url, "/sandbox/uploads", { body: file });
  assert.equal(answer.status, 200);
  const { url: uploaded } = await answer.json();
  assert.ok(uploaded.startsWith(`${url}/sandbox/uploads/`));
  assert.equal((await (await fetch(uploaded)).arrayBuffer()).byteLength, file.byteLength);
});

test("a redirect is not followed with the key", async (t) => {
  const { serviceUrl, seen } = await startService(t, () => ({
    status: 301,
    headers: { Location: "/elsewhere" },
    body: "",
  }));
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl });
  const response = await fromOwnPage(url, "/service/runway/feed");
  assert.equal(response.status, 400);
  assert.match(await response.text(), /redirects/);
  assert.equal(seen.length, 1);
});

test("a service that cannot be reached is named in the answer", async (t) => {
  const { url } = await startDemo(t, { apiKey: API_KEY, serviceUrl: "http://127.0.0.1:1" });
  const response = await fromOwnPage(url, "/service/runway/feed");
  assert.equal(response.status, 502);
  assert.match(await response.text(), /no answer from 127\.0\.0\.1:1/);
});

test("a key that no header can carry is refused without repeating it", async () => {
  await assert.rejects(serveDemo({ port: 0, apiKey: "sk-two\nlines" }), (error) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, /Copy it again/);
    assert.ok(!error.message.includes("sk-two"));
    return true;
  });
});

/**
 * What the command prints until it ends, or until it says where the demo is.
 *
 * @param {import("node:test").TestContext} t
 * @param {string} port
 * @returns {Promise<{ said: string, code: number | null }>}
 */
function startCommand(t, port) {
  const env = { ...process.env, PORT: port, COMETAPI_KEY: "" };
  const child = spawn(process.execPath, ["www/server.js"], { env, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill());
  return new Promise((resolve) => {
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        said += chunk;
        if (said.includes("act-one demo: ")) resolve({ said, code: null });
      });
    }
    child.on("close", (code) => resolve({ said, code }));
  });
}

test("the command takes the next port that is free, and says so", async (t) => {
  const taken = createServer();
  await new Promise((resolve) => taken.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => taken.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (taken.address());
  const { said } = await startCommand(t, String(port));
  assert.match(said, new RegExp(`Port ${port} is taken`));
  const [url = ""] = said.match(/http:\S+/) ?? [];
  assert.notEqual(new URL(url).port, String(port));
  assert.equal((await fetch(url)).status, 200);
});

test("the command ends with a sentence and exit code 1 for a port that is none", async (t) => {
  const { said, code } = await startCommand(t, "many");
  assert.equal(code, 1);
  assert.match(said, /^\n✗ PORT must be a whole number from 0 to 65535, got many\.\n$/);
});
