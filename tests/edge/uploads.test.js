// Files that callers upload: what is taken, under what URL it stands, for how long, and what it may cost.

import assert from "node:assert/strict";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { afterEach, test } from "node:test";
import { upload as uploadByPackage } from "act-one";
import { SignJWT } from "jose";
import { ACCESS_TOKEN, create, feed, input, startEdge, until } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
afterEach(() => edge.close());

const sample = (/** @type {string} */ name) =>
  readFileSync(new URL(`../../www/samples/${name}`, import.meta.url));
const video = sample("performance.mp4");
const image = sample("portrait.jpg");

const bearer = { Authorization: `Bearer ${ACCESS_TOKEN}` };

/** @param {BodyInit} body @param {Record<string, string>} [headers] */
function upload(body, headers = {}) {
  return fetch(`${edge.url}/uploads`, {
    method: "POST",
    headers: { ...bearer, "Content-Type": "application/octet-stream", ...headers },
    body,
    // @ts-expect-error Node asks for it with streams.
    duplex: "half",
  });
}

/** @param {BodyInit} body @returns {Promise<string>} */
const urlOf = async (body) => (await (await upload(body)).json()).url;

const statusOf = async (/** @type {string} */ url) => (await fetch(url, { method: "HEAD" })).status;

async function kept() {
  return (await (await fetch(`${edge.url}/healthz?deep`, { headers: bearer })).json()).keptUploads;
}

