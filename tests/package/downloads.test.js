// Downloads over connections that break: what arrives is the whole file and that one file, or an error.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { ActOneError, download } from "../../npm/node.js";
import { partOf } from "../../sandbox/outputs.js";

const FILE = randomBytes(300_000);

/** Sends part of what it should, then breaks the connection, as often as it is told to. */
let server;
let url;
/** The requests' headers. */
let seen = [];
/** What the server does; each test changes what it needs. */
let rules;

before(async () => {
  server = createServer((request, answer) => rules.answer(request, answer));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${server.address().port}/result.mp4`;
});

beforeEach(() => {
  seen = [];
  rules = {
    /** How many bytes each connection sends before it breaks; those after the last send everything. */
    breaks: [],
    file: () => FILE,
    headers: { ETag: '"one"' },
    ranges: true,
    answer(request, answer) {
      seen.push(request.headers);
      const file = this.file();
      const [, start] = (this.ranges && request.headers.range?.match(/^bytes=(\d+)-$/)) || [];
      const isSame = [undefined, this.headers.ETag].includes(request.headers["if-range"]);
      const from = start && isSame ? Number(start) : 0;
      const headers = { "Content-Length": file.length - from, ...this.headers };
      if (start && isSame) headers["Content-Range"] = `bytes ${from}-${file.length - 1}/${file.length}`;
      answer.writeHead(start && isSame ? 206 : 200, headers);
      const most = this.breaks.shift() ?? Infinity;
      if (from + most >= file.length) return void answer.end(file.subarray(from));
      answer.flushHeaders();
      answer.write(file.subarray(from, from + most), () => setTimeout(() => answer.destroy(), 5));
    },
  };
});

after(() => {
  server.close();
  server.closeAllConnections();
});

const bytesOf = async (response) => Buffer.from(await response.arrayBuffer());

/** A body of these bytes that then breaks. */
const brokenAfter = (bytes) =>
  new ReadableStream({
    pull(controller) {
      if (this.sent) return controller.error(new TypeError("terminated"));
      this.sent = true;
      controller.enqueue(bytes);
    },
  });

/** The error that the reading of a body ends in. */
async function errorOf(reading) {
  const error = await reading.then(
    () => assert.fail("it was expected to break"),
    (error) => error,
  );
  assert.ok(error instanceof ActOneError, String(error?.stack));
  return error;
}

test("200 downloads from a server that breaks at random offsets are the same bytes", async () => {
  let broken = 0;
  rules.answer = (request, answer) => {
    // Each has its own luck, the later connections the better one.
    const lucky = Math.random() < 0.3;
    if (!lucky) broken++;
    const whole = partOf(new Uint8Array(FILE), "video/mp4", new Request(url, { headers: request.headers }));
    const headers = Object.fromEntries(whole.headers);
    whole.arrayBuffer().then((part) => {
      answer.writeHead(whole.status, { ...headers, "content-length": part.byteLength });
      if (lucky) return answer.end(Buffer.from(part));
      // One byte at the least: connections that bring nothing over and over end a download.
      const most = Math.ceil(Math.random() * part.byteLength);
      answer.flushHeaders();
      answer.write(Buffer.from(part).subarray(0, most), () => setTimeout(() => answer.destroy(), 2));
    });
  };
  for (let batch = 0; batch < 10; batch++) {
    const downloads = Array.from({ length: 20 }, async () => bytesOf(await download(url)));
    for (const bytes of await Promise.all(downloads)) assert.ok(bytes.equals(FILE));
  }
  assert.ok(broken > 200, `only ${broken} connections broke`);
});

describe("a connection that breaks in the middle of the file", () => {
  test("is followed by a request for the rest of that very file, without anything of the caller's", async () => {
    rules.breaks = [100_000];
    const retries = [];
    const response = await download(url, {
      apiKey: "sk-secret",
      headers: { "x-mine": "1" },
      onRetry: ({ error, attempt, delay }) => retries.push([error.code, attempt, delay]),
    });
    assert.equal(response.url, url);
    assert.ok((await bytesOf(response)).equals(FILE));
    assert.equal(seen.length, 2);
    assert.match(seen[1].range, /^bytes=\d+-$/);
    assert.equal(seen[1]["if-range"], '"one"');
    assert.ok(!JSON.stringify(seen).includes("sk-secret") && !("x-mine" in seen[1]));
    assert.deepEqual(retries, [["network", 1, 0]]);
  });

  test("is followed by one for the rest by its date, where the server has no strong ETag", async () => {
    for (const ETag of [undefined, 'W/"one"']) {
      rules.headers = { "Last-Modified": "Thu, 26 Nov 2026 10:00:00 GMT", ...(ETag && { ETag }) };
      rules.breaks = [50_000];
      assert.ok((await bytesOf(await download(url))).equals(FILE));
      assert.equal(seen.at(-1)["if-range"], undefined);
    }
  });

  test("tells the progress of the whole, never backwards", async () => {
    rules.breaks = [100_000, 100_000];
    const told = [];
    const onProgress = (progress) => {
      told.push(progress);
      throw new Error("ends nothing");
    };
    const { error: original } = console;
    console.error = () => {};
    try {
      await bytesOf(await download(url, { onProgress }));
    } finally {
      console.error = original;
    }
    assert.deepEqual(told.at(-1), { bytes: FILE.length, total: FILE.length, file: null });
    assert.ok(told.every(({ bytes }, index) => index === 0 || bytes > told[index - 1].bytes));
  });

  test("starts over if nothing has come yet, ranges or not", async () => {
    rules.ranges = false;
    rules.headers = {};
    rules.breaks = [0];
    assert.ok((await bytesOf(await download(url))).equals(FILE));
    assert.deepEqual(
      seen.map(({ range }) => range),
      [undefined, undefined],
    );
  });

  test("ends in an error where the server cannot send the rest alone", async () => {
    rules.ranges = false;
    rules.breaks = [100_000];
    const error = await errorOf(bytesOf(await download(url)));
    assert.equal(error.code, "bad_response");
  });

  test("ends in an error where the file may have changed unseen", async () => {
    rules.headers = {};
    rules.breaks = [100_000];
    const error = await errorOf(bytesOf(await download(url)));
    assert.equal(error.code, "network");
    assert.match(error.message, /ETag/);
    assert.equal(seen.length, 1);
  });

  test("ends in an error where the file has changed, whatever the server makes of If-Range", async () => {
    for (const ignoresIfRange of [false, true]) {
      rules.headers = { ETag: '"one"' };
      rules.breaks = [100_000];
      const response = await download(url);
      const reader = response.body.getReader();
      await reader.read();
      rules.file = () => Buffer.alloc(FILE.length, 1);
      rules.headers = { ETag: '"two"' };
      if (ignoresIfRange) {
        const { answer } = rules;
        rules.answer = (request, ...more) => {
          delete request.headers["if-range"];
          answer.call(rules, request, ...more);
        };
      }
      const rest = async () => {
        while (!(await reader.read()).done);
      };
      assert.equal((await errorOf(rest())).code, "bad_response");
    }
  });

  test("ends in what the server says where the URL has expired meanwhile", async () => {
    rules.breaks = [100_000];
    const { answer } = rules;
    rules.answer = (request, reply) =>
      request.headers.range ? void reply.writeHead(403).end() : answer.call(rules, request, reply);
    const error = await errorOf(bytesOf(await download(url)));
    assert.deepEqual([error.code, error.status], ["rejected", 403]);
  });

  test("is given up once further connections bring nothing", async () => {
    rules.breaks = [100_000, 0, 0, 0, 0];
    const error = await errorOf(bytesOf(await download(url, { maxRetries: 1 })));
    assert.equal(error.code, "network");
    assert.equal(error.retryable, true);
    assert.equal(seen.length, 3);
  });
});

describe("a rest that is sent in parts", () => {
  /** A file whose length is only told by the rest, of which the server sends so many bytes at a time. */
  const inParts = (most, { total = FILE.length, after } = {}) => {
    rules.answer = (request, answer) => {
      seen.push(request.headers);
      const from = Number(request.headers.range?.match(/^bytes=(\d+)-$/)[1]);
      const end = Math.min(from + most, FILE.length);
      if (Number.isNaN(from)) {
        answer.writeHead(200, rules.headers);
        return void answer.write(FILE.subarray(0, 100_000), () => setTimeout(() => answer.destroy(), 5));
      }
      if (from === FILE.length || from === after) {
        return void answer.writeHead(416, { "Content-Range": `bytes */${FILE.length}` }).end();
      }
      answer.writeHead(206, { ...rules.headers, "Content-Range": `bytes ${from}-${end - 1}/${total}` });
      answer.end(FILE.subarray(from, end));
    };
  };

  test("is asked for until all of it is there, though the first answer told no length", async () => {
    inParts(50_000);
    const told = [];
    const response = await download(url, { onProgress: ({ total }) => told.push(total) });
    assert.ok((await bytesOf(response)).equals(FILE));
    assert.ok(seen.length >= 5, `${seen.length} requests`);
    assert.deepEqual([told[0], told.at(-1)], [null, FILE.length]);
  });

  test("is asked for until the server says that nothing follows, where no answer tells a length", async () => {
    inParts(150_000, { total: "*" });
    assert.ok((await bytesOf(await download(url))).equals(FILE));
    assert.match(seen.at(-1).range, /^bytes=300000-$/);
  });

  test("ends in an error where the server says that the file is longer, but sends no more of it", async () => {
    inParts(50_000, { total: "*", after: 150_000 });
    const reading = bytesOf(
      await download(url, {
        // The break comes where it is wanted: after all of the first part.
        fetch: async (request) => {
          const response = await fetch(request);
          if (request.headers.has("range")) return response;
          return new Response(brokenAfter(FILE.subarray(0, 100_000)), { headers: response.headers });
        },
      }),
    );
    assert.equal((await errorOf(reading)).code, "bad_response");
  });

  test("is given up once nothing comes any more", async () => {
    inParts(0);
    const error = await errorOf(bytesOf(await download(url, { maxRetries: 1 })));
    assert.equal(error.code, "network");
    assert.equal(seen.length, 3);
  });
});

describe("an answer that is not the whole video", () => {
  /** The error of a download that is answered so, whose connection must have been ended. */
  async function refusal(body, init) {
    let sent = 0;
    let signal;
    const answering = async (request) => {
      sent++;
      ({ signal } = request);
      return new Response(body, init);
    };
    const error = await errorOf(download(url, { fetch: answering }));
    assert.deepEqual([error.code, error.retryable, sent, signal.aborted], ["bad_response", false, 1, true]);
    return error;
  }

  test("is refused where it is a part that was not asked for", async () => {
    for (const range of ["bytes 0-4/11", "bytes 6-10/11", "bytes 0-4/*", "bytes */11", undefined]) {
      const headers = { ETag: '"a"', ...(range && { "Content-Range": range }) };
      const error = await refusal("hello", { status: 206, headers });
      assert.match(error.message, /206.*not asked for.*Range header/);
      assert.equal(error.status, 206);
    }
  });

  test("is taken where it is a part from the first byte to the last, and continued if it breaks", async () => {
    const headers = { "Content-Range": "bytes 0-10/11", ETag: '"a"' };
    const whole = async () => new Response("hello world", { status: 206, headers });
    assert.equal(await (await download(url, { fetch: whole })).text(), "hello world");
    const breaking = async (request) => {
      if (!request.headers.has("range"))
        return new Response(brokenAfter(Buffer.from("hello ")), { status: 206, headers });
      return new Response("world", {
        status: 206,
        headers: { ...headers, "Content-Range": "bytes 6-10/11" },
      });
    };
    assert.equal(await (await download(url, { fetch: breaking })).text(), "hello world");
  });

  test("is refused where it is a web page or JSON", async () => {
    for (const type of ["text/html", "Text/HTML; charset=utf-8", "application/json"]) {
      const error = await refusal("<p>log in</p>", { headers: { "content-type": type } });
      assert.match(error.message, /text\/html|application\/json/);
      assert.match(error.message, /getTask/);
    }
  });

  test("is taken whatever else its type is called", async () => {
    for (const type of [
      "",
      "video/mp4",
      "application/octet-stream",
      "binary/octet-stream",
      "text/plain",
      "?",
    ]) {
      const answering = async () =>
        new Response(Buffer.from("video"), { headers: type ? { "content-type": type } : {} });
      assert.equal(await (await download(url, { fetch: answering })).text(), "video", type);
    }
  });

  test("is refused where it is empty, at once if that can be told", async () => {
    assert.match((await refusal("", { headers: { "content-length": "0" } })).message, /empty/);
    const bodiless = await errorOf(download(url, { fetch: async () => new Response(null) }));
    assert.equal(bodiless.code, "bad_response");
    rules.answer = (request, answer) => {
      seen.push(request.headers);
      answer.flushHeaders();
      answer.end();
    };
    const error = await errorOf(bytesOf(await download(url)));
    assert.deepEqual([error.code, error.retryable, seen.length], ["bad_response", false, 1]);
  });
});

test("a body that ends early without an error is continued, and one that is too long is refused", async () => {
  const body = (bytes, headers) => new Response(bytes, { headers: { ETag: '"a"', ...headers } });
  const short = async (request) =>
    request.headers.has("range")
      ? new Response("world", { status: 206, headers: { "Content-Range": "bytes 6-10/11", ETag: '"a"' } })
      : body("hello ", { "Content-Length": "11" });
  assert.equal(await (await download(url, { fetch: short })).text(), "hello world");
  const long = async () => body("hello world", { "Content-Length": "5" });
  assert.equal((await errorOf((await download(url, { fetch: long })).text())).code, "bad_response");
});

test("a body that was decoded on its way has another length than was announced", async () => {
  const encoded = async () =>
    new Response("decoded", { headers: { "Content-Length": "3", "Content-Encoding": "gzip" } });
  assert.equal(await (await download(url, { fetch: encoded })).text(), "decoded");
});

test("nothing is read before it is asked for", async () => {
  let pulled = 0;
  const endless = async () =>
    new Response(
      new ReadableStream(
        { pull: (controller) => controller.enqueue(new Uint8Array(++pulled && 1024)) },
        { highWaterMark: 0 },
      ),
    );
  const { body } = await download(url, { fetch: endless });
  const reader = body.getReader();
  for (let read = 0; read < 3; read++) await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(pulled, 3);
  await reader.cancel();
});

test("a body that is no longer wanted ends the connection, and so does an abort, with its reason", async () => {
  const sources = [];
  const never = async () => {
    const source = { pull: () => new Promise(() => {}), cancel: (reason) => sources.push(reason) };
    return new Response(new ReadableStream(source));
  };
  await (await download(url, { fetch: never })).body.cancel("enough");
  const controller = new AbortController();
  const reading = (await download(url, { fetch: never, signal: controller.signal })).text();
  setTimeout(() => controller.abort("too late"), 10);
  await assert.rejects(reading, (reason) => reason === "too late");
  assert.deepEqual(sources, ["enough", "too late"]);
});

describe("a body that is no longer wanted", () => {
  const headers = { "Content-Length": "11", ETag: '"a"' };
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  /** A download whose first connection breaks; `further` answers the requests after it. */
  async function cancelled(further, when, given) {
    const requests = [];
    const retries = [];
    const answering = async (request) => {
      requests.push(request);
      return requests.length === 1
        ? new Response(brokenAfter(Buffer.from("hello ")), { headers })
        : further(request);
    };
    const options = { fetch: answering, onRetry: ({ attempt }) => retries.push(attempt), ...given };
    const reader = (await download(url, options)).body.getReader();
    await reader.read();
    const reading = reader.read();
    while (!when(requests, retries)) await pause(1);
    await reader.cancel("enough");
    assert.equal((await reading).done, true);
    const [sent, told] = [requests.length, retries.length];
    await pause(1_500);
    assert.deepEqual([requests.length, retries.length], [sent, told]);
    return requests;
  }

  test("ends the request for the rest that is under way, and no other follows", async () => {
    for (const signal of [undefined, new AbortController().signal]) {
      const never = ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      const when = (requests) => requests.length === 2;
      const requests = await cancelled(never, when, { requestTimeout: 200, signal });
      assert.equal(requests[1].signal.reason, "enough");
      assert.equal(signal?.aborted ?? false, false);
    }
  });

  test("ends the pause before the next connection", async () => {
    const failing = () => new Response("", { status: 503 });
    await cancelled(failing, (requests, retries) => retries.length === 2);
  });

  test("lets the process end", async () => {
    const script = `
      import { download } from "./npm/node.js";
      const fetch = async ({ headers }) => {
        if (headers.has("range")) return new Promise(() => {});
        let sent = 0;
        const pull = (controller) => (sent++ ? controller.error(new Error()) : controller.enqueue(new Uint8Array(6)));
        return new Response(new ReadableStream({ pull }), { headers: { "Content-Length": "11", ETag: '"a"' } });
      };
      const reader = (await download("https://a.example/v.mp4", { fetch })).body.getReader();
      await reader.read();
      void reader.read();
      setTimeout(() => reader.cancel(), 50);`;
    const cwd = new URL("../../", import.meta.url);
    // A request that hangs ends by requestTimeout, after 30 s.
    const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd,
      timeout: 15_000,
      encoding: "utf8",
    });
    assert.deepEqual([status, stderr], [0, ""]);
  });
});

test("a listener that is no function is refused before anything is sent", async () => {
  const error = await errorOf(download(url, { onProgress: 1 }));
  assert.deepEqual([error.code, error.issues[0].path, seen.length], ["invalid_input", "onProgress", 0]);
});

test("a stand-in for a body that cannot be cancelled ends in the package's own error", async () => {
  const headers = new Headers({ "content-type": "video/mp4" });
  const body = { getReader: () => ({ read: () => Promise.reject(new TypeError("terminated")) }) };
  const fetch = () => ({ ok: true, status: 200, headers, body });
  const response = await download(url, { fetch, maxRetries: 0 });
  assert.equal((await errorOf(response.arrayBuffer())).code, "network");
});

test("a download can be aborted where signals cannot be joined", async (t) => {
  const { any } = AbortSignal;
  t.after(() => void (AbortSignal.any = any));
  delete AbortSignal.any;
  const controller = new AbortController();
  const fetch = ({ signal }) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const downloading = download(url, { fetch, signal: controller.signal });
  setTimeout(() => controller.abort("too late"), 10);
  await assert.rejects(downloading, (reason) => reason === "too late");
});
