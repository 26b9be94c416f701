// The demo page in a real browser, against its own server and the sandbox: what a person sees and does, from Run to
// the finished video, and every way in which it can go wrong. The sandbox's clock is in the test's hand, so nothing
// here waits for a task or depends on how fast the machine is.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { transform } from "esbuild";
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
    // Before the end: what an engine says of requests that closing the page cut off is not the page's doing.
    const said = [...page.problems];
    await page.close();
    await demo.close();
    // Nothing outside of this machine answers a test; what the service would fetch is named under this host.
    const problems = said.filter(
      (problem) => !problem.includes("https://media.example/") && !problem.endsWith(CUT_OFF),
    );
    assert.deepEqual(problems, []);
  });
  await page.goto(demo.url);
  await statusIs(page, "Ready");
  return { demo, page, clock };
}

/**
 * What Firefox says of a picture whose loading ends because the page goes elsewhere. Of a service worker that answers with a
 * failure it says something else.
 */
const CUT_OFF = "A ServiceWorker intercepted the request and encountered an unexpected error.";

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

/** @param {Page} page */
async function isReadyToRun(page) {
  await page.until(() => /360.*360/s.test(document.querySelector(".sources")?.textContent ?? ""));
}

/** Presses Run and takes the task to where it shows progress. @param {Page} page @param {import("act-one/sandbox").ManualClock} clock */
async function runHalfway(page, clock) {
  await isReadyToRun(page);
  await page.click("#run");
  await statusIs(page, "In the queue");
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

/** Drops one of the samples on the page, as a file of the visitor's own. @param {Page} page @param {string} sample @param {string} type */
async function drop(page, sample, type) {
  await page.read(
    async (path, type) => {
      const bytes = await (await fetch(`/samples/${path}`)).arrayBuffer();
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([bytes], `my ${path}`, { type }));
      document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    },
    sample,
    type,
  );
}

/** What axe-core finds wrong. @param {Page} page */
async function violations(page) {
  const source = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
  // The page's policy lets no script in by its text; a driver may evaluate one all the same.
  await page.read(/** @type {() => void} */ (new Function(`if (!globalThis.axe) { ${source} }`)));
  return page.read(async () => {
    const found = await /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map(
      (/** @type {any} */ { id, nodes }) =>
        `${id}: ${nodes.map((/** @type {any} */ { html }) => html).join(" ")}`,
    );
  });
}

test("a run shows its progress and ends in the finished clip, playing beside the performance", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await runHalfway(page, clock);
  await page.until(() => /^[1-9]\d?%$/.test(document.querySelector("#percent")?.textContent ?? ""));
  assert.match(await page.read(() => document.title), /^\d+% · /);
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  await videoPlays(page);
  await page.until(
    () => /** @type {HTMLVideoElement} */ (document.querySelector("#performance")).currentTime > 0,
  );
  assert.match(await textOf(page, "#result-caption"), /Sample clip of the sandbox/);
  assert.equal(demo.sandbox.counts.creates, 1);
});

test("a dropped picture that is not 16:9 is cropped in the page, uploaded, and led to a finished clip", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await isReadyToRun(page);
  await drop(page, "square.jpg", "image/jpeg");
  await page.until(() => document.querySelector("#crop")?.hasAttribute("open"));
  assert.equal(await focusedId(page), "crop-frame");
  await page.press("ArrowDown");
  await page.click("#crop-use");
  await page.until(() =>
    document.querySelector("#image-facts")?.textContent?.startsWith("my square-16x9.jpg"),
  );
  const isWide = await page.read(() => {
    const { naturalWidth, naturalHeight } = /** @type {HTMLImageElement} */ (
      document.querySelector("#image-preview")
    );
    return Math.abs(naturalWidth / naturalHeight - 16 / 9) < 0.01;
  });
  assert.ok(isWide);
  await page.click("#run");
  await page.until(() =>
    ["In the queue", "Animating"].includes(document.querySelector("#status")?.textContent ?? ""),
  );
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  assert.equal(demo.sandbox.counts.accepted, 1);
});

test("for a video that is not 16:9 the page shows the line that crops it", async (t) => {
  const { page } = await openDemo(t);
  await isReadyToRun(page);
  await drop(page, "square.mp4", "video/mp4");
  await page.until(() => document.querySelector("#crop")?.hasAttribute("open"));
  assert.match(await textOf(page, "#crop-command"), /^ffmpeg -i "my square.mp4" -vf "crop=\d+:\d+:\d+:\d+" /);
  await page.click("#crop-cancel");
  assert.equal(await textOf(page, "#video-issue"), "This is not 16:9. Crop it first.");
});

test("a file of the wrong kind and a missing one are explained beside their place, and nothing is sent", async (t) => {
  const { demo, page } = await openDemo(t);
  await isReadyToRun(page);
  await drop(page, "portrait.jpg", "video/mp4");
  await page.until(() =>
    document.querySelector("#video-issue")?.textContent?.startsWith("This is not a video"),
  );
  await page.click("#run");
  await page.click("#image-by-url");
  await page.fill("#image-url", `${demo.url}/nothing.jpg`);
  await page.press("Enter");
  await page.until(() =>
    document.querySelector("#image-issue")?.textContent?.startsWith("Nothing that can be shown"),
  );
  await page.click("#run");
  assert.equal(demo.sandbox.counts.creates, 0);
  page.problems.length = 0;
});

