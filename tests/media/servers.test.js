// Servers of every manner: those that know no ranges, send byte by byte, break, stall, or are not there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { checkMedia } from "../../npm/media/node.js";
import { fileOf, inTinyChunks, serve, sparse, withRanges, withoutRanges } from "./server.js";
import { bytesOf } from "./truth.js";

const film = bytesOf("film.mp4");
const indexLast = bytesOf("index-last.mp4");

/** @type {Awaited<ReturnType<typeof serve>>} */
let server;
before(async () => void (server = await serve()));
after(() => server.close());

/** @param {string} url @param {object} [options] */
const check = async (url, options) => (await checkMedia({ video: url }, options)).video;

/** @param {{ problems: { code: string, message: string }[] }} report */
const only = ({ problems }) => {
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0];
};

/** The film with its index last, behind so many bytes. @param {number} bytes */
function withIndexAfter(bytes) {
  const index = Buffer.from(indexLast).lastIndexOf("moov") - 4;
  const skipped = Buffer.alloc(8);
  skipped.writeUInt32BE(bytes, 0);
  skipped.write("free", 4);
  const head = Buffer.concat([indexLast.subarray(0, index), skipped]);
  return sparse(head, bytes + indexLast.length, indexLast.subarray(index));
}

test("a server that knows no ranges is read up to what is needed", async () => {
  assert.equal((await check(server.put(fileOf(film), withoutRanges))).width, 320);
  const report = await check(server.put(withIndexAfter(1_000_000), withoutRanges));
  assert.deepEqual([report.width, report.problems], [320, []]);
  // The second one asks whether it knows them after all.
  assert.equal(server.counts.requests, 2);
});

test("a cache that sends the whole file first, and parts of it later, is asked for parts", async () => {
  let answers = 0;
  const file = withIndexAfter(50_000_000);
  const url = server.put(file, (...all) => ((answers += 1) === 1 ? withoutRanges : withRanges)(...all));
  assert.equal((await check(url)).width, 320);
});

test("a server that knows no ranges is not read through to an index far in", async () => {
  const { code, message } = only(await check(server.put(withIndexAfter(50_000_000), withoutRanges)));
  assert.equal(code, "unreadable");
  assert.match(message, /knows no ranges, and what says its size lies 50 MB into it/);
});

test("an endless answer is read up to a bound, and then ended", async () => {
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 100_000;
      const free = Buffer.alloc(100_000);
      free.writeUInt32BE(100_000, 0);
      free.write(sent === 100_000 ? "ftypisom" : "free", 4);
      controller.enqueue(free);
    },
    cancel: () => void (isCancelled = true),
  });
  const { code } = only(
    await check("https://media.example/a.mp4", { fetch: async () => new Response(endless) }),
  );
  assert.equal(code, "unreadable");
  assert.ok(sent <= 2_300_000, `${sent} bytes`);
  assert.ok(isCancelled);
});

test("an answer of endlessly many empty chunks is given up on", async () => {
  const empty = () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(0)) });
  const options = { fetch: async () => new Response(empty()), maxRetries: 0 };
  const { code, message } = only(await check("https://media.example/a.mp4", options));
  assert.equal(code, "unreachable");
  assert.match(message, /pieces too small to be read/);
});

test("a first chunk of one byte is enough to go on with", async () => {
  const report = await check(server.put(fileOf(film), inTinyChunks));
  assert.deepEqual([report.width, report.bytes, report.problems], [320, film.length, []]);
});

test("a server that sends more than was asked for, or from earlier on, is read all the same", async () => {
  const file = withIndexAfter(500_000);
  const url = server.put(file, (request, response) => {
    const [, from] = request.headers.range.match(/(\d+)-/);
    const start = Math.max(0, Number(from) - 1_000);
    response.writeHead(206, { "Content-Range": `bytes ${start}-${file.length - 1}/${file.length}` });
    response.end(file.read(start, file.length));
  });
  assert.equal((await check(url)).width, 320);
});

test("a connection that breaks is made anew, and each retry is told", async () => {
  let breaks = 3;
  const url = server.put(fileOf(film), (request, response, file) => {
    if (breaks-- <= 0) return withRanges(request, response, file);
    response.writeHead(206, { "Content-Range": `bytes 0-65535/${file.length}`, "Content-Length": 65_536 });
    response.write(file.read(0, 500), () => response.destroy());
  });
  const told = [];
  const report = await check(url, { onRetry: ({ attempt, error }) => told.push([attempt, error.code]) });
  assert.equal(report.width, 320);
  assert.deepEqual(
    told,
    [1, 2, 3].map((attempt) => [attempt, "network"]),
  );
});

