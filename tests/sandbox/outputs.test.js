import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkMedia } from "act-one/media";
import { open } from "./caller.js";

async function succeeded() {
  const opened = open();
  const id = await opened.accepted();
  opened.clock.advance(100_000);
  const { results } = /** @type {import("../../sandbox/index.js").SandboxTask} */ (
    opened.sandbox.tasks.get(id)
  );
  /** @param {string} [range] @param {string} [method] */
  const video = (range, method) =>
    opened.sandbox.fetch(results.video, { method, headers: range ? { Range: range } : {} });
  return { ...opened, results, video };
}

test("the result is an H.264 video in 16:9, as long as the sample performance", async () => {
  const { video } = await succeeded();
  const response = await video();
  assert.equal(response.headers.get("Content-Type"), "video/mp4");
  const result = new Uint8Array(await response.arrayBuffer());
  const source = readFileSync(new URL("../../www/samples/performance.mp4", import.meta.url));
  const [of, from] = await Promise.all([result, source].map((video) => checkMedia({ video })));
  assert.ok(Buffer.from(result).includes("avc1"));
  assert.deepEqual([of.video.width, of.video.height], [640, 360]);
  assert.equal(of.video.duration, from.video.duration);
});

test("poster and last frame are pictures of the result's size", async () => {
  const { results, sandbox } = await succeeded();
  for (const address of [results.poster, results.lastFrame]) {
    const response = await sandbox.fetch(address);
    assert.equal(response.headers.get("Content-Type"), "image/jpeg");
    const { image } = await checkMedia({ image: await response.arrayBuffer() });
    assert.deepEqual([image.width, image.height, image.format], [640, 360, "jpeg"]);
  }
});

test("no result is there before the task has succeeded, and none for a failed task", async () => {
  const { accepted, sandbox, clock } = open({ outcome: "fail" });
  const task = sandbox.tasks.get(await accepted());
  assert.equal((await sandbox.fetch(task?.results.video ?? "")).status, 404);
  clock.advance(100_000);
  assert.equal((await sandbox.fetch(task?.results.video ?? "")).status, 404);
});

test("only the three files are there", async () => {
  const { results, sandbox } = await succeeded();
  for (const name of ["other.mp4", "constructor", "", "result.mp4/x"]) {
    assert.equal((await sandbox.fetch(results.video.replace("result.mp4", name))).status, 404);
  }
});

test("the results of two tasks differ, so that a mix-up shows", async () => {
  const { accepted, clock, sandbox, video } = await succeeded();
  const other = sandbox.tasks.get(await accepted());
  clock.advance(100_000);
  const first = Buffer.from(await (await video()).arrayBuffer());
  const second = Buffer.from(await (await sandbox.fetch(other?.results.video ?? "")).arrayBuffer());
  assert.equal(first.length, second.length);
  assert.notDeepEqual(first, second);
});

test("a range is answered with that part of the file", async () => {
  const { video } = await succeeded();
  const whole = Buffer.from(await (await video()).arrayBuffer());
  const size = whole.length;
  /** @type {[string, number, number][]} */
  const ranges = [
    ["bytes=0-9", 0, 10],
    ["bytes=100-", 100, size],
    ["bytes=-50", size - 50, size],
    [`bytes=10-${size * 2}`, 10, size],
    [`bytes=-${size * 2}`, 0, size],
  ];
  for (const [range, start, end] of ranges) {
    const response = await video(range);
    assert.equal(response.status, 206);
    assert.equal(response.headers.get("Content-Range"), `bytes ${start}-${end - 1}/${size}`);
    assert.equal(response.headers.get("Content-Length"), String(end - start));
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), whole.subarray(start, end));
  }
});

test("a range beyond the file is refused, one that makes no sense is ignored", async () => {
  const { video } = await succeeded();
  const beyond = await video("bytes=99999999-");
  assert.equal(beyond.status, 416);
  assert.match(beyond.headers.get("Content-Range") ?? "", /^bytes \*\/\d+$/);
  assert.equal((await video("bytes=-0")).status, 416);
  for (const range of ["bytes=9-3", "bytes=-", "lines=1-2", "bytes=0-1,4-5"]) {
    assert.equal((await video(range)).status, 200);
  }
});

test("a range is wanted of that very file: If-Range with another ETag is answered with the whole", async () => {
  const { sandbox, results, video } = await succeeded();
  const etag = (await video()).headers.get("ETag") ?? "";
  assert.match(etag, /^"[\w-]+"$/);
  for (const [ifRange, status] of /** @type {[string, number][]} */ ([
    [etag, 206],
    ['"other"', 200],
    [`W/${etag}`, 200],
  ])) {
    const headers = { Range: "bytes=5-", "If-Range": ifRange };
    assert.equal((await sandbox.fetch(results.video, { headers })).status, status);
  }
});

test("a HEAD tells the size and sends nothing", async () => {
  const { video } = await succeeded();
  const response = await video(undefined, "HEAD");
  assert.ok(Number(response.headers.get("Content-Length")) > 1_000);
  assert.equal(await response.text(), "");
});
