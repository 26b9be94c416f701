// Pages in a real browser that run whole tasks through the Worker: the demo, whose server holds the token, and a page
// on an allowed origin that calls the Worker itself, with preflights and all.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { serve } from "act-one/sandbox/node";
import { serveDemo } from "../../www/server.js";
import { serveEdge } from "../../worker/dev.js";
import { openBrowser } from "../demo/browser.js";
import { ACCESS_TOKEN, input, SERVICE_KEY, startEdge } from "./edge.js";

/** @type {Awaited<ReturnType<typeof openBrowser>>} */
let browser;
before(async () => {
  browser = await openBrowser("chromium");
});
after(() => browser.close());

test("the demo page runs a task through the Worker and plays the Worker's own copy", async (context) => {
  const sandbox = await serve({ speed: 40 });
  const edge = await serveEdge({ sandboxUrl: sandbox.url });
  const demo = await serveDemo({ port: 0, apiKey: edge.token, serviceUrl: edge.url, kind: "worker" });
  const page = await browser.openPage();
  context.after(async () => {
    await page.close();
    await Promise.all([demo.close(), edge.close(), sandbox.close()]);
  });
  await page.goto(demo.url);
  await page.until(() => document.querySelector("#status")?.textContent === "Ready");
  await page.click("#video-samples button");
  await page.click("#image-samples button");
  await page.until(() => /360.*360/s.test(document.querySelector(".sources")?.textContent ?? ""));
  await page.click("#run");
  await page.until(() => {
    const player = /** @type {HTMLVideoElement} */ (document.querySelector("#result"));
    return player.checkVisibility() && !player.paused && player.currentTime > 0;
  });
  const source = await page.read(
    () => /** @type {HTMLVideoElement} */ (document.querySelector("#result")).currentSrc,
  );
  assert.ok(source.startsWith(`${edge.url}/outputs/`), source);
  assert.deepEqual(page.problems, []);
  assert.equal(sandbox.sandbox.counts.accepted, 1);
});

test("the demo page's create whose answer is cut off is repeated by its key: one task, and its video plays", async (context) => {
  const sandbox = await serve({ speed: 40 });
  const edge = await serveEdge({ sandboxUrl: sandbox.url });
  let creates = 0;
  const cutting = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const headers = /** @type {Record<string, string>} */ (request.headers);
    const { host: _, "content-length": __, connection: ___, ...passed } = headers;
    const answer = await fetch(`${edge.url}${request.url}`, { method: "POST", headers: passed, body });
    const text = await answer.text();
    if (request.url?.endsWith("/act_one") && ++creates === 1) return void request.socket.destroy();
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(text);
  });
  await new Promise((resolve) => cutting.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (cutting.address());
  const serviceUrl = `http://127.0.0.1:${port}`;
  const demo = await serveDemo({ port: 0, apiKey: edge.token, serviceUrl, kind: "worker" });
  const page = await browser.openPage();
  context.after(async () => {
    await page.close();
    cutting.close();
    await Promise.all([demo.close(), edge.close(), sandbox.close()]);
  });
  await page.goto(demo.url);
  await page.until(() => document.querySelector("#status")?.textContent === "Ready");
  await page.click("#video-samples button");
  await page.click("#image-samples button");
  await page.until(() => /360.*360/s.test(document.querySelector(".sources")?.textContent ?? ""));
  await page.click("#run");
  await page.until(() => {
    const player = /** @type {HTMLVideoElement} */ (document.querySelector("#result"));
    return player.checkVisibility() && player.currentTime > 0;
  });
  assert.deepEqual([creates, sandbox.sandbox.counts.creates], [2, 1]);
});

test("a page of an allowed origin sets baseUrl and its token, and needs no key; another page is kept out", async (context) => {
  const [allowed, other] = await Promise.all([serveDemo({ port: 0 }), serveDemo({ port: 0 })]);
  const edge = await startEdge({ bindings: { ALLOWED_ORIGINS: allowed.url } });
  const page = await browser.openPage();
  context.after(async () => {
    await page.close();
    await Promise.all([allowed.close(), other.close(), edge.close()]);
  });
  const runInPage = () =>
    page.read(
      async (baseUrl, token, input) => {
        const entry = "/act-one/npm/browser.js";
        const { run } = await import(entry);
        const headers = { Authorization: `Bearer ${token}`, "Idempotency-Key": crypto.randomUUID() };
        const options = { baseUrl, headers, runwayVersion: "2024-11-06", pollInterval: 200 };
        return run(input, options).then(
          (/** @type {any} */ task) => task.status,
          (/** @type {any} */ error) => error.code,
        );
      },
      edge.url,
      ACCESS_TOKEN,
      input,
    );

  await page.goto(allowed.url);
  assert.equal(await runInPage(), "succeeded");
  await page.goto(other.url);
  assert.equal(await runInPage(), "network");
  assert.equal(edge.service.counts.creates, 1);
  assert.ok(!edge.logLines.some((line) => line.includes(SERVICE_KEY)));
});