test("a server that dies is unreachable, and a status that may pass is retried", async () => {
  const dying = server.put(fileOf(film), (_, response) => response.destroy());
  const { code, message } = only(await check(dying, { maxRetries: 1 }));
  assert.equal(code, "unreachable");
  assert.match(message, /^The video gave no answer \(.+\)\. Check that the URL is public/);
  assert.equal(server.counts.requests, 2);

  let refusals = 2;
  const busy = server.put(fileOf(film), (...all) => {
    if (refusals-- > 0) return void all[1].writeHead(503).end();
    withRanges(...all);
  });
  assert.equal((await check(busy)).width, 320);
});

test("a status that will not pass is unreachable at once, and named", async () => {
  const { code, message } = only(await check(server.missing));
  assert.equal(code, "unreachable");
  assert.match(message, /^The video could not be fetched: its URL answered HTTP 404\./);
});

test("a server that never answers is given up on after requestTimeout", async () => {
  const silent = server.put(fileOf(film), () => {});
  const { code, message } = only(await check(silent, { requestTimeout: 20, maxRetries: 0 }));
  assert.equal(code, "unreachable");
  assert.match(message, /gave no answer within 20 ms/);
});

test("a fetch that throws, gives nothing or gives something else is unreachable", async () => {
  const throws = () => {
    throw null;
  };
  for (const fetch of [throws, async () => {}, async () => ({}), async () => 5]) {
    assert.equal(
      only(await check("https://media.example/a.mp4", { fetch, maxRetries: 0 })).code,
      "unreachable",
    );
  }
});

test("neither keys nor headers are sent to where the files are", async () => {
  let seen;
  const url = server.put(fileOf(film), (request, ...rest) => {
    seen = request.headers;
    withRanges(request, ...rest);
  });
  await check(url, { apiKey: "sk-secret", accessToken: "at-secret", headers: { "X-Secret": "hs-secret" } });
  assert.ok(!JSON.stringify(seen).includes("secret"), JSON.stringify(seen));
});

test("an abort rejects with the signal's own reason: before, during a request, and during a pause", async () => {
  const reason = { why: "closed" };
  const silent = server.put(fileOf(film), () => {});
  await assert.rejects(check(silent, { signal: AbortSignal.abort(reason) }), (thrown) => thrown === reason);
  assert.equal(server.counts.requests, 0);

  const aborter = new AbortController();
  const url = server.put(fileOf(film), () => aborter.abort(reason));
  await assert.rejects(check(url, { signal: aborter.signal }), (thrown) => thrown === reason);

  const later = new AbortController();
  const failing = server.put(fileOf(film), (_, response) => response.destroy());
  const options = { signal: later.signal, onRetry: () => queueMicrotask(() => later.abort(reason)) };
  await assert.rejects(check(failing, options), (thrown) => thrown === reason);
  assert.equal(server.counts.requests, 1);
});

test("a server that sends shorter parts than it is asked for is asked for the rest", async () => {
  const inShortParts = async (/** @type {Request} */ request) => {
    const [, from, to] = request.headers.get("range")?.match(/(\d+)-(\d+)/) ?? [];
    const end = Math.min(Number(from) + 1_000, Number(to) + 1, film.length);
    const headers = { "Content-Range": `bytes ${from}-${end - 1}/${film.length}` };
    return new Response(film.subarray(Number(from), end), { status: 206, headers });
  };
  const report = await check("https://a.example/film.mp4", { fetch: inShortParts });
  assert.deepEqual([report.width, report.bytes, report.problems], [320, film.length, []]);
});

test("an answer that brings no file proves nothing of it", async () => {
  for (const answer of [
    () => new Response(null, { status: 416 }),
    () => new Response(null, { status: 416, headers: { "content-range": `bytes */${film.length}` } }),
    () => new Response(null, { status: 204 }),
    () => Response.json({ state: "processing" }, { status: 202 }),
    () => new Response(null, { status: 206, headers: { "content-range": "bytes 0-99/5603" } }),
  ]) {
    const report = await check("https://a.example/film.mp4", { fetch: async () => answer(), maxRetries: 0 });
    assert.equal(only(report).code, "unreachable");
  }
  const empty = async () => new Response(null, { status: 416, headers: { "content-range": "bytes */0" } });
  assert.equal(only(await check("https://a.example/film.mp4", { fetch: empty })).code, "empty");
});

test("a body that throws as it is ended is nobody's trouble", async () => {
  const fetch = async () => {
    const response = new Response(film);
    Object.defineProperty(response, "body", {
      value: {
        getReader: () => ({ read: async () => ({ done: false, value: film }), cancel: () => assert.fail() }),
      },
    });
    return response;
  };
  assert.equal((await check("https://a.example/film.mp4", { fetch })).width, 320);
});

