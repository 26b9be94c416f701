// Files in place of URLs: both are put where the service can fetch them before anything is paid, or nothing is paid.

import assert from "node:assert/strict";
import { openAsBlob, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, mock, test } from "node:test";
import { runInNewContext } from "node:vm";
import { ActOneError, createClient, run, submit, upload } from "act-one";
import { createSandbox } from "act-one/sandbox";
import { serve } from "act-one/sandbox/node";
import { elapse } from "../hostile/virtual-time.js";

const sample = (name) => readFileSync(new URL(`../../www/samples/${name}`, import.meta.url));
const VIDEO = sample("performance.mp4");
const IMAGE = sample("portrait.jpg");
const video = new File([VIDEO], "Auftritt ä 演技 & more.mp4", { type: "video/mp4" });
const image = new Blob([IMAGE], { type: "image/jpeg" });

const baseUrl = "https://proxy.example/act";
const created = { code: 200, msg: "success", data: { task_id: "t" } };
const stored = { url: "https://files.example/a.mp4", expires_at: 1_800_000_000 };

/** A proxy whose uploads are answered by `answer`; keeps what it was sent. */
function proxy(answer = () => stored) {
  const requests = [];
  const fetch = async (request) => {
    const route = new URL(request.url).pathname;
    requests.push({ route, request });
    const given = route.endsWith("/uploads") ? await answer(request, requests.length) : created;
    return given instanceof Response ? given : Response.json(given);
  };
  const routes = () => requests.map(({ route }) => route);
  return { requests, routes, options: { baseUrl, fetch } };
}

const never = (request) =>
  new Promise((_, reject) => {
    request.signal.addEventListener("abort", () => reject(request.signal.reason));
  });

async function refusal(promise) {
  const error = await promise.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (reason) => reason,
  );
  assert.ok(error instanceof ActOneError, String(error?.stack ?? error));
  assert.equal(error.taskMayExist, false);
  return error;
}

const messages = ({ issues }) => issues.map(({ path, message }) => [path, message]);

describe("a run with files", () => {
  test("puts both into the proxy's place for files, and makes the task of their URLs", async () => {
    const { url, sandbox, close } = await serve({
      basePath: "/act",
      ...{ invisibleFor: 0, queueTime: 0, runTime: 0, checkMedia: false },
    });
    try {
      const task = await run({ video, image }, { baseUrl: url, apiKey: "sk-sandbox", pollInterval: 1 });
      assert.equal(task.status, "succeeded");
      const kept = [...sandbox.uploads.values()];
      assert.deepEqual(kept.map(({ type, fileName }) => [type, fileName]).sort(), [
        ["image/jpeg", null],
        ["video/mp4", video.name],
      ]);
      for (const { type, bytes } of kept) assert.ok((type === "video/mp4" ? VIDEO : IMAGE).equals(bytes));
      const [made] = sandbox.tasks.values();
      const urls = Object.fromEntries(kept.map(({ type, url }) => [type.slice(0, 5), url]));
      assert.deepEqual({ video: made.video, image: made.image }, urls);
    } finally {
      await close();
    }
  });

  test("sends both at once, and the create after both", async () => {
    const waiting = [];
    const { routes, options } = proxy(() => new Promise((resolve) => waiting.push(resolve)));
    const submitted = submit({ video, image }, options);
    while (waiting.length < 2) await new Promise(setImmediate);
    assert.deepEqual(routes(), ["/act/uploads", "/act/uploads"]);
    waiting[1](stored);
    await new Promise(setImmediate);
    assert.equal(routes().length, 2);
    waiting[0](stored);
    await submitted;
    assert.equal(routes().at(-1), "/act/runway/pro/act_one");
  });

  test("sends a URL as it is, beside a file", async () => {
    const { requests, options } = proxy();
    await submit({ video, image: "https://media.example/a.jpg" }, options);
    const { video: sent, image: kept } = await requests.at(-1).request.json();
    assert.deepEqual([requests.length, sent, kept], [2, stored.url, "https://media.example/a.jpg"]);
  });

  test("ends the other upload when one fails, and pays for nothing", async () => {
    let other;
    const { routes, options } = proxy((request) => {
      if (request.headers.get("content-type") !== "video/mp4") return never((other = request));
      const error = { message: "the file is larger than 5 bytes", code: "too_large" };
      return Response.json({ error }, { status: 413 });
    });
    const error = await refusal(submit({ video, image }, options));
    assert.deepEqual([error.code, error.status, error.retryable], ["rejected", 413, false]);
    assert.match(error.message, /^video: The upload was refused: the file is larger than 5 bytes\. /);
    assert.equal(other.signal.aborted, true);
    assert.deepEqual(routes(), ["/act/uploads", "/act/uploads"]);
  });

  test("rejects with the signal's own reason in the middle of an upload, and pays for nothing", async () => {
    const controller = new AbortController();
    const { requests, routes, options } = proxy(never);
    const submitted = submit({ video, image }, { ...options, signal: controller.signal });
    while (requests.length < 2) await new Promise(setImmediate);
    const reason = { why: "enough" };
    controller.abort(reason);
    assert.equal(await submitted.catch((thrown) => thrown), reason);
    assert.ok(requests.every(({ request }) => request.signal.aborted));
    await new Promise(setImmediate);
    assert.deepEqual(routes(), ["/act/uploads", "/act/uploads"]);
  });

  test("is refused with all that is wrong at once, before anything is uploaded", async () => {
    const { requests, options } = proxy();
    const error = await refusal(
      run({ video, image: "a.jpg", callbackUrl: "x" }, { ...options, timeout: -1 }),
    );
    assert.deepEqual(
      error.issues.map(({ path }) => path),
      ["timeout", "image", "callbackUrl"],
    );
    assert.equal(requests.length, 0);
  });
});

