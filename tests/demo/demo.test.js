// The demo page in a real browser, against its own server and the sandbox: what a person sees and does, from Run to
// the finished video, and every way in which it can go wrong. The sandbox's clock is in the test's hand, so nothing
// here waits for a task or depends on how fast the machine is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { transform } from "esbuild";
import { createFile, MP4BoxBuffer } from "mp4box";
import { createClock } from "../../sandbox/index.js";
import { serve as serveSandbox } from "../../sandbox/node.js";
import { serveDemo } from "../../www/server.js";
import { openBrowser } from "./browser.js";

/** Past the end of any task, at any of the sandbox's paces. */
const WHOLE_TASK_MS = 200_000;
/** Into the running part of a task at the sandbox's default pace in the demo, where it takes some ten seconds. */
const HALF_TASK_MS = 6_000;

/** @type {Awaited<ReturnType<typeof openBrowser>>} */
let browser;
before(async () => {
  browser = await openBrowser(
    /** @type {import("../browsers.js").BrowserName} */ (process.env.DEMO_BROWSER ?? "chromium"),
  );
});
after(() => browser?.close());

/**
 * Opens the demo on a server of its own. At the end of the test the page must have had nothing to complain about.
 *
 * @param {import("node:test").TestContext} t
 * @param {{ size?: { width: number, height: number }, server?: import("../../www/server.js").DemoOptions }} [options]
 */
async function openDemo(t, { size, server } = {}) {
  const clock = createClock(Date.now());
  const demo = await serveDemo({ port: 0, sandboxOptions: { clock }, ...server });
  const page = await browser.openPage(size);
  t.after(async () => {
    // In this order: a page that still loads would report the server's end as a problem.
    await page.close();
    await demo.close();
    assert.deepEqual(page.problems, []);
  });
  await page.goto(demo.url);
  await statusIs(page, "Ready");
  return { demo, page, clock };
}

/** @typedef {import("./browser.js").BrowserPage} Page */

/** @param {Page} page @param {string} expected */
async function statusIs(page, expected) {
  await page.until((text) => document.querySelector("#status")?.textContent === text, expected);
}

/** @param {Page} page @param {string} selector */
function textOf(page, selector) {
  return page.read(
    (where) => /** @type {HTMLElement} */ (document.querySelector(where)).innerText.trim(),
    selector,
  );
}

/** @param {Page} page */
function focusedId(page) {
  return page.read(() => document.activeElement?.id ?? "");
}

/** @param {Page} page @returns {Promise<Record<string, string>>} the facts in the error's panel, by name */
async function failureFacts(page) {
  await page.until(() => document.querySelector("#failure")?.checkVisibility());
  return page.read(() =>
    Object.fromEntries(
      [...document.querySelectorAll("#failure-facts dt")].map((name) => [
        name.textContent ?? "",
        name.nextElementSibling?.textContent ?? "",
      ]),
    ),
  );
}

/** Presses Run and takes the task to where it shows progress. @param {Page} page @param {import("act-one/sandbox").ManualClock} clock */
async function runHalfway(page, clock) {
  await page.click("#run");
  await page.until(() => document.querySelector("#detail")?.textContent?.startsWith("Task "));
  clock.advance(HALF_TASK_MS);
  await statusIs(page, "Animating");
}

/** @param {Page} page */
async function videoPlays(page) {
  await page.until(() => {
    const player = /** @type {HTMLVideoElement} */ (document.querySelector("#result"));
    return player.checkVisibility() && !player.paused && player.currentTime > 0;
  });
}

/** @param {string} path from the repository's root @returns {number} seconds, read from the file's own header */
function durationOf(path) {
  const file = createFile();
  let seconds = NaN;
  file.onReady = ({ duration, timescale }) => (seconds = duration / timescale);
  const { buffer, byteOffset, byteLength } = readFileSync(new URL(`../../${path}`, import.meta.url));
  file.appendBuffer(
    MP4BoxBuffer.fromArrayBuffer(
      /** @type {ArrayBuffer} */ (buffer.slice(byteOffset, byteOffset + byteLength)),
      0,
    ),
  );
  file.flush();
  return seconds;
}

test("a run shows its progress and ends in the finished video, playing", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await runHalfway(page, clock);
  await page.until(() => /^[1-9]\d?%$/.test(document.querySelector("#percent")?.textContent ?? ""));
  const shown = await page.read(
    () => /** @type {HTMLProgressElement} */ (document.querySelector("#progress")).value,
  );
  assert.equal(await textOf(page, "#percent"), `${Math.round(shown * 100)}%`);

  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  await videoPlays(page);
  const duration = await page.read(
    () => /** @type {HTMLVideoElement} */ (document.querySelector("#result")).duration,
  );
  const expected = durationOf("www/samples/result.mp4");
  assert.ok(Math.abs(duration - expected) < 0.05, `the player says ${duration} s, the file ${expected} s`);
  assert.equal(demo.sandbox.counts.creates, 1);
});

