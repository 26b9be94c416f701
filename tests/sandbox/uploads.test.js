import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { base, input, open } from "./caller.js";

const sample = (/** @type {string} */ name) =>
  readFileSync(new URL(`../../www/samples/${name}`, import.meta.url));
const video = sample("performance.mp4");
const image = sample("portrait.jpg");

/** @param {ReturnType<typeof open>["sandbox"]} sandbox @param {BodyInit} body @param {Record<string, string>} [headers] */
function upload(sandbox, body, headers) {
  return sandbox.fetch(`${base}/uploads`, {
    method: "POST",
    headers: { Authorization: "Bearer sk-sandbox", "Content-Type": "application/octet-stream", ...headers },
    body,
    // @ts-expect-error Node asks for it with streams.
    duplex: "half",
  });
}

test("an uploaded file is served under a URL of its own, by the type that its bytes have, in ranges", async () => {
  const { sandbox, clock } = open();
  const headers = { "Content-Type": "text/html", "Act-One-Filename": "per%20formance.mp4" };
  const answer = await upload(sandbox, video, headers);
  assert.equal(answer.status, 200);
  const { url, expires_at } = await answer.json();
  assert.match(url, /^https:\/\/sandbox\.invalid\/uploads\/[\w-]{36}\.mp4$/);
  assert.equal(expires_at, Math.floor((clock.now() + 86_400_000) / 1000));

  const whole = await sandbox.fetch(url);
  assert.equal(whole.headers.get("Content-Type"), "video/mp4");
  assert.equal(whole.headers.get("X-Content-Type-Options"), "nosniff");
  assert.ok(Buffer.from(await whole.arrayBuffer()).equals(video));
  const part = await sandbox.fetch(url, { headers: { Range: "bytes=4-7" } });
  assert.deepEqual([part.status, await part.text()], [206, "ftyp"]);
  assert.deepEqual(
    [...sandbox.uploads.values()].map(({ type, fileName }) => ({ type, fileName })),
    [{ type: "video/mp4", fileName: "per formance.mp4" }],
  );
  assert.equal(sandbox.counts.uploads, 1);
});

test("uploaded files are good input for a task, and their frames are checked", async () => {
  const { sandbox, create } = open({
    checkMedia: true,
    fetch: async () => assert.fail("nothing else is asked"),
  });
  const urlOf = async (/** @type {BodyInit} */ body) => (await (await upload(sandbox, body)).json()).url;
  const wide = { video: await urlOf(video), image: await urlOf(image) };
  assert.equal((await (await create(wide)).json()).code, 200);
  const square = { ...wide, image: await urlOf(sample("square.jpg")) };
  assert.match((await (await create(square)).json()).msg, /image aspect ratio/);
});

test("what is no video and no image, is too large, or comes without a key is refused and not kept", async () => {
  const { sandbox } = open({ maxUploadBytes: image.length });
  const refused = [
    await upload(sandbox, "<html>"),
    await upload(sandbox, ""),
    await upload(sandbox, "<svg xmlns='http://www.w3.org/2000/svg'/>", { "Content-Type": "image/svg+xml" }),
    await upload(sandbox, Buffer.concat([image, Buffer.from("x")])),
    await upload(sandbox, new Blob([image, "x"]).stream()),
    await upload(sandbox, image, { Authorization: "Bearer wrong" }),
  ];
  assert.deepEqual(
    refused.map(({ status }) => status),
    [415, 415, 415, 413, 413, 401],
  );
  assert.equal(sandbox.uploads.size, 0);
  assert.equal((await upload(sandbox, image)).status, 200);
});

test("an upload that breaks off leaves nothing", async () => {
  const { sandbox } = open();
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(video.subarray(0, 1000));
      controller.error(new Error("cut"));
    },
  });
  await assert.rejects(upload(sandbox, body));
  assert.equal(sandbox.uploads.size, 0);
});

test("after its time a file is gone", async () => {
  const { sandbox, clock } = open({ uploadLifetime: 60_000 });
  const { url } = await (await upload(sandbox, image)).json();
  clock.advance(59_999);
  assert.equal((await sandbox.fetch(url, { method: "HEAD" })).status, 200);
  clock.advance(1);
  assert.equal((await sandbox.fetch(url)).status, 404);
  assert.equal(sandbox.uploads.size, 0);
});

test("nobody reads a file whose URL he was not given", async () => {
  const { sandbox } = open();
  await upload(sandbox, image);
  for (const path of ["/uploads", "/uploads/", "/uploads/x.jpg", "/uploads/../uploads/"]) {
    assert.equal((await sandbox.fetch(base + path)).status, 404, path);
  }
  assert.equal(input.video.includes("uploads"), false);
});