test("a file is served by the type that its bytes have, under a URL that nobody can guess, in ranges", async () => {
  edge = await startEdge();
  const before = Math.floor(Date.now() / 1000);
  const headers = {
    "Content-Type": "text/html",
    "Act-One-Filename": encodeURIComponent("../my “film”.html"),
  };
  const answer = await upload(video, headers);
  assert.equal(answer.status, 200);
  const { url, expires_at } = await answer.json();
  assert.match(url, new RegExp(`^${edge.url}/uploads/[\\w-]{43}\\.mp4$`));
  assert.ok(expires_at >= before + 86_400 && expires_at <= before + 86_410);

  const whole = await fetch(url);
  assert.equal(whole.headers.get("Content-Type"), "video/mp4");
  assert.equal(whole.headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(whole.headers.get("Content-Disposition"), 'inline; filename="my-film-.mp4"');
  assert.ok(Buffer.from(await whole.arrayBuffer()).equals(video));
  const part = await fetch(url, { headers: { Range: "bytes=4-7" } });
  assert.deepEqual([part.status, await part.text()], [206, "ftyp"]);
});

test("the package's upload announces its length, and is told the URL and its end", async () => {
  edge = await startEdge();
  const large = Buffer.concat([video, Buffer.alloc(5_000_000, 7)]);
  const file = new File([large], "ä.mp4", { type: "video/mp4" });
  const { url, expiresAt } = await uploadByPackage(file, { baseUrl: edge.url, apiKey: ACCESS_TOKEN });
  assert.ok(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(large));
  assert.ok(expiresAt !== null && expiresAt > Date.now());
});

test("a file without an announced length is taken too, whole", async () => {
  edge = await startEdge();
  const large = Buffer.concat([video, Buffer.alloc(20_000_000, 7)]);
  const url = await urlOf(new Blob([large]).stream());
  assert.ok(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(large));
});

test("what is no video and no image, too large, or from nobody is refused and leaves nothing", async () => {
  edge = await startEdge({ bindings: { MAX_UPLOAD_MB: String(image.length / 1e6) } });
  const tooLong = Buffer.concat([image, Buffer.from("x")]);
  const refused = [
    await upload("<html>", { "Content-Type": "video/mp4" }),
    await upload(""),
    await upload('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    await upload("%PDF-1.7"),
    await upload(tooLong),
    await upload(new Blob([tooLong]).stream()),
    await upload(image, { Authorization: "Bearer wrong" }),
    await upload(image, { Origin: "https://evil.example" }),
    await upload(image, { "Act-One-Filename": "%" }),
  ];
  assert.deepEqual(
    refused.map(({ status }) => status),
    [415, 415, 415, 415, 413, 413, 401, 403, 400],
  );
  await until(async () => (await kept()) === 0);
  assert.equal((await upload(image)).status, 200);
});

test("an upload that breaks off leaves nothing", async () => {
  edge = await startEdge();
  const { port, hostname } = new URL(edge.url);
  for (const framing of [`Content-Length: ${video.length}`, "Transfer-Encoding: chunked"]) {
    const socket = connect(Number(port), hostname);
    const head = `POST /uploads HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${bearer.Authorization}\r\n`;
    socket.write(`${head}${framing}\r\n\r\n`);
    const half = video.subarray(0, video.length / 2);
    socket.write(
      framing.startsWith("T") ? Buffer.concat([Buffer.from(`${half.length.toString(16)}\r\n`), half]) : half,
    );
    await until(async () => (await kept()) === 1);
    socket.destroy();
    await until(async () => (await kept()) === 0);
  }
});

test("each caller has a limit of uploads a minute, and one of megabytes a day, which refused ones do not use up", async () => {
  const secret = "a-secret-for-tests-that-only-the-backend-has-0123";
  edge = await startEdge({
    bindings: {
      ACCESS: "signed",
      TOKEN_SECRET: secret,
      MAX_UPLOAD_MB_PER_DAY_PER_CALLER: String((image.length * 2.5) / 1e6),
    },
    limits: {
      CREATE_LIMIT: { simple: { limit: 1000, period: 60 } },
      READ_LIMIT: { simple: { limit: 1000, period: 60 } },
      UPLOAD_LIMIT: { simple: { limit: 5, period: 60 } },
    },
  });
  const as = async (/** @type {string} */ sub) => {
    const token = new SignJWT({ sub })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("act-one")
      .setIssuedAt();
    const signed = await token.setExpirationTime("5m").sign(new TextEncoder().encode(secret));
    return { Authorization: `Bearer ${signed}` };
  };
  const [alice, bob] = [await as("alice"), await as("bob")];
  const statuses = [];
  for (const body of [image, "no picture", image, image, "x", image]) {
    statuses.push((await upload(body, alice)).status);
  }
  assert.deepEqual(statuses, [200, 415, 200, 403, 415, 429]);
  assert.equal((await upload(image, bob)).status, 200);
});

test("after its time a file is gone, and nothing is kept of it", async () => {
  edge = await startEdge({
    service: { outcome: "stall" },
    bindings: { UPLOAD_HOURS: "0.0008" },
  });
  const url = await urlOf(image);
  assert.equal(await statusOf(url), 200);
  await until(async () => (await statusOf(url)) === 404);
  await until(async () => (await kept()) === 0);
});

test("a task's files go an hour after its end, and with its deletion, but not under another task that runs", async () => {
  edge = await startEdge({
    isFaulty: true,
    service: { outcome: ({ image: url }) => (url.includes("stall") ? "stall" : "succeed") },
    bindings: { UPLOAD_HOURS: "3" },
  });
  const [ofOne, ofTwo, shared] = [await urlOf(video), await urlOf(video), await urlOf(image)];
  const run = async (/** @type {object} */ files) => {
    const { data } = await (await create(edge.url, { body: { ...input, ...files } })).json();
    return edge.client.waitForTask(data.task_id);
  };
  const one = await run({ video: ofOne, image: shared });
  const two = await run({ video: ofTwo });
  const stall = `${input.image}?stall`;
  await create(edge.url, { body: { video: shared, image: stall } });

  const remove = (/** @type {string} */ id) =>
    fetch(`${edge.url}/api/task/${id}`, { method: "DELETE", headers: bearer }).then(({ status }) => status);
  assert.equal(await remove(one.id), 204);
  assert.equal(await statusOf(one.videoUrl ?? ""), 404);
  await until(async () => (await statusOf(ofOne)) === 404);
  assert.equal(await statusOf(shared), 200);
  assert.equal(await remove(one.id), 404);
  assert.equal((await (await feed(edge.url, one.id)).json()).code, "task_not_exist");

  assert.equal(await statusOf(ofTwo), 200);
  await edge.setFaults({ ahead: 1.1 * 3_600_000 });
  await edge.runCron();
  assert.equal(await statusOf(ofTwo), 404);
  assert.equal(await statusOf(shared), 200);
  assert.equal((await edge.client.getTask(two.id)).status, "succeeded");
});

test("a task that has not ended cannot be deleted, nor one of somebody else", async () => {
  edge = await startEdge({ service: { outcome: "stall" } });
  const { data } = await (await create(edge.url)).json();
  const remove = (/** @type {string} */ id) =>
    fetch(`${edge.url}/api/task/${id}`, { method: "DELETE", headers: bearer });
  const early = await remove(data.task_id);
  assert.equal(early.status, 409);
  assert.match((await early.json()).error.message, /no way to cancel/);
  for (const id of [crypto.randomUUID(), "none"]) assert.equal((await remove(id)).status, 404);
  assert.equal((await fetch(`${edge.url}/api/task/${data.task_id}`, { method: "DELETE" })).status, 401);
});