test("both sources can be seen before anything runs", async (t) => {
  const { page } = await openDemo(t);
  await page.until(
    () => /** @type {HTMLVideoElement} */ (document.querySelector("#video-preview")).videoWidth > 0,
  );
  await page.until(
    () => /** @type {HTMLImageElement} */ (document.querySelector("#image-preview")).naturalWidth > 0,
  );
});

test("a failed task shows the service's reason, and the next run can succeed", async (t) => {
  const { page, clock } = await openDemo(t);
  await page.choose("#rehearsal-outcome", "/fail");
  await runHalfway(page, clock);
  clock.advance(WHOLE_TASK_MS);
  assert.equal((await failureFacts(page)).Code, "task_failed");
  assert.match(await textOf(page, "#failure-message"), /no face detected in the source video/);
  assert.equal(await focusedId(page), "failure");

  await page.choose("#rehearsal-outcome", "");
  await runHalfway(page, clock);
  assert.equal(await page.read(() => document.querySelector("#failure")?.checkVisibility()), false);
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
});

test("bad addresses are explained beside their fields, and nothing is sent", async (t) => {
  const { demo, page } = await openDemo(t);
  await page.fill("#video", "performance.mp4");
  await page.fill("#image", "blob:null/1");
  await page.click("#run");
  assert.equal((await failureFacts(page)).Code, "invalid_input");
  assert.match(await textOf(page, "#video-issue"), /relative/);
  assert.match(await textOf(page, "#image-issue"), /blob:/);
  for (const name of ["video", "image"]) {
    assert.equal(
      await page.read((id) => document.getElementById(id)?.getAttribute("aria-invalid"), name),
      "true",
    );
  }
  assert.equal(await focusedId(page), "video");
  assert.equal(demo.sandbox.counts.creates, 0);

  await page.fill("#video", `${demo.url}/samples/performance.mp4`);
  assert.equal(await page.read(() => document.querySelector("#video")?.getAttribute("aria-invalid")), null);
});

test("a picture that is not 16:9 is refused by the service, in its own words", async (t) => {
  const { demo, page } = await openDemo(t);
  await page.fill("#image", `${demo.url}/samples/square.jpg`);
  await page.click("#run");
  assert.equal((await failureFacts(page)).Code, "rejected");
  assert.match(await textOf(page, "#failure-message"), /16:9/);
  assert.equal(demo.sandbox.counts.accepted, 0);
});

test("a refused key shows the request id that support asks for", async (t) => {
  const { page } = await openDemo(t);
  await page.choose("#rehearsal-outcome", "/unauthorized");
  await page.click("#run");
  const facts = await failureFacts(page);
  assert.equal(facts.Code, "unauthorized");
  assert.equal(facts["HTTP status"], "401");
  assert.match(facts["Request id"], /^[0-9a-z]+$/);
});

test("a create that broke off warns that a paid task may exist", async (t) => {
  const { page } = await openDemo(t);
  await page.choose("#rehearsal-outcome", "/outage");
  await page.click("#run");
  assert.equal((await failureFacts(page)).Code, "server_error");
  assert.match(await textOf(page, "#failure-warning"), /paid task may exist/);
});

test("a cancelled task can be picked up again, without a second create", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await runHalfway(page, clock);
  await page.click("#cancel");
  await statusIs(page, "Cancelled");
  await page.click("#resume");
  await statusIs(page, "Animating");
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  assert.equal(demo.sandbox.counts.creates, 1);
});

test("a double-click on Run starts one task and does not cancel it", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await page.doubleClick("#run");
  await page.until(() => document.querySelector("#detail")?.textContent?.startsWith("Task "));
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  assert.equal(demo.sandbox.counts.creates, 1);
});

test("a cancelled task is forgotten by a reload", async (t) => {
  const { page, clock } = await openDemo(t);
  await runHalfway(page, clock);
  await page.click("#cancel");
  await statusIs(page, "Cancelled");
  await page.reload();
  await statusIs(page, "Ready");
});