test("three runs at once each reach their own end, and the history keeps them over a reload", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  for (let count = 1; count <= 3; count += 1) {
    await isReadyToRun(page);
    await page.click("#run");
    await page.until((count) => document.querySelectorAll("#runs .run").length === count, count);
    await statusIs(page, "In the queue");
    await page.read(() => new Promise((resolve) => setTimeout(resolve, 700)));
  }
  await page.reload();
  await page.until(() => document.querySelectorAll("#runs .run").length === 3);
  clock.advance(WHOLE_TASK_MS);
  await page.until(() => document.querySelectorAll('#runs [data-state="succeeded"]').length === 3);
  assert.equal(demo.sandbox.counts.creates, 3);

  await page.click("#runs .run:first-child .run-delete");
  await page.click("#confirm-yes");
  await page.until(() => document.querySelectorAll("#runs .run").length === 2);
});

test("a reload in the middle goes on watching the same task", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await runHalfway(page, clock);
  await page.reload();
  await statusIs(page, "Animating");
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  await videoPlays(page);
  assert.equal(demo.sandbox.counts.creates, 1);
});

test("who stops watching can watch again, without a second create", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await runHalfway(page, clock);
  await page.click("#stop");
  await statusIs(page, "Not watched");
  await page.click("#watch");
  await statusIs(page, "Animating");
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  assert.equal(demo.sandbox.counts.creates, 1);
});

test("a double-click on Run starts one task", async (t) => {
  const { demo, page } = await openDemo(t);
  await isReadyToRun(page);
  await page.doubleClick("#run");
  await statusIs(page, "In the queue");
  assert.equal(demo.sandbox.counts.creates, 1);
});

/** @type {[outcome: string, title: string, button: string, code: string][]} */
const failures = [
  ["/refuse", "Not accepted", "Run again with changes", "rejected"],
  ["/unauthorized", "Access was refused", "Run again", "unauthorized"],
  ["/outage", "It may have started", "Run again anyway", "server_error"],
];
for (const [outcome, title, button, code] of failures)
  test(`an error is told in a visitor's words, with the next thing to do: ${code}`, async (t) => {
    const { page } = await openDemo(t);
    await page.read(() => document.querySelector("#rehearsal")?.setAttribute("open", ""));
    await page.choose("#rehearsal-outcome", outcome);
    await isReadyToRun(page);
    await page.click("#run");
    await page.until(() => document.querySelector("#failure")?.checkVisibility());
    assert.equal(await textOf(page, "#failure-title"), title);
    const buttons = await page.read(() =>
      [...document.querySelectorAll("#failure .actions > *")]
        .filter((each) => each.checkVisibility())
        .map((each) => each.textContent),
    );
    assert.ok(buttons.includes(button), buttons.join());
    const seen = await page.read(() => document.body.innerText);
    assert.doesNotMatch(seen, /init\(\)|wasm|baseUrl|retryCreates/i);
    assert.ok((await page.read(() => document.querySelector("#failure-facts")?.textContent))?.includes(code));
    assert.deepEqual(await violations(page), []);
  });

test("running again where a paid task may exist asks first", async (t) => {
  const { demo, page } = await openDemo(t);
  await page.choose("#rehearsal-outcome", "/outage");
  await isReadyToRun(page);
  await page.click("#run");
  await page.until(() => document.querySelector("#failure-secondary")?.checkVisibility());
  await page.choose("#rehearsal-outcome", "");
  await page.click("#failure-secondary");
  await page.until(() => document.querySelector("#confirm")?.hasAttribute("open"));
  assert.equal(demo.sandbox.counts.creates, 0);
  await page.read(() => new Promise((resolve) => setTimeout(resolve, 700)));
  await page.click("#confirm-yes");
  await statusIs(page, "In the queue");
  assert.equal(demo.sandbox.counts.creates, 1);
});

test("a failed task shows the service's reason", async (t) => {
  const { page, clock } = await openDemo(t);
  await page.choose("#rehearsal-outcome", "/fail");
  await runHalfway(page, clock);
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Failed");
  assert.match(await textOf(page, "#failure-text"), /no face detected in the source video/);
});

test("without a network the page and its history still open", async (t) => {
  const { demo, page, clock } = await openDemo(t);
  await runHalfway(page, clock);
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  if (!(await page.read(() => "serviceWorker" in navigator))) return t.diagnostic("No service workers here.");
  await page.until(
    async () => (await (await caches.open("act-one.page")).match("/text/zh.json")) !== undefined,
  );
  await demo.close();
  await page.reload();
  await page.until(() => document.querySelectorAll('#runs [data-state="succeeded"]').length === 1);
  page.problems.length = 0;
});