describe("an upload", () => {
  test("is a POST of the bytes, with the key, the headers, the type and the name", async () => {
    const { requests, options } = proxy(async (request) => {
      assert.ok(Buffer.from(await request.arrayBuffer()).equals(VIDEO));
      return stored;
    });
    const client = createClient({ ...options, apiKey: "sk-own-key", headers: { "x-tenant": "a" } });
    assert.deepEqual(await client.upload(video), { url: stored.url, expiresAt: 1_800_000_000_000 });
    const [{ request }] = requests;
    assert.deepEqual([request.method, request.url], ["POST", `${baseUrl}/uploads`]);
    const header = (name) => request.headers.get(name);
    assert.equal(header("authorization"), "Bearer sk-own-key");
    assert.equal(header("x-tenant"), "a");
    assert.equal(header("content-type"), "video/mp4");
    assert.equal(header("content-length"), String(VIDEO.length));
    assert.equal(decodeURIComponent(header("act-one-filename")), video.name);
    assert.match(header("act-one-filename"), /^[\x21-\x7e]+$/);
  });

  test("is retried on what may pass, and not on what will not", async () => {
    const answers = [503, 429, 200];
    const retries = [];
    const { requests, options } = proxy(async (request) => {
      assert.equal((await request.arrayBuffer()).byteLength, IMAGE.length);
      return Response.json(stored, { status: answers.shift() });
    });
    mock.method(Math, "random", () => 0);
    try {
      const onRetry = ({ error, attempt }) => retries.push([error.code, attempt]);
      await upload(image, { ...options, onRetry });
    } finally {
      mock.restoreAll();
    }
    assert.equal(requests.length, 3);
    assert.deepEqual(retries, [
      ["server_error", 1],
      ["rate_limited", 2],
    ]);

    for (const [status, code] of [
      [400, "rejected"],
      [401, "unauthorized"],
      [403, "forbidden"],
      [404, "rejected"],
      [413, "rejected"],
      [415, "rejected"],
      [501, "rejected"],
    ]) {
      for (const body of [{ error: { message: "no such thing" } }, { error: "no such thing" }]) {
        const { requests, options } = proxy(() => Response.json(body, { status }));
        const error = await refusal(upload(image, options));
        assert.deepEqual([error.code, error.status, requests.length], [code, status, 1]);
        assert.match(error.message, /no such thing/);
      }
    }
    const { options: place } = proxy(() => new Response(null, { status: 415 }));
    assert.equal((await refusal(upload(image, place))).code, "rejected");
  });

  test("that is answered by anything but an absolute URL is told so, once", async () => {
    for (const body of [
      {},
      [],
      null,
      "https://files.example/a.mp4",
      { url: "" },
      { url: 5 },
      { url: "/uploads/a.mp4" },
      { url: "data:video/mp4;base64,AA" },
      { url: "ftp://files.example/a.mp4" },
    ]) {
      const { requests, options } = proxy(() => Response.json(body));
      const error = await refusal(upload(image, options));
      assert.deepEqual([error.code, requests.length], ["bad_response", 1], JSON.stringify(body));
    }
    const { requests, options } = proxy(() => new Response("<!doctype html><p>Hello", { status: 200 }));
    assert.equal((await refusal(upload(image, options))).code, "bad_response");
    assert.equal(requests.length, 1);
  });

  test("has no end to its time where none is told", async () => {
    for (const expires_at of [undefined, null, "soon", 0]) {
      const { options } = proxy(() => ({ url: stored.url, expires_at }));
      assert.deepEqual(await upload(image, options), { url: stored.url, expiresAt: null });
    }
  });

  test("tells its progress from 0 to the end, never falling, over a retry too", async () => {
    const big = new Uint8Array(300_000).fill(1);
    let tries = 0;
    const { options } = proxy(async (request) => {
      await request.arrayBuffer();
      return ++tries === 1 ? new Response(null, { status: 503 }) : stored;
    });
    const told = [];
    mock.method(Math, "random", () => 0);
    try {
      await upload(big, { ...options, onProgress: (progress) => told.push(progress) });
    } finally {
      mock.restoreAll();
    }
    assert.deepEqual(told[0], { bytes: 0, total: 300_000, file: null });
    assert.deepEqual(told.at(-1), { bytes: 300_000, total: 300_000, file: null });
    assert.ok(told.length > 3, "in between too");
    assert.ok(told.every(({ bytes }, index) => index === 0 || bytes > told[index - 1].bytes));
  });

  test("tells which file of an input it is", async () => {
    const { options } = proxy();
    const ends = new Map();
    await submit({ video, image }, { ...options, onProgress: ({ file, bytes }) => ends.set(file, bytes) });
    assert.deepEqual(Object.fromEntries(ends), { video: VIDEO.length, image: IMAGE.length });
  });

  test("sends bytes as they were at the call, and of a view no more than it shows", async () => {
    const pool = new Uint8Array(1000).fill(7);
    const shared = new Uint8Array(new SharedArrayBuffer(300)).fill(7);
    for (const given of [
      pool.subarray(100, 400),
      Buffer.from(pool.buffer, 50, 300),
      shared,
      pool.slice(0, 300),
    ]) {
      let sent;
      const { options } = proxy(async (request) => {
        given.fill(9);
        sent = new Uint8Array(await request.arrayBuffer());
        return stored;
      });
      const uploading = upload(given, options);
      given.fill(8);
      await uploading;
      assert.deepEqual(sent, new Uint8Array(300).fill(7));
      pool.fill(7);
    }
  });

  test("takes files by what they can do, whatever realm they are of", async () => {
    const bytes = Uint8Array.from(VIDEO);
    const polyfilled = { size: bytes.length, type: "video/mp4", arrayBuffer: async () => bytes.buffer };
    const streamed = { size: bytes.length, type: "", stream: () => new Blob([bytes]).stream() };
    const foreign = runInNewContext("new Uint8Array(length)", { length: bytes.length });
    foreign.set(bytes);
    for (const given of [polyfilled, streamed, foreign, foreign.buffer, bytes.buffer, VIDEO]) {
      let sent;
      const { options } = proxy(async (request) => {
        sent = Buffer.from(await request.arrayBuffer());
        return stored;
      });
      await upload(given, options);
      assert.ok(sent.equals(VIDEO));
    }
  });

  test("makes a header of any name and type, or none", async () => {
    for (const [name, type] of [
      ["\ud800.mp4", "video/mp4"],
      ["x".repeat(5000), "ü"],
      ["a\r\nb: c", "a/b\r\nc: d"],
    ]) {
      const { requests, options } = proxy();
      await upload({ size: 1, type, name, arrayBuffer: async () => new ArrayBuffer(1) }, options);
      const [{ request }] = requests;
      assert.match(request.headers.get("act-one-filename"), /^[\x21-\x7e]{1,2000}$/);
      assert.match(request.headers.get("content-type"), /^(video\/mp4|application\/octet-stream)$/);
    }
    const { requests, options } = proxy();
    await upload(new Uint8Array(1), options);
    assert.equal(requests[0].request.headers.get("act-one-filename"), null);
  });

  test("of a file that has changed or cannot be read says so, and is not retried", async () => {
    const folder = await mkdtemp(join(tmpdir(), "act-one-"));
    try {
      const path = join(folder, "a.mp4");
      await writeFile(path, VIDEO);
      const changed = await openAsBlob(path);
      await writeFile(path, "short");
      const lying = { size: 5, type: "", arrayBuffer: async () => new ArrayBuffer(6) };
      const broken = {
        size: 5,
        type: "",
        stream: () => new ReadableStream({ start: (stream) => stream.error("x") }),
      };
      for (const file of [changed, lying, broken]) {
        const { options, requests } = proxy(async (request) => {
          await request.arrayBuffer();
          return stored;
        });
        const error = await refusal(submit({ video: file, image }, options));
        assert.deepEqual([error.code, error.issues[0].path], ["invalid_input", "video"]);
        assert.match(error.message, /cannot be read/);
        assert.ok(requests.every(({ route }) => route.endsWith("/uploads")));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the time of an upload", () => {
  const slowly = (step) => async (request) => {
    const reader = request.body.getReader();
    while (!(await reader.read()).done) await new Promise((resolve) => setTimeout(resolve, step));
    return stored;
  };

  async function inVirtualTime(task) {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
    try {
      return await elapse(task(), 1_000);
    } finally {
      mock.timers.reset();
    }
  }

  test("is not counted as long as bytes move", async () => {
    const { options } = proxy(slowly(50_000));
    const found = await inVirtualTime(() =>
      upload(new Uint8Array(400_000), { ...options, requestTimeout: 1_000 }),
    );
    assert.equal(found.url, stored.url);
  });

  test("is over where no byte moves, and where no answer comes", async () => {
    const stuck = async (request) => {
      await request.body.getReader().read();
      return never(request);
    };
    const mute = async (request) => (await request.arrayBuffer(), never(request));
    const halfway = () =>
      new Response(new ReadableStream({ start: (s) => s.enqueue(new Uint8Array([123])) }));
    for (const answer of [stuck, mute, halfway]) {
      const { requests, options } = proxy(answer);
      const uploading = () => upload(new Uint8Array(400_000), { ...options, maxRetries: 1 });
      const error = await inVirtualTime(() => refusal(uploading()));
      assert.deepEqual([error.code, requests.length], ["timeout", 2]);
    }
  });

  test("has a real socket behind it that is cancelled with the call", async () => {
    const closed = [];
    const server = createServer((request) => {
      request.on("data", () => {
        request.pause();
        setTimeout(() => request.resume(), 1);
      });
      request.on("close", () => closed.push(request.complete));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const controller = new AbortController();
      const { port } = server.address();
      const arrived = new Promise((resolve) => server.once("request", resolve));
      const options = { baseUrl: `http://127.0.0.1:${port}`, signal: controller.signal };
      const uploading = upload(new Blob([new Uint8Array(50_000_000)]), options);
      const request = await arrived;
      assert.equal(request.headers["content-length"], "50000000");
      controller.abort("enough");
      assert.equal(await uploading.catch((thrown) => thrown), "enough");
      while (closed.length === 0) await new Promise(setImmediate);
      assert.deepEqual(closed, [false]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe("the upload option", () => {
  const apiKey = "sk-sandbox";

  test("is the caller's own place for files, for the service itself too", async () => {
    const sandbox = createSandbox({ checkMedia: false });
    const given = [];
    const options = {
      apiKey,
      fetch: sandbox.fetch,
      upload: async (file, { name, signal }) => {
        given.push([file.size, file.type, name, signal.aborted]);
        return new URL(`https://files.example/${name.length}`);
      },
    };
    await submit({ video, image: IMAGE }, options);
    assert.deepEqual(given, [
      [VIDEO.length, "video/mp4", video.name, false],
      [IMAGE.length, "", "image", false],
    ]);
    const [made] = sandbox.tasks.values();
    assert.equal(made.image, "https://files.example/5");
    assert.equal(sandbox.counts.uploads, 0);

    const told = [];
    const found = await upload(image, {
      upload: (file, { name }) => (assert.equal(file, image), assert.equal(name, null), stored.url),
      onProgress: (progress) => told.push(progress),
    });
    assert.deepEqual(found, { url: stored.url, expiresAt: null });
    assert.deepEqual(
      told.map(({ bytes }) => bytes),
      [0, IMAGE.length],
    );
  });

  test("that returns no absolute URL, or one out of the service's reach, ends the call before it pays", async () => {
    const fetch = () => assert.fail("something was sent");
    for (const [url, shown] of [
      ["/files/a.mp4", 'got "/files/a.mp4"'],
      [undefined, "absolute http"],
      [5, "got 5"],
      [{}, "absolute http"],
      [Symbol("s"), "absolute http"],
      ["http://localhost/a.mp4", "private network"],
    ]) {
      const error = await refusal(submit({ video, image }, { apiKey, fetch, upload: () => url }));
      assert.deepEqual([error.code, error.issues[0].path], ["invalid_input", "upload"]);
      assert.ok(error.message.includes(shown), error.message);
    }
  });

  test("that throws ends the other upload too, and what it threw is the cause", async () => {
    const thrown = new Error("the bucket is full");
    for (const how of [() => Promise.reject(thrown), () => assert.fail(thrown)]) {
      let other;
      const options = {
        apiKey: "sk-own-secret",
        fetch: () => assert.fail("something was sent"),
        upload: (file, { signal }) => (file === video ? how() : ((other = signal), new Promise(() => {}))),
      };
      const error = await refusal(submit({ video, image }, options));
      assert.match(error.message, /^video: The upload option threw \(the bucket is full\)\./);
      assert.equal(error.cause.message, thrown.message);
      const silent = { ...options, upload: () => Promise.reject() };
      assert.match(
        (await refusal(submit({ video, image }, silent))).message,
        /^video: The upload option threw\./,
      );
      // Both start in the same turn, or the second one never does.
      assert.ok(other === undefined || other.aborted);
    }
  });

  test("is aborted with the call", async () => {
    const controller = new AbortController();
    const signals = [];
    const options = {
      apiKey,
      signal: controller.signal,
      upload: (_, { signal }) => (signals.push(signal), new Promise(() => {})),
    };
    const submitted = submit({ video, image }, options);
    while (signals.length < 2) await new Promise(setImmediate);
    controller.abort("enough");
    assert.equal(await submitted.catch((reason) => reason), "enough");
    await new Promise(setImmediate);
    assert.ok(signals.every(({ aborted }) => aborted));
  });
});

describe("what is no file is refused before anything is sent", () => {
  const fetch = () => assert.fail("something was sent");
  const detached = new ArrayBuffer(8);
  const view = new Uint8Array(detached);
  structuredClone(detached, { transfer: [detached] });
  class FileList {
    0 = image;
    length = 1;
    get [Symbol.toStringTag]() {
      return "FileList";
    }
  }
  const throwing = {
    get size() {
      throw new Error("no");
    },
  };
  for (const [what, value, expected] of [
    ["a path", "/home/x/a.mp4", /fs\.openAsBlob\(path\)/],
    ["a path of Windows", "C:\\clips\\a.mp4", /fs\.openAsBlob\(path\)/],
    ["a relative path", "./a.mp4", /fs\.openAsBlob\(path\)/],
    ["a file: URL", "file:///a.mp4", /fs\.openAsBlob\(path\)/],
    ["a file: URL object", new URL("file:///a.mp4"), /fs\.openAsBlob\(path\)/],
    ["a blob: URL", "blob:https://a.example/1", /await \(await fetch\(url\)\)\.blob\(\)/],
    ["a data: URL", "data:video/mp4;base64,AA", /await \(await fetch\(url\)\)\.blob\(\)/],
    ["an empty Blob", new Blob([]), /is empty/],
    ["no bytes", new Uint8Array(0), /is empty/],
    ["a detached buffer", detached, /is detached/],
    ["a view of a detached buffer", view, /is detached/],
    ["a promise of a Blob", Promise.resolve(image), /is a promise\. Await it/],
    ["a FileList", new FileList(), /files\[0\]/],
    ["an array of files", [image], /files\[0\]/],
    ["a stream", new ReadableStream(), /await new Response\(stream\)\.blob\(\)/],
    ["a Response", new Response("a"), /await response\.blob\(\)/],
    [
      "a file of React Native",
      { uri: "file:///a.mp4", name: "a.mp4", type: "video/mp4" },
      /\(await fetch\(uri\)\)/,
    ],
    ["a file's handle", { kind: "file", getFile: async () => image }, /getFile\(\)/],
    ["what throws as it is read", throwing, /throws as it is read/],
    ["a plain object", { a: 1 }, /file/],
    ["a number", 5, /file/],
    ["a symbol", Symbol("s"), /./],
    ["nothing", undefined, /./],
  ]) {
    test(what, async () => {
      const error = await refusal(submit({ video: value, image: value }, { baseUrl, fetch }));
      assert.equal(error.code, "invalid_input");
      assert.deepEqual(
        messages(error).map(([path]) => path),
        ["video", "image"],
      );
      for (const [path, message] of messages(error)) {
        assert.ok(message.startsWith(`${path} `), message);
        assert.match(message, expected);
      }
      const alone = await refusal(upload(value, { baseUrl, fetch }));
      assert.deepEqual(
        messages(alone).map(([path]) => path),
        ["file"],
      );
      assert.match(alone.message, expected);
    });
  }

  test("a file for the service itself, which has no place for it", async () => {
    const options = { apiKey: "sk-sandbox", fetch };
    for (const error of [
      await refusal(run({ video, image: "https://media.example/a.jpg" }, options)),
      await refusal(upload(video, options)),
    ]) {
      assert.equal(error.issues.length, 1);
      assert.match(error.message, /baseUrl.*upload option/);
    }
  });

  test("an option that is no function", async () => {
    assert.match(
      (await refusal(upload(image, { baseUrl, fetch, upload: "s3" }))).message,
      /upload is no function/,
    );
  });
});
