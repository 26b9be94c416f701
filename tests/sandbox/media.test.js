import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { input, open } from "./caller.js";

/** @param {string} name */
const sample = (name) => new Uint8Array(readFileSync(new URL(`../../www/samples/${name}`, import.meta.url)));
const performance = sample("performance.mp4");
const portrait = sample("portrait.jpg");

/** @typedef {Uint8Array<ArrayBuffer> | Response | Error | Promise<Response>} Served */

/**
 * A sandbox that reads the given media, and what it asked for to read them.
 *
 * @param {{ video?: Served, image?: Served, ranges?: boolean }} [media]
 * @param {import("../../sandbox/index.js").SandboxOptions} [options]
 */
function withMedia({ video = performance, image = portrait, ranges = true } = {}, options = {}) {
  /** @type {Record<string, Served>} */
  const served = { [input.video]: video, [input.image]: image };
  /** @type {{ ranges: (string | null)[], bytes: number }} */
  const asked = { ranges: [], bytes: 0 };
  const opened = open({
    checkMedia: true,
    fetch: async (address, init) => {
      const content = served[String(address)];
      if (content instanceof Error) throw content;
      if (!(content instanceof Uint8Array)) return content;
      const range = new Headers(init?.headers).get("Range");
      asked.ranges.push(range);
      const start = ranges ? Number(range?.match(/\d+/)?.[0] ?? 0) : 0;
      return new Response(inChunks(content.subarray(start), asked), { status: start ? 206 : 200 });
    },
    ...options,
  });
  const answer = async () => /** @type {any} */ (await (await opened.create()).json());
  return { ...opened, asked, answer };
}

/**
 * @param {Uint8Array} bytes
 * @param {{ bytes: number }} asked
 */
function inChunks(bytes, asked) {
  let offset = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (offset >= bytes.length) return controller.close();
        const chunk = bytes.slice(offset, offset + 16_384);
        offset += chunk.length;
        asked.bytes += chunk.length;
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
}

/** @param {Uint8Array[]} parts */
const join = (...parts) => new Uint8Array(Buffer.concat(parts));

/** @param {string} type @param {number} size */
function box(type, size) {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32BE(size, 0);
  bytes.write(type, 4, "latin1");
  return bytes;
}

/** The boxes of an MP4 at its top level, by type. @param {Uint8Array} file */
function boxesOf(file) {
  const view = new DataView(file.buffer, file.byteOffset);
  /** @type {Record<string, Uint8Array>} */
  const boxes = {};
  for (let at = 0; at < file.length; at += view.getUint32(at)) {
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    boxes[type] = file.subarray(at, at + view.getUint32(at));
  }
  return boxes;
}

/** The sample with its index last, behind so many bytes of pictures. @param {number} size */
function indexLast(size) {
  const { ftyp, moov } = boxesOf(performance);
  return join(ftyp, box("mdat", size), moov);
}

test("the samples are taken, and only as much of them is read as it takes", async () => {
  const { answer, asked, sandbox } = withMedia();
  assert.equal((await answer()).code, 200);
  assert.equal(sandbox.tasks.size, 1);
  assert.ok(asked.bytes < (performance.length + portrait.length) / 2, `${asked.bytes} bytes read`);
});

test("a video that is not 16:9 is refused", async () => {
  const { answer, sandbox } = withMedia({ video: sample("square.mp4") });
  const { code, msg, data } = await answer();
  assert.deepEqual([code, msg, data], [400, "video aspect ratio must be 16:9", null]);
  assert.deepEqual([sandbox.counts.accepted, sandbox.counts.refused, sandbox.tasks.size], [0, 1, 0]);
});

test("an image that is not 16:9 is refused", async () => {
  const { answer } = withMedia({ image: sample("square.jpg") });
  assert.equal((await answer()).msg, "image aspect ratio must be 16:9");
});

test("a video whose index comes last is read by skipping its pictures", async () => {
  const { answer, asked } = withMedia({ video: indexLast(3_000_000) });
  assert.equal((await answer()).code, 200);
  assert.equal(asked.ranges.filter((range) => !range?.startsWith("bytes=0-")).length, 1);
  assert.ok(asked.bytes < 200_000, `${asked.bytes} bytes read`);
});