test("a reload goes on watching the running task, with its own input, and forgets it when it is done", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  const video = `${demo.url}/samples/performance.mp4?take=2`;
  await page.fill("#video", video);
  await runHalfway(page, clock);
  await page.reload();
  await statusIs(page, "Animating");
  assert.equal(
    await page.read(() => /** @type {HTMLInputElement} */ (document.querySelector("#video")).value),
    video,
  );
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  await videoPlays(page);
  assert.equal(demo.sandbox.counts.creates, 1);

  await page.reload();
  await statusIs(page, "Ready");
});

test("everything can be reached and done with the keyboard alone", async (t) => {
  const { page, clock } = await openDemo(t);
  while ((await focusedId(page)) !== "video") await page.press("Tab");
  await page.press("Enter");
  await page.until(() => document.querySelector("#detail")?.textContent?.startsWith("Task "));
  assert.equal(await focusedId(page), "status", "focus moves to where things happen");
  while ((await focusedId(page)) !== "cancel") await page.press("Tab");
  await page.press("Enter");
  await statusIs(page, "Cancelled");
  assert.equal(await focusedId(page), "run", "focus is not lost with the button");

  while ((await focusedId(page)) !== "resume") await page.press("Tab");
  await page.press("Space");
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  while ((await focusedId(page)) !== "open-result") await page.press("Tab");
});

test("the code follows the fields and is code", async (t) => {
  const { page } = await openDemo(t);
  await page.fill("#image", 'https://example.com/"quoted".jpg');
  await page.choose("#rehearsal-pace", "/real");
  const code = await textOf(page, "#snippet");
  assert.ok(code.includes(JSON.stringify('https://example.com/"quoted".jpg')));
  assert.match(code, /\/sandbox\/real"/);
  await transform(code, { format: "esm", loader: "js" });
});

test("every form in which the service answers leads to the video", async (t) => {
  const { page, clock } = await openDemo(t);
  for (const form of ["/flat", "/numeric", "/words"]) {
    await page.choose("#rehearsal-answers", form);
    await runHalfway(page, clock);
    clock.advance(WHOLE_TASK_MS);
    await statusIs(page, "Finished");
    await videoPlays(page);
  }
});

test("every choice in the sandbox's menus has a sandbox behind it", async (t) => {
  const { demo, page } = await openDemo(t);
  const menus = await page.read(() =>
    [...document.querySelectorAll("#rehearsal select")].map((menu) =>
      [.../** @type {HTMLSelectElement} */ (menu).options].map(({ value }) => value),
    ),
  );
  const choices = menus.reduce(
    (paths, menu) => paths.flatMap((path) => menu.map((piece) => path + piece)),
    [""],
  );
  assert.ok(choices.length > menus.flat().length);
  for (const path of choices) {
    const body = JSON.stringify({ task_id: "none" });
    const answer = await fetch(`${demo.url}/sandbox${path}/runway/feed`, { method: "POST", body });
    assert.equal(answer.headers.get("Content-Type"), "application/json", path);
  }
});

test("on a narrow phone nothing sticks out", async (t) => {
  const phone = { width: 360, height: 740 };
  const { page } = await openDemo(t, { size: phone });
  const measured = await page.read((width) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    // No window of WebKit's test browser is narrower than its toolbar, some 450 px. There the page's body alone is as
    // narrow as the phone; the styles for both widths are the same.
    document.body.style.boxSizing = "border-box";
    document.body.style.width = `${width}px`;
    return { window: { needed: scrollWidth, given: clientWidth }, bodyNeeds: document.body.scrollWidth };
  }, phone.width);
  assert.equal(measured.window.needed, measured.window.given);
  assert.equal(measured.bodyNeeds, phone.width);
  if (measured.window.given > phone.width)
    t.diagnostic(`The window stayed ${measured.window.given} px wide; only the page's body was narrowed.`);
});

test("with a key, the same page runs against the service, and the key stays in the server", async (t) => {
  const apiKey = "sk-only-the-server-knows";
  const clock = createClock(Date.now());
  const service = await serveSandbox({ keys: [apiKey], clock });
  t.after(() => service.close());
  const { demo, page } = await openDemo(t, { server: { apiKey, serviceUrl: service.url } });
  await page.fill("#video", `${demo.url}/samples/performance.mp4`);
  await page.fill("#image", `${demo.url}/samples/portrait.jpg`);
  await page.click("#run");
  await page.until(() => document.querySelector("#detail")?.textContent?.startsWith("Task "));
  const held = await page.read(
    () => document.documentElement.outerHTML + JSON.stringify({ ...sessionStorage }),
  );
  assert.ok(!held.includes(apiKey));
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  assert.equal(service.sandbox.counts.accepted, 1);
});
