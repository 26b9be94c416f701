// `act-one/media` in a page: by Chromium's own decoders where they can, and by the Wasm where they cannot, in web workers
// too.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { openBrowser } from "../demo/browser.js";
import { fileOf, serve, withoutRanges, withRanges } from "./server.js";
import { bytesOf, truths } from "./truth.js";

const root = new URL("../../", import.meta.url);

const PAGE = `<!doctype html><title>media</title><link rel="icon" href="data:,">
<script type="module">
  import { checkMedia } from "/npm/media/browser.js";
  const blobOf = async (name) => new Blob([await (await fetch("/tests/media/files/" + name)).arrayBuffer()]);
  window.check = async (media) => {
    const [[kind, source]] = Object.entries(media);
    return (await checkMedia({ [kind]: source.url ?? (await blobOf(source.name)) }))[kind];
  };
  const worker = new Worker("/worker.js", { type: "module" });
  window.checkInWorker = (media) =>
    new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage(media);
    });
</script>`;

const WORKER = `import { checkMedia } from "/npm/media/browser.js";
onmessage = async ({ data }) => {
  try {
    postMessage(await checkMedia(data));
  } catch (error) {
    postMessage(String(error));
  }
};`;

const TYPES = { js: "text/javascript", wasm: "application/wasm" };

let site;
let origin;
/** The paths that the page has asked for. */
let asked = [];
/** @type {Awaited<ReturnType<typeof serve>>} */
let elsewhere;
/** @type {Awaited<ReturnType<typeof openBrowser>>} */
let browser;
/** @type {import("../demo/browser.js").BrowserPage} */
let page;

before(async () => {
  site = createServer((request, response) => {
    const path = new URL(request.url, "http://site").pathname;
    asked.push(path);
    if (path === "/") return void response.setHeader("Content-Type", "text/html").end(PAGE);
    if (path === "/worker.js") return void response.setHeader("Content-Type", TYPES.js).end(WORKER);
    const bytes = readFileSync(new URL(`.${path}`, root));
    const type = TYPES[path.split(".").at(-1)];
    if (type) response.setHeader("Content-Type", type);
    withWeakTag(request, response, fileOf(bytes));
  });
  await new Promise((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${site.address().port}`;
  elsewhere = await serve();
  browser = await openBrowser("chromium");
  page = await browser.openPage();
  await page.goto(`${origin}/`);
  await page.until(() => "check" in window);
});

after(async () => {
  await browser?.close();
  site.close();
  site.closeAllConnections();
  elsewhere.close();
});

/** As dev servers do: by a weak tag no part may be joined to another (RFC 9110, section 13.1.5). @type {import("./server.js").Manner} */
function withWeakTag(request, response, file) {
  const tag = `W/"${file.length}"`;
  response.setHeader("ETag", tag).setHeader("Cache-Control", "no-cache");
  response.setHeader("Last-Modified", "Tue, 01 Dec 2026 00:00:00 GMT");
  if (request.headers["if-none-match"] === tag) return void response.writeHead(304).end();
  (request.headers["if-range"] ? withoutRanges : withRanges)(request, response, file);
}

/** @param {object} media */
const check = (media) => page.read((media) => /** @type {any} */ (window).check(media), media);

/** Media of another origin, which allows pages to read it or not. @param {string} name @param {boolean} [isAllowed] */
const foreign = (name, isAllowed = false) =>
  elsewhere.put(fileOf(bytesOf(name)), (request, response, file) => {
    if (isAllowed) response.setHeader("Access-Control-Allow-Origin", "*");
    if (isAllowed) response.setHeader("Access-Control-Expose-Headers", "Content-Range");
    withRanges(request, response, file);
  });

const wasLoaded = () => asked.includes("/npm/wasm/media_bg.wasm");

test("a film and a picture of another origin are told by the browser's own decoders, and no Wasm is loaded", async () => {
  const video = await check({ video: { url: foreign("film.mp4") } });
  assert.deepEqual(video, {
    format: null,
    width: 320,
    height: 180,
    aspectRatio: 320 / 180,
    duration: 2,
    bytes: null,
    problems: [],
  });
  const image = await check({ image: { url: foreign("turned.jpg") } });
  assert.deepEqual([image.width, image.height, image.bytes, image.duration], [180, 320, null, null]);
  assert.deepEqual(image.problems[0].crop, { x: 0, y: 108, width: 180, height: 102 });
  const mistaken = await check({ video: { url: foreign("photo.jpg") } });
  assert.equal(mistaken.problems[0].code, "not_a_video");
  assert.ok(!wasLoaded());
});

test("a file of the page's own origin has its format and length too", async () => {
  const { format, bytes, width } = await check({ video: { url: `${origin}/tests/media/files/film.webm` } });
  assert.deepEqual([format, bytes, width], ["webm", truths["film.webm"].bytes, 320]);
  assert.ok(!wasLoaded());
});

test("a picture that was checked is shown whole afterwards", async () => {
  const url = `${origin}/www/samples/portrait.jpg`;
  assert.equal((await check({ image: { url } })).format, "jpeg");
  const isWhole = await page.read(async (url) => {
    const image = Object.assign(new Image(), { src: url });
    await image.decode();
    const { width, height } = image;
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (
      new OffscreenCanvas(width, height).getContext("2d")
    );
    context.drawImage(image, 0, 0);
    return context.getImageData(width - 1, height - 1, 1, 1).data[3] === 255;
  }, url);
  assert.ok(isWhole);
});

/** Chromium heeds neither the clean aperture of a film nor what a PNG says behind its pixels, and its word counts. */
const SHOWN_OTHERWISE = { "cropped.mp4": [320, 180], "turned-behind-pixels.png": [320, 180] };

for (const [name, truth] of Object.entries(truths)) {
  const field = truth.kind === "image" ? "image" : "video";
  test(`${name}, as a Blob, is as ${truth.tool} says`, async () => {
    const report = await check({ [field]: { name } });
    const size = SHOWN_OTHERWISE[name] ?? [truth.width, truth.height];
    assert.deepEqual([report.width, report.height, report.bytes], [...size, truth.bytes]);
    assert.ok(Math.abs((report.duration ?? 0) - (truth.duration ?? 0)) < 0.06, `${report.duration} s`);
    assert.equal(report.format, truth.format);
  });
}

test("what Chromium cannot decode was read by the Wasm", () => assert.ok(wasLoaded()));

test("what it cannot decode is read where CORS allows, else it is unreadable", async () => {
  const allowed = await check({ image: { url: foreign("turned.heic", true) } });
  assert.deepEqual([allowed.width, allowed.height, allowed.format], [180, 320, "heic"]);
  const hidden = await check({ image: { url: foreign("turned.heic") } });
  assert.equal(hidden.problems[0].code, "unreadable");
  assert.match(hidden.problems[0].message, /\(CORS\)/);
});

test("what is not there is unreachable", async () => {
  const gone = await check({ video: { url: `${origin.replace(/\d+$/, "9")}/film.mp4` } });
  assert.equal(gone.problems[0].code, "unreachable");
});

test("in a web worker the Wasm reads", async () => {
  const url = foreign("stretched.mp4", true);
  const { video, image } = await page.read((media) => /** @type {any} */ (window).checkInWorker(media), {
    video: url,
    image: `${origin}/tests/media/files/turned.avif`,
  });
  assert.deepEqual([video.width, video.height, video.format], [320, 180, "mp4"]);
  assert.deepEqual([image.width, image.height, image.format], [180, 320, "avif"]);
});
