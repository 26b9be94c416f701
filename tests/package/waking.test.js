// A wait in a real tab that was hidden or cut off: it reads at once when the tab is looked at again or the
// network comes back, and listens for that only while it sleeps.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import puppeteer from "puppeteer-core";
import { serveDemo } from "../../www/server.js";
import { provideBrowser } from "../browsers.js";

/** Longer than any test waits: a read that comes sooner was woken. */
const HOUR_MS = 3_600_000;

let demo;
let browser;

before(async () => {
  demo = await serveDemo({ port: 0, sandboxOptions: { checkMedia: false, outcome: "stall" } });
  browser = await puppeteer.launch({
    executablePath: provideBrowser("chromium"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
});

after(async () => {
  await browser.close();
  await demo.close();
});

/** A tab in which a wait has read once and now sleeps for an hour. */
async function sleepingTab() {
  const page = await browser.newPage();
  await page.goto(demo.url);
  await page.evaluate(async (hour) => {
    const { submit, waitForTask } = await import("act-one");
    const state = { reads: 0, listeners: 0 };
    for (const target of [globalThis, document]) {
      for (const [method, change] of [
        ["addEventListener", 1],
        ["removeEventListener", -1],
      ]) {
        const native = target[method];
        target[method] = function (...given) {
          if (given[0] === "online" || given[0] === "visibilitychange") state.listeners += change;
          return Reflect.apply(native, this, given);
        };
      }
    }
    const fetch = (request) => {
      if (request.url.endsWith("/feed")) state.reads += 1;
      return globalThis.fetch(request);
    };
    const options = { baseUrl: `${location.origin}/sandbox`, fetch, pollInterval: hour, timeout: null };
    const address = `${location.origin}/samples/portrait.jpg`;
    const task = await submit({ video: address, image: address }, options);
    const controller = new AbortController();
    const ended = waitForTask(task.id, { ...options, signal: controller.signal }).catch((reason) => reason);
    Object.assign(globalThis, { tab: { state, controller, ended } });
  }, HOUR_MS);
  await hasRead(page, 1);
  return page;
}

const hasRead = (page, reads) =>
  page.waitForFunction(
    (wanted) => globalThis.tab.state.reads >= wanted && globalThis.tab.state.listeners === 2,
    {},
    reads,
  );

test("a wait reads at once when its tab is looked at again", async () => {
  const page = await sleepingTab();
  const other = await browser.newPage();
  await other.bringToFront();
  await page.bringToFront();
  await hasRead(page, 2);
  await other.close();
  await page.close();
});

test("a wait reads at once when the network comes back", async () => {
  const page = await sleepingTab();
  await page.setOfflineMode(true);
  await page.setOfflineMode(false);
  await hasRead(page, 2);
  await page.close();
});

test("nothing listens any more when the wait has ended", async () => {
  const page = await sleepingTab();
  const left = await page.evaluate(async () => {
    globalThis.tab.controller.abort("enough");
    const reason = await globalThis.tab.ended;
    return [reason, globalThis.tab.state.listeners];
  });
  assert.deepEqual(left, ["enough", 0]);
  await page.close();
});
