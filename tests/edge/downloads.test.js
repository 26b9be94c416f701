// The source of a finished video at its worst: slow, broken, cut short, not a video at all. What is stored in the end
// is the whole file or nothing, and "succeeded" is never said before.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";
import { after, before, test } from "node:test";
import { feed, input, startEdge, until } from "./edge.js";

/** By its first bytes an MP4, larger than what one part of an upload holds, and no two stretches alike. */
const file = Buffer.from(Uint32Array.from({ length: 2_600_000 }, (_, n) => Math.imul(n, 2654435761)).buffer);
file.write("\0\0\0\x18ftypmp42\0\0\0\0mp42isom", "latin1");
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

test("while no copy is there, a task is running and has no URL", async () => {
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

const tooLarge = /** @type {Record<string, Serve>} */ ({
  "announces more than is allowed": (response) =>
    response.writeHead(200, { ...video, "Content-Length": "12000001" }).end(),
  "sends more than is allowed": (response) => {
    response.writeHead(200, video);
    response.write(file);
    response.end(file);
  },
});

for (const [mishap, serve] of Object.entries(tooLarge)) {
  test(`a source that ${mishap}: the task succeeds with the service's own URL and says why`, async () => {
    mishaps = [serve];
    const task = await edge.client.run(input);
    assert.equal(task.videoUrl, [...edge.service.tasks.values()].at(-1)?.results.video);
    const { data } = /** @type {any} */ (task.raw);
    assert.equal(data.result_temporary, true);
    assert.match(data.result_temporary_reason, /larger than the 12 MB/);
    assert.equal(data.fail_reason, "");
  });
}

test("a stored video does not say that it is temporary", async () => {
  const task = await edge.client.run(input);
  assert.equal(/** @type {any} */ (task.raw).data.result_temporary, undefined);
});

/** Each for a task of its own, by the video that was asked for. @type {Record<string, Serve>} */
const noVideos = {
  page: (response) => response.writeHead(200, video).end("<!doctype html><title>Sign in</title>"),
  JSON: (response) => response.writeHead(200, video).end('{"error": "expired"}'),
  "part that nobody asked for": (response) =>
    response
      .writeHead(206, { ...video, "Content-Range": `bytes 0-999/${file.length}` })
      .end(file.subarray(0, 1000)),
  picture: (response) =>
    response.writeHead(200, video).end(Buffer.from("/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAg==", "base64")),
  "empty answer": (response) => response.writeHead(204).end(),
};

test("what is no video, however often it is asked for, ends its task as failed and is not stored", async (context) => {
  const bad = createServer((request, response) => {
    noVideos[decodeURIComponent(request.url?.slice(1) ?? "")]?.(response, request);
  });
  await new Promise((resolve) => bad.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (bad.address());
  const other = await startEdge({
    service: { callbackCopies: 0, feedShape: "numeric", answer: pointTo(port) },
  });
  context.after(async () => {
    await other.close();
    bad.closeAllConnections();
    bad.close();
  });
  const outcomes = await Promise.all(
    Object.keys(noVideos).map(async (what) => {
      const source = `https://media.example.org/${encodeURIComponent(what)}`;
      const error = await other.client.run({ ...input, video: source }).catch((reason) => reason);
      return [what, error.code, error.task?.failReason];
    }),
  );
  for (const [what, code, reason] of outcomes) {
    assert.equal(code, "task_failed", what);
    assert.match(reason, /^No video was made: the result's URL /, what);
  }
});

test("a redirect to a private network is not followed, whatever its spelling; another one is", async (context) => {
  /** @type {string[]} */
  const asked = [];
  const hop = createServer((request, response) => {
    const target = decodeURIComponent(request.url?.slice(1) ?? "");
    asked.push(target);
    const location =
      target === "good" ? `http://127.0.0.1:${portOf(source)}/result.mp4` : `http://${target}/`;
    response.writeHead(302, { Location: location }).end();
  });
  await new Promise((resolve) => hop.listen(0, "127.0.0.1", () => resolve(undefined)));
  const other = await startEdge({
    service: { callbackCopies: 0, feedShape: "numeric", answer: pointTo(portOf(hop)) },
    bindings: { COPY_MINUTES: "0.001" },
  });
  context.after(async () => {
    await other.close();
    hop.closeAllConnections();
    hop.close();
  });
  const run = (/** @type {string} */ target) =>
    other.client.run({ ...input, video: `https://media.example.org/${encodeURIComponent(target)}` });
  for (const target of ["169.254.169.254", "[::7f00:1]", "localhost", "10.1", "metadata.google.internal"]) {
    const { data } = /** @type {any} */ ((await run(target)).raw);
    assert.match(data.result_temporary_reason, /private network/, target);
  }
  assert.ok((await run("good")).videoUrl?.startsWith(`${other.url}/outputs/`));
});

/**
 * Lets the service's feeds name a result of each task's own, by the last part of its video's URL.
 *
 * @param {number} port
 * @returns {import("act-one/sandbox").SandboxOptions["answer"]}
 */
function pointTo(port) {
  /** @type {Map<string, string>} */
  const named = new Map();
  return async (request, next) => {
    const isCreate = request.url.endsWith("/act_one");
    const sent = await request.clone().text();
    const response = await next();
    const body = await response.json();
    if (isCreate) named.set(body.data.task_id, JSON.parse(sent).video.split("/").at(-1));
    else if (body.data?.video_url)
      body.data.video_url = `http://127.0.0.1:${port}/${named.get(body.data.task_id)}`;
    return Response.json(body, { status: response.status });
  };
}

function portOf(/** @type {import("node:http").Server} */ server) {
  return /** @type {import("node:net").AddressInfo} */ (server.address()).port;
}
