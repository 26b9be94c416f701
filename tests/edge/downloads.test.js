// The source of a finished video at its worst: slow, broken, cut short, not a video at all. What is stored in the end
// is the whole file or nothing, and "succeeded" is never said before.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { after, before, test } from "node:test";
import { feed, input, startEdge, until } from "./edge.js";

/** Larger than what one part of an upload holds, and no two stretches alike. */
const file = Buffer.from(Uint32Array.from({ length: 2_600_000 }, (_, n) => Math.imul(n, 2654435761)).buffer);
const video = { "Content-Type": "video/mp4" };
const whole = { ...video, "Content-Length": String(file.length) };

/** @typedef {(response: import("node:http").ServerResponse, request: import("node:http").IncomingMessage) => void} Serve */

/** What the source does with its first requests, one after the other; then it serves the file. @type {Serve[]} */
let mishaps = [];
let requests = 0;
const serveWhole = /** @type {Serve} */ ((response) => response.writeHead(200, whole).end(file));
const source = createServer((request, response) => {
  requests++;
  (mishaps.shift() ?? serveWhole)(response, request);
});

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
before(async () => {
  await new Promise((resolve) => source.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (source.address());
  edge = await startEdge({
    service: { resultUrls: { video: `http://127.0.0.1:${port}/result.mp4` } },
    bindings: { MAX_VIDEO_MB: "12" },
  });
});
after(async () => {
  await edge.close();
  source.closeAllConnections();
  source.close();
});

const mended = /** @type {Record<string, Serve>} */ ({
  "comes in small pieces": (response) => {
    response.writeHead(200, whole);
    let at = 0;
    const timer = setInterval(() => {
      response.write(file.subarray(at, (at += 400_000)));
      if (at < file.length) return;
      clearInterval(timer);
      response.end();
    }, 10);
  },
  "comes without a length": (response) => {
    response.writeHead(200, video);
    response.write(file.subarray(0, 9_000_000));
    response.end(file.subarray(9_000_000));
  },
  "breaks off in the middle": (response) => {
    response.writeHead(200, whole);
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  },
  "breaks off in the middle without a length": (response) => {
    response.writeHead(200, video);
    response.write(file.subarray(0, file.length / 2), () => response.destroy());
  },
  "ends cleanly one byte short": (response) => {
    response.writeHead(200, whole);
    response.write(file.subarray(0, -1), () => response.socket?.end());
  },
  "refuses the connection": (response) => response.destroy(),
  "answers 503": (response) => response.writeHead(503).end(),
  "has expired": (response) => response.writeHead(403).end("<Error>expired</Error>"),
  "gives a page in place of the video": (response) =>
    response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Sign in</h1>"),
  "gives an empty file": (response) => response.writeHead(200, { ...video, "Content-Length": "0" }).end(),
  "gives an empty file without a length": (response) => response.writeHead(200, video).end(),
  "compresses without being asked to": (response) => {
    const small = gzipSync(file);
    response.writeHead(200, { ...video, "Content-Encoding": "gzip", "Content-Length": String(small.length) });
    response.end(small);
  },
  "falls silent for good": (response) => {
    response.writeHead(200, whole);
    response.write(file.subarray(0, 1000));
  },
});

for (const [mishap, serve] of Object.entries(mended)) {
  test(`a source that ${mishap}: the copy is whole`, async () => {
    mishaps = [serve];
    const task = await edge.client.run(input);
    const stored = Buffer.from(await (await fetch(task.videoUrl ?? "")).arrayBuffer());
    assert.ok(stored.equals(file));
  });
}

test("while no copy is there, a task is running and has no address", async () => {
  let isBroken = true;
  requests = 0;
  mishaps = Array.from({ length: 50 }, () => (response, request) => {
    if (!isBroken) return serveWhole(response, request);
    response.writeHead(200, whole);
    response.write(file.subarray(0, 5000), () => response.destroy());
  });
  const task = await edge.client.submit(input);
  await until(() => requests >= 3);
  const { data } = await (await feed(edge.url, task.id)).json();
  assert.equal(data.status, "IN_PROGRESS");
  assert.equal(data.progress, "99%");
  assert.equal(data.result_url, "");
  isBroken = false;
  assert.equal((await edge.client.waitForTask(task.id)).status, "succeeded");
  mishaps = [];
});

const hopeless = /** @type {Record<string, Serve>} */ ({
  "announces more than is allowed": (response) =>
    response.writeHead(200, { ...video, "Content-Length": "12000001" }).end(),
  "sends more than is allowed": (response) => {
    response.writeHead(200, video);
    response.write(file);
    response.end(file);
  },
});

for (const [mishap, serve] of Object.entries(hopeless)) {
  test(`a source that ${mishap}: the task fails and says why`, async () => {
    mishaps = [serve];
    await assert.rejects(edge.client.run(input), (/** @type {any} */ error) => {
      assert.equal(error.code, "task_failed");
      assert.match(error.task.failReason, /larger than the 12 MB/);
      return true;
    });
  });
}