test("axe-core finds nothing before, during and after a run, nor in the other direction of writing", async (t) => {
  const { page, clock } = await openDemo(t);
  await isReadyToRun(page);
  assert.deepEqual(await violations(page), []);
  await runHalfway(page, clock);
  assert.deepEqual(await violations(page), []);
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  assert.deepEqual(await violations(page), []);
  await page.choose("#language", "ar");
  await page.until(() => document.documentElement.dir === "rtl");
  assert.deepEqual(await violations(page), []);
});

test("every language has every text, and no other", () => {
  const [en, ...others] = ["en", "ar", "zh"].map((language) =>
    JSON.parse(readFileSync(new URL(`../../www/text/${language}.json`, import.meta.url), "utf8")),
  );
  const holes = (/** @type {string} */ text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const texts of others) {
    assert.deepEqual(Object.keys(texts), Object.keys(en));
    for (const key of Object.keys(en)) assert.deepEqual(holes(texts[key]), holes(en[key]), key);
  }
});

for (const language of ["en", "ar", "zh"])
  test(`on a narrow phone nothing sticks out, and Run is in the first view: ${language}`, async (t) => {
    const phone = { width: 390, height: 844 };
    const { page } = await openDemo(t, { size: phone });
    await page.choose("#language", language);
    await page.until((wanted) => document.documentElement.lang === wanted, language);
    const measured = await page.read((width) => {
      const { scrollWidth, clientWidth } = document.documentElement;
      const run = document.querySelector("#run")?.getBoundingClientRect();
      // No window of WebKit's test browser is narrower than its toolbar, some 450 px. There the page's body alone is as
      // narrow as the phone; the styles for both widths are the same.
      document.body.style.width = `${width}px`;
      return {
        needed: scrollWidth,
        given: clientWidth,
        body: document.body.scrollWidth,
        bottom: run?.bottom ?? NaN,
      };
    }, phone.width);
    assert.equal(measured.needed, measured.given);
    assert.equal(measured.body, phone.width);
    assert.ok(measured.bottom <= phone.height, `Run ends at ${measured.bottom}`);
  });

test("Arabic is written from right to left, with its own numerals", async (t) => {
  const { page, clock } = await openDemo(t, { size: { width: 390, height: 844 } });
  await runHalfway(page, clock);
  await page.choose("#language", "ar");
  await page.until(() => document.documentElement.dir === "rtl");
  assert.match(await textOf(page, "#percent"), /[\u0660-\u0669]/);
  await page.reload();
  await page.until(() => document.documentElement.dir === "rtl");
});

test("everything can be done with the keyboard alone", async (t) => {
  const { page, clock } = await openDemo(t);
  await isReadyToRun(page);
  while ((await focusedId(page)) !== "run") await page.press("Tab");
  await page.press("Enter");
  await statusIs(page, "In the queue");
  assert.equal(await focusedId(page), "status", "focus moves to where things happen");
  while ((await focusedId(page)) !== "stop") await page.press("Tab");
  await page.press("Enter");
  await statusIs(page, "Not watched");
  while ((await focusedId(page)) !== "watch") await page.press("Tab");
  await page.press("Space");
  clock.advance(WHOLE_TASK_MS);
  await statusIs(page, "Finished");
  while ((await focusedId(page)) !== "download") await page.press("Tab");
});

test("the code follows what is chosen and is code", async (t) => {
  const { page } = await openDemo(t);
  await page.choose("#rehearsal-pace", "/real");
  const code = await page.read(() => document.querySelector("#snippet")?.textContent ?? "");
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

test("with a key, the same page runs against the service, and the key stays in the server", async (t) => {
  const apiKey = "sk-only-the-server-knows";
  const clock = createClock(Date.now());
  const service = await serveSandbox({ keys: [apiKey], clock, checkMedia: false });
  t.after(() => service.close());
  const { page } = await openDemo(t, { server: { apiKey, serviceUrl: service.url } });
  assert.equal(
    await page.read(() => document.querySelector("#video-facts")?.textContent),
    "",
    "nothing is chosen",
  );
  const held = await page.read(
    () => document.documentElement.outerHTML + JSON.stringify({ ...sessionStorage, ...localStorage }),
  );
  assert.ok(!held.includes(apiKey));
  assert.match(await textOf(page, "#promise"), /Each run is paid/);
});

test("page, styles, scripts and texts together are under 80 KB, compressed", () => {
  const folder = new URL("../../www/", import.meta.url);
  const files = ["index.html", "service-worker.js", "icon.svg"];
  for (const name of ["app", "style", "text"])
    for (const file of readdirSync(new URL(`${name}/`, folder), { recursive: true }))
      if (/\.\w+$/.test(String(file))) files.push(`${name}/${file}`);
  const library = readFileSync(new URL("../../node_modules/idb/build/index.js", import.meta.url));
  const sizes = files.map((file) => brotliCompressSync(readFileSync(new URL(file, folder))).length);
  const total = sizes.reduce((sum, size) => sum + size, brotliCompressSync(library).length);
  assert.ok(total < 80_000, `${total} bytes`);
});
