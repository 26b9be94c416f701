// Callbacks come unsigned from whoever knows the URL: every published shape is read, from whatever a server has
// in hand, and everything else ends in an `ActOneError`, bounded in what is read of it.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { ActOneError, parseCallback } from "../../npm/node.js";
import { DONE, ID, VIDEO, assertStillWorks, errorOf, thrower } from "./answers.js";
import { turns } from "./virtual-time.js";

const protocol = new URL("../protocol/", import.meta.url);
const published = readdirSync(protocol).filter((name) => /^(callback|feed)\./.test(name));

const requestOf = (body, init) =>
  new Request("https://hook.example/", { method: "POST", body, duplex: "half", ...init });

describe("a callback", () => {
  for (const name of published) {
    const text = readFileSync(new URL(name, protocol), "utf8");
    test(`in the form of ${name} is read from a request, its text, and the decoded object`, async () => {
      const fromText = await parseCallback(text);
      const timeless = ({ checkedAt, ...task }) => task;
      for (const same of [requestOf(text), JSON.parse(text), `\uFEFF ${text}`, new Response(text)]) {
        assert.deepEqual(timeless(await parseCallback(same)), timeless(fromText));
      }
      assert.ok(fromText.id.length > 30);
      assert.ok(["queued", "running", "succeeded", "failed"].includes(fromText.status));
    });
  }

  test("is read from its bytes, in whatever they are held, byte order mark included", async () => {
    const text = JSON.stringify({ ...DONE.data, note: "ä 成功 🎬" });
    const bytes = new TextEncoder().encode(text);
    const marked = new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]);
    // Part of a larger buffer, as Node's pool and many servers have it.
    const within = new Uint8Array(bytes.length + 64).fill(0x22);
    within.set(bytes, 32);
    const even = new TextEncoder().encode(text + " ".repeat(8 - (bytes.length % 8)));
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
    shared.set(bytes);
    for (const body of [
      bytes,
      bytes.buffer,
      marked,
      marked.buffer,
      Buffer.from(text),
      Buffer.from(marked),
      within.subarray(32, 32 + bytes.length),
      Buffer.from(within.buffer, 32, bytes.length),
      new DataView(within.buffer, 32, bytes.length),
      new Uint8ClampedArray(bytes),
      new Uint16Array(even.buffer),
      new Float64Array(even.buffer),
      shared,
      runInNewContext("new Uint8Array(bytes)", { bytes: [...bytes] }),
      runInNewContext("new Uint8Array(bytes).buffer", { bytes: [...bytes] }),
    ]) {
      const task = await parseCallback(body);
      assert.deepEqual([task.id, task.videoUrl, task.raw.note], [ID, VIDEO, "ä 成功 🎬"]);
    }
  });

  test("of bytes is what they were at the call", async () => {
    const bytes = new TextEncoder().encode(JSON.stringify(DONE));
    const reading = parseCallback(bytes);
    bytes.fill(0);
    assert.equal((await reading).id, ID);
  });

  test("of bytes that are none, broken or too many is bad_response", async () => {
    const detached = new ArrayBuffer(8);
    structuredClone(detached, { transfer: [detached] });
    const large = new Uint8Array(64 << 20).fill(0x20);
    for (const body of [
      new Uint8Array(),
      new ArrayBuffer(0),
      detached,
      new Uint8Array([0xff, 0xfe, 0x7b]),
      large,
    ]) {
      assert.equal((await errorOf(parseCallback(body))).code, "bad_response");
    }
  });

  test("that is no callback is bad_response or invalid_input, whatever it is", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const cyclic = { task_id: ID };
    cyclic.self = cyclic;
    const used = requestOf(JSON.stringify(DONE));
    await used.text();
    for (const body of [
      undefined,
      null,
      true,
      17,
      10n,
      Symbol("s"),
      () => {},
      NaN,
      "",
      " ",
      "null",
      "[]",
      "{}",
      "<html>",
      '{"task_id":',
      '{"task_id":""}',
      '{"code":400,"msg":"no"}',
      proxy,
      cyclic,
      used,
      { task_id: 10n },
      { toJSON: thrower },
      { toJSON: () => undefined },
      { toJSON: () => 10n },
      { text: thrower },
      { text: () => 5 },
      { text: () => Promise.reject() },
      Object.defineProperty({}, "text", { get: thrower }),
      Object.defineProperty({ text() {} }, "body", { get: thrower }),
      Object.defineProperty({}, "task_id", { enumerable: true, get: thrower }),
      new Proxy({}, { get: thrower, ownKeys: thrower }),
      new Map(),
      new Uint8Array(8),
      new FormData(),
      new URLSearchParams("task_id=a"),
    ]) {
      const error = await errorOf(parseCallback(body));
      assert.ok(["bad_response", "invalid_input"].includes(error.code), error.code);
    }
    await assertStillWorks();
  });

  test("of any bytes or JSON is a task or an ActOneError", async () => {
    const anything = fc.anything({
      withBigInt: true,
      withMap: true,
      withNullPrototype: true,
      withTypedArray: true,
    });
    const bodies = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      anything,
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => requestOf(bytes)),
      fc.json().map((text) => requestOf(text)),
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const outcome = await parseCallback(body).catch((error) => error);
        assert.ok(outcome instanceof ActOneError || typeof outcome.id === "string");
      }),
      { numRuns: 500 },
    );
  });

  test("too large is refused, in each form, without reading on", async () => {
    const large = JSON.stringify({ ...DONE, filler: "x".repeat(2 << 20) });
    let given = 0;
    let cancelled = false;
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(((given += 65_536), 65_536)).fill(0x20)),
      cancel: () => void (cancelled = true),
    });
    for (const body of [large, requestOf(large), JSON.parse(large), requestOf(endless)]) {
      assert.equal((await errorOf(parseCallback(body))).code, "bad_response");
    }
    await turns();
    assert.ok(cancelled);
    assert.ok(given < 4 << 20, `${given} bytes were taken`);
  });

  test("keeps __proto__ keys out, and nesting of any depth from doing harm", async () => {
    const task = await parseCallback(`{"__proto__":{"status":"FAILURE","polluted":1},"task_id":"${ID}"}`);
    assert.equal(task.status, "queued");
    assert.equal({}.polluted, undefined);
    const depth = 200_000;
    await errorOf(parseCallback("[".repeat(depth) + "]".repeat(depth)));
    let nested = {};
    for (let level = 0; level < depth; level++) nested = { nested };
    await errorOf(parseCallback({ task_id: 5, nested }));
    await assertStillWorks();
  });

  test("claims nothing that the caller's object can change afterwards", async () => {
    const body = { task_id: ID, status: "3", video_url: VIDEO };
    const task = await parseCallback(body);
    body.video_url = "https://evil.example/";
    assert.equal(task.raw.video_url, VIDEO);
  });
});