/** @type {[string, import("./server.js").Manner][]} */
const REFUSING_RANGES = [
  ["416", (_, response) => response.writeHead(416).end()],
  ["416 with the length", (_, response) => response.writeHead(416, { "Content-Range": "bytes */9" }).end()],
  ["501", (_, response) => response.writeHead(501).end()],
];
for (const [name, refuse] of REFUSING_RANGES) {
  test(`a server that answers requests for ranges with ${name} is asked for the whole file`, async () => {
    const url = server.put(fileOf(film), (...all) => (all[0].headers.range ? refuse : withoutRanges)(...all));
    const report = await check(url, { maxRetries: 0 });
    assert.deepEqual([report.width, report.bytes, report.problems], [320, film.length, []]);
    assert.equal(server.counts.requests, 2);
  });
}

test("a server that refuses the whole file too is asked once for each, and its answer named", async () => {
  const url = server.put(fileOf(film), (_, response) => response.writeHead(501).end());
  const { code, message } = only(await check(url));
  assert.equal(code, "unreachable");
  assert.match(message, /its URL answered HTTP 501/);
  assert.equal(server.counts.requests, 2);
});

test("a server that refuses ranges is not asked for one again, for a later part or after a broken connection", async () => {
  let isBroken = false;
  const ranges = [];
  const url = server.put(withIndexAfter(1_000_000), (request, response, file) => {
    ranges.push(request.headers.range !== undefined);
    if (request.headers.range) return void response.writeHead(416).end();
    if (isBroken) return withoutRanges(request, response, file);
    isBroken = true;
    response.writeHead(200, { "Content-Length": file.length });
    response.write(file.read(0, 5_000), () => response.destroy());
  });
  assert.equal((await check(url)).width, 320);
  assert.deepEqual(ranges, [true, false, false]);
});

test("of a packed file that is sent in parts, no length is believed: it is asked for as a whole", async () => {
  const packed = gzipSync(indexLast);
  const url = server.put(fileOf(indexLast), (request, response) => {
    const [, from, to] = request.headers.range?.match(/(\d+)-(\d+)/) ?? [];
    const part = packed.subarray(Number(from ?? 0), Number(to ?? Infinity) + 1);
    const range = { "Content-Range": `bytes ${from}-${Number(from) + part.length - 1}/${packed.length}` };
    response.writeHead(from ? 206 : 200, { "Content-Encoding": "gzip", ...(from && range) });
    response.end(part);
  });
  const report = await check(url);
  assert.deepEqual([report.width, report.problems], [320, []]);
  assert.notEqual(report.bytes, packed.length);
  assert.equal(server.counts.requests, 2);
});

test("a packed file that comes in parts only is unreachable, not broken", async () => {
  const packed = gzipSync(indexLast);
  const headers = {
    "content-encoding": "gzip",
    "content-range": `bytes 0-${packed.length - 1}/${packed.length}`,
  };
  const fetch = async () => new Response(indexLast.subarray(0, 500), { status: 206, headers });
  const report = await check("https://a.example/film.mp4", { fetch, maxRetries: 0 });
  assert.deepEqual([only(report).code, report.bytes], ["unreachable", null]);
});

test("parts that a store has only labelled as uploaded in chunks are read as parts", async () => {
  const fetch = async (/** @type {Request} */ request) => {
    const [, from, to] = request.headers.get("range").match(/(\d+)-(\d+)/);
    const headers = {
      "content-encoding": "aws-chunked",
      "content-range": `bytes ${from}-${Math.min(Number(to), film.length - 1)}/${film.length}`,
    };
    return new Response(film.subarray(Number(from), Number(to) + 1), { status: 206, headers });
  };
  const report = await check("https://a.example/film.mp4", { fetch });
  assert.deepEqual([report.width, report.bytes], [320, film.length]);
});

test("status 203, by which a proxy tells of itself, counts like 200", async () => {
  const report = await check("https://a.example/film.mp4", {
    fetch: async () => new Response(film, { status: 203 }),
  });
  assert.deepEqual([report.width, report.problems], [320, []]);
});

test("a URL with a password is refused at once, without repeating it", async () => {
  for (const url of ["https://user:hunter2@a.example/a.mp4", "https://hunter2@a.example/a.mp4"]) {
    const fails = () => assert.fail("it was asked");
    const { code, message } = only(await check(url, { fetch: fails, onRetry: fails }));
    assert.equal(code, "unreachable");
    assert.match(message, /^The video cannot be fetched: its URL has a user name or password in it/);
    assert.doesNotMatch(message, /hunter2/);
  }
});

test("whatever else keeps a request from being made is told at once", async (t) => {
  const { Request } = globalThis;
  t.after(() => (globalThis.Request = Request));
  globalThis.Request = /** @type {any} */ (
    class {
      constructor() {
        throw new TypeError("no more of them");
      }
    }
  );
  const fails = () => assert.fail("it was retried");
  const { code, message } = only(await check("https://a.example/a.mp4", { onRetry: fails }));
  assert.equal(code, "unreachable");
  assert.equal(message, "The video cannot be fetched: no request can be made of its URL (no more of them).");
});
