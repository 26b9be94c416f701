// Uploads in a page, where `fetch` does not tell how much has gone, and `XMLHttpRequest` does.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { openBrowser } from "../demo/browser.js";

const BYTES = 20_000_000;
const STORED = { url: "https://files.example/a.mp4", expires_at: 1_800_000_000 };

const SCRIPT = `
import * as actOne from "./npm/inline.js";
globalThis.actOne = actOne;
`;

let browser;
let server;
let page;
/** The uploads that came: their headers, how many bytes, and whether they are whole. */
let uploads = [];
let answer;
/** Goes on reading a request. */
let pace;
/** Called when a request has ended, whole or not. */
let ended;

before(async () => {
  const resolveDir = fileURLToPath(new URL("../..", import.meta.url));
  const stdin = { contents: SCRIPT, resolveDir };
  const { outputFiles } = await build({ stdin, bundle: true, format: "iife", write: false });
  server = createServer((request, reply) => {
    if (request.url === "/act-one.js") return reply.end(outputFiles[0].contents);
    reply.setHeader("content-type", "text/html");
    if (request.method === "GET") return reply.end("<!doctype html><script src=/act-one.js></script>");
    const upload = { headers: request.headers, bytes: 0, isWhole: false };
    uploads.push(upload);
    request.on("data", (chunk) => {
      upload.bytes += chunk.length;
      // Slowly, so that there is a progress to see.
      request.pause();
      pace(request);
    });
    request.on("close", () => {
      upload.isWhole = request.complete;
      ended();
    });
    request.on("end", () => answer(reply));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await openBrowser("chromium");
  page = await browser.openPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
});

beforeEach(() => {
  uploads = [];
  ended = () => {};
  pace = (request) => setTimeout(() => request.resume(), 2);
  answer = (reply) => reply.setHeader("content-type", "application/json").end(JSON.stringify(STORED));
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

test("the progress is told while the file is on its way", async () => {
  const { told, found } = await page.read(async (bytes) => {
    const told = [];
    const file = new File([new Uint8Array(bytes)], "Auftritt ä.mp4", { type: "video/mp4" });
    const onProgress = (progress) => told.push(progress);
    const found = await globalThis.actOne.upload(file, { baseUrl: "/", onProgress });
    return { told, found };
  }, BYTES);
  assert.deepEqual(found, { url: STORED.url, expiresAt: 1_800_000_000_000 });
  assert.deepEqual(told[0], { bytes: 0, total: BYTES, file: null });
  assert.deepEqual(told.at(-1), { bytes: BYTES, total: BYTES, file: null });
  assert.ok(told.length > 2, "in between too");
  assert.ok(told.every(({ bytes }, index) => index === 0 || bytes > told[index - 1].bytes));
  const [{ headers, bytes, isWhole }] = uploads;
  assert.deepEqual([bytes, isWhole, headers["content-type"]], [BYTES, true, "video/mp4"]);
  assert.equal(decodeURIComponent(headers["act-one-filename"]), "Auftritt ä.mp4");
});

test("an abort ends the request, and the call with the signal's own reason", async () => {
  const closed = new Promise((resolve) => (ended = resolve));
  // More than any buffer takes stays in the page until then.
  let goOn;
  pace = (request) => (goOn = () => request.resume());
  const reason = await page.read(async (bytes) => {
    const controller = new AbortController();
    const onProgress = ({ bytes }) => bytes > 0 && controller.abort("enough");
    const options = { baseUrl: "/", signal: controller.signal, onProgress };
    return globalThis.actOne.upload(new Uint8Array(bytes), options).catch((thrown) => thrown);
  }, BYTES);
  assert.equal(reason, "enough");
  pace = (request) => request.resume();
  goOn();
  await closed;
  assert.deepEqual([uploads.length, uploads[0].isWhole], [1, false]);
});

test("a refusal is told in the server's words, with a key and without", async () => {
  answer = (reply) => {
    reply.writeHead(413, { "content-type": "application/json" });
    reply.end(JSON.stringify({ error: { message: "larger than 5 bytes" } }));
  };
  for (const apiKey of [undefined, "sk-own-secret"]) {
    const [code, status, message] = await page.read(async (apiKey) => {
      const error = await globalThis.actOne
        .upload(new Blob(["video"]), { baseUrl: "/", apiKey })
        .catch((e) => e);
      return [error.code, error.status, error.message];
    }, apiKey);
    assert.deepEqual([code, status], ["rejected", 413]);
    assert.match(message, /larger than 5 bytes/);
  }
  assert.equal(uploads[1].headers.authorization, "Bearer sk-own-secret");
});

test("a redirect is not taken for the answer", async () => {
  const moved = { "content-type": "application/json", location: "/elsewhere" };
  for (const status of [302, 307]) {
    answer = (reply) => {
      answer = (reply) => reply.end(JSON.stringify(STORED));
      reply.writeHead(status, moved).end();
    };
    const code = await page.read(() =>
      globalThis.actOne.upload(new Blob(["video"]), { baseUrl: "/" }).catch((error) => error.code),
    );
    assert.equal(code, "bad_response");
  }
});
