// Every file of the tests, as a URL and as a `Blob`, through the package.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkMedia } from "../../npm/media/node.js";
import { read } from "../../npm/media/reader.js";
import { fileOf, serve, sparse } from "./server.js";
import { bytesOf, truths } from "./truth.js";

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
before(async () => void (server = await serve()));
after(() => server.close());

for (const [name, truth] of Object.entries(truths)) {
  const field = truth.kind === "image" ? "image" : "video";

  test(`${name} is as ${truth.tool} says, as a URL, as a Blob and as bytes`, async () => {
    const bytes = bytesOf(name);
    const sources = [server.put(fileOf(bytes)), new URL(server.put(fileOf(bytes))), new Blob([bytes]), bytes];
    const reports = [];
    for (const source of sources) reports.push((await checkMedia({ [field]: source }))[field]);
    for (const report of reports) {
      assert.deepEqual(report, reports[0]);
      assert.deepEqual([report.format, report.bytes], [truth.format, truth.bytes]);
      assert.equal(report.width, truth.width);
      assert.equal(report.height, truth.height);
      assert.equal(report.aspectRatio, truth.width === null ? null : truth.width / truth.height);
      assert.ok(Math.abs((report.duration ?? 0) - (truth.duration ?? 0)) < 0.06, `${report.duration} s`);
    }
    const wide = truth.width !== null && Math.abs(truth.width / truth.height / (16 / 9) - 1) <= 0.01;
    const expected = truth.kind === "audio" ? ["not_a_video"] : wide ? [] : ["not_16_9"];
    assert.deepEqual(
      reports[0].problems.map(({ code }) => code),
      expected,
    );
  });
}

test("of 50 MB with the index at the end, less than 256 KB is read", async () => {
  const film = bytesOf("index-last.mp4");
  const index = Buffer.from(film).lastIndexOf("moov") - 4;
  const skipped = Buffer.alloc(8);
  skipped.writeUInt32BE(50_000_000, 0);
  skipped.write("free", 4);
  const head = Buffer.concat([film.subarray(0, index), skipped]);
  const long = sparse(head, index + 50_000_000 + film.length - index, film.subarray(index));
  const { video } = await checkMedia({ video: server.put(long) });
  assert.deepEqual(video.problems, []);
  assert.equal(video.bytes, long.length);
  assert.ok(server.counts.bytes <= 256 * 1024, `${server.counts.bytes} bytes read`);
  assert.ok(server.counts.requests <= 4, `${server.counts.requests} requests`);
});

test("a file of the other kind is no film and no picture, and is still described", async () => {
  const { video, image } = await checkMedia({
    video: new Blob([bytesOf("animated.gif")]),
    image: bytesOf("film.mp4"),
  });
  assert.deepEqual([video.problems[0].code, video.format, video.width], ["not_a_video", "gif", 320]);
  assert.match(video.problems[0].message, /^The video is a GIF image\. Pass a film/);
  assert.deepEqual([image.problems[0].code, image.format, image.duration], ["not_an_image", "mp4", 2]);
});

test("what a file is called does not count", async () => {
  const { image } = await checkMedia({
    image: new File([bytesOf("photo.png")], "photo.jpg", { type: "image/jpeg" }),
  });
  assert.equal(image.format, "png");
});

test("what was left out is null", async () => {
  assert.deepEqual(await checkMedia({}), { video: null, image: null });
  const { video, image } = await checkMedia({ image: bytesOf("photo.png"), video: undefined });
  assert.equal(video, null);
  assert.equal(image.width, 320);
});

test("a file without bytes is empty", async () => {
  for (const source of [new Blob([]), new Uint8Array(0), server.put(fileOf(new Uint8Array(0)))]) {
    const { video } = await checkMedia({ video: source });
    assert.deepEqual([video.problems[0].code, video.bytes, video.format], ["empty", 0, null]);
  }
});

test("a file that breaks off is unreadable, a web page is no film", async () => {
  const { video } = await checkMedia({ video: bytesOf("index-last.mp4").subarray(0, 3000) });
  assert.deepEqual([video.problems[0].code, video.format], ["unreadable", "mp4"]);
  assert.match(video.problems[0].message, /its index \(the moov box\) is missing/);
  const page = new TextEncoder().encode("<!doctype html><title>Sign in</title>");
  const { video: other } = await checkMedia({ video: page });
  assert.deepEqual([other.problems[0].code, other.format], ["not_a_video", null]);
});

test("a failing Wasm makes a file unreadable, and the next call runs on a fresh one", async () => {
  const { problem } = await read({ size: 100, read: async () => ({ bytes: { length: -1 } }) });
  assert.equal(problem.code, "unreadable");
  const { image } = await checkMedia({ image: bytesOf("photo.png") });
  assert.equal(image.width, 320);
});