test("a video whose index comes last is read from a server that knows no ranges", async () => {
  const { answer } = withMedia({ video: indexLast(1_000_000), ranges: false });
  assert.equal((await answer()).code, 200);
});

test("a video that a phone has turned by a quarter is judged as it is shown", async () => {
  const turned = performance.slice();
  const header = Buffer.from(turned.buffer).indexOf("tkhd");
  const matrix = new DataView(turned.buffer, header + 4 + 40);
  [0, 0x10000, 0, -0x10000, 0].forEach((value, index) => matrix.setInt32(index * 4, value));
  const { answer } = withMedia({ video: turned });
  assert.equal((await answer()).msg, "video aspect ratio must be 16:9");
});

test("an image that a camera has turned by a quarter is judged as it is shown", async () => {
  const exif = Buffer.from("ffe1002245786966000049492a0008000000010012010300010000000600000000000000", "hex");
  const turned = join(portrait.subarray(0, 20), exif, portrait.subarray(20));
  const { answer } = withMedia({ image: turned });
  assert.equal((await answer()).msg, "image aspect ratio must be 16:9");
});

/** @param {string} name */
const trap = (name) => new Uint8Array(readFileSync(new URL(`../media/files/${name}`, import.meta.url)));

test("pixels that are not square count, even where the track's header knows nothing of them", async () => {
  assert.equal((await withMedia({ video: trap("disagreeing.mp4") }).answer()).code, 200);
});

test("an AVIF that is turned by a quarter is judged as it is shown", async () => {
  const { answer } = withMedia({ image: trap("turned.avif") });
  assert.equal((await answer()).msg, "image aspect ratio must be 16:9");
});

test("an image that comes in tiny chunks is read", async () => {
  const bytes = portrait.slice();
  let sent = 0;
  const image = new ReadableStream({
    pull(controller) {
      const end = sent < 100 ? sent + 1 : bytes.length;
      controller.enqueue(bytes.subarray(sent, end));
      sent = end;
      if (sent === bytes.length) controller.close();
    },
  });
  assert.equal((await withMedia({ image: new Response(image) }).answer()).code, 200);
});

test("what cannot be fetched is refused, with the reason", async () => {
  /** @type {[Served, RegExp][]} */
  const cases = [
    [new Response("gone", { status: 404 }), /^failed to read video: its URL answers HTTP 404$/],
    [new TypeError("fetch failed"), /^failed to read video: no connection to its URL$/],
    [new Response("<!doctype html><p>Hello, this is a page"), /^failed to read video: not an MP4 video$/],
    [new Response(""), /^failed to read video/],
    [performance.slice(0, 900), /^failed to read video: not a complete MP4 video$/],
    [portrait, /^failed to read video: not an MP4 video$/],
    [join(boxesOf(performance).ftyp, box("mdat", 5_000)), /^failed to read video/],
    [join(boxesOf(performance).ftyp, box("moov", 8)), /^failed to read video/],
  ];
  for (const [video, reason] of cases) {
    const { code, msg } = await withMedia({ video }).answer();
    assert.equal(code, 400);
    assert.match(msg, reason);
  }
  const { msg } = await withMedia({ image: new Response("<!doctype html>") }).answer();
  assert.match(msg, /^failed to read image: not an image/);
});

test("a file that breaks off while it is read is refused", async () => {
  const broken = new ReadableStream({ pull: (controller) => controller.error(new Error("reset")) });
  assert.match((await withMedia({ video: new Response(broken) }).answer()).msg, /^failed to read video/);
});

test("an endless file is read up to a bound", async () => {
  let bytes = 0;
  const endless = new ReadableStream({
    pull(controller) {
      bytes += 1_000_000;
      controller.enqueue(bytes === 1_000_000 ? join(box("ftyp", 1_000_000)) : join(box("free", 1_000_000)));
    },
  });
  const { code } = await withMedia({ video: new Response(endless), ranges: false }).answer();
  assert.equal(code, 400);
  assert.ok(bytes < 40_000_000, `${bytes} bytes read`);
});

test("a server that never answers is given up on", async () => {
  const { answer } = withMedia({ video: new Promise(() => {}) }, { mediaTimeout: 1 });
  assert.match((await answer()).msg, /^failed to read video: no answer in 1 ms$/);
});
