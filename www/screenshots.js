// `npm run screenshots`: pictures of the page in ten states at three widths, in an ignored folder, to be looked at.

import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launch } from "../tests/demo/browser.js";
import { provideBrowser } from "../tests/browsers.js";
import { createClock } from "../sandbox/index.js";
import { prepare } from "../xtask/prepare.js";
import { serveDemo } from "./server.js";

/** @typedef {{ page: import("puppeteer-core").Page, clock: import("act-one/sandbox").ManualClock }} Scene */

const folder = fileURLToPath(new URL("../screenshots/", import.meta.url));
const samples = fileURLToPath(new URL("samples/", import.meta.url));
const widths = { phone: [390, 844], tablet: [768, 1024], wide: [1440, 900] };

/** Past the end of any task, and into its running part. */
const WHOLE_TASK_MS = 200_000;
const HALF_TASK_MS = 6_000;

/** @type {Record<string, (scene: Scene) => Promise<unknown>>} */
const scenes = {
  ready: async () => {},
  crop: ({ page }) => bring(page, "image", "square.jpg"),
  "crop-video": ({ page }) => bring(page, "video", "square.mp4"),
  queued: ({ page }) => run(page, "queued"),
  running: half,
  finished: whole,
  stopped: async (scene) => {
    await half(scene);
    await scene.page.click("#stop");
    await state(scene.page, "stopped");
  },
  failed: async (scene) => {
    await scene.page.select("#rehearsal-outcome", "/fail");
    await half(scene);
    scene.clock.advance(WHOLE_TASK_MS);
    await state(scene.page, "failed");
  },
  doubt: async ({ page }) => {
    await page.select("#rehearsal-outcome", "/outage");
    await run(page, "error");
  },
  connection: ({ page }) => page.click("#connection"),
  arabic: async (scene) => {
    await scene.page.select("#language", "ar");
    await half(scene);
  },
  dark: async (scene) => {
    await scene.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await whole(scene);
  },
};

/** @param {Scene} scene */
async function half({ page, clock }) {
  await run(page, "queued");
  clock.advance(HALF_TASK_MS);
  await state(page, "running");
}

/** @param {Scene} scene */
async function whole(scene) {
  await half(scene);
  scene.clock.advance(WHOLE_TASK_MS);
  await state(scene.page, "succeeded");
  await scene.page.waitForFunction(
    () => /** @type {HTMLVideoElement} */ (document.querySelector("#result")).currentTime > 1,
  );
}

/** @param {import("puppeteer-core").Page} page @param {string} until */
async function run(page, until) {
  await page.click("#run");
  await state(page, until);
}

/** @param {import("puppeteer-core").Page} page @param {string} name */
async function state(page, name) {
  await page.waitForSelector(`#screen[data-state="${name}"]`);
}

/** @param {import("puppeteer-core").Page} page @param {"video" | "image"} kind @param {string} file */
async function bring(page, kind, file) {
  const picker = /** @type {import("puppeteer-core").ElementHandle<HTMLInputElement> | null} */ (
    await page.$(`#${kind}-file`)
  );
  await picker?.uploadFile(samples + file);
  await page.waitForSelector("#crop[open]");
}

prepare();
const program = provideBrowser("chromium");
if (!program) throw new Error("No Chromium on this machine, and it cannot be installed.");
mkdirSync(folder, { recursive: true });
const browser = await launch("chromium", program);
const wanted = process.argv.slice(2);
for (const [name, show] of Object.entries(scenes)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const [size, [width, height]] of Object.entries(widths)) {
    const clock = createClock(Date.now());
    const demo = await serveDemo({ port: 0, sandboxOptions: { clock } });
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(`${name}, ${size}: ${error}`));
    await page.setViewport({ width, height });
    await page.goto(demo.url, { waitUntil: "networkidle0" });
    await show({ page, clock });
    // Pictures and texts come a moment after the state.
    await new Promise((resolve) => setTimeout(resolve, 500));
    await page.screenshot({ path: `${folder}${name}-${size}.png`, fullPage: name === "ready" });
    await context.close();
    await demo.close();
  }
  console.log(`screenshots/${name}-*.png`);
}
await browser.close();
