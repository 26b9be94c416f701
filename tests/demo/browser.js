// Opens a real browser by name and gives a page to drive: a handful of verbs that every engine's driver has, so that
// one test can run in all of them. It knows nothing of the demo.

import { setTimeout as delay } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import { provideBrowser } from "../browsers.js";
import { openWebKit } from "../everywhere/webkit.js";

/**
 * @typedef {object} BrowserPage
 * @property {(url: string) => Promise<unknown>} goto
 * @property {() => Promise<unknown>} reload
 * @property {(selector: string) => Promise<void>} click
 * @property {(selector: string) => Promise<void>} doubleClick
 * @property {(selector: string, text: string) => Promise<void>} fill replaces the field's content by typing
 * @property {(selector: string, value: string) => Promise<unknown>} choose picks an option of a menu
 * @property {(key: import("puppeteer-core").KeyInput) => Promise<void>} press
 * @property {<Result, Given extends unknown[]>(read: (...given: Given) => Result, ...given: Given) => Promise<Awaited<Result>>} read
 *   runs a function in the page
 * @property {<Given extends unknown[]>(holds: (...given: Given) => unknown, ...given: Given) => Promise<void>} until
 *   waits for a function in the page to say yes
 * @property {string[]} problems uncaught errors, console errors and warnings, broken security policies
 * @property {() => Promise<void>} close
 *
 * @typedef {object} Browser
 * @property {string} version
 * @property {(size?: { width: number, height: number }) => Promise<BrowserPage>} openPage a page that shares no storage
 * @property {() => Promise<void>} close
 */

/** Far above what any step takes on a busy machine; reached only when the awaited thing does not come. */
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 25;

/** @param {import("../browsers.js").BrowserName} name @returns {Promise<Browser>} */
export async function openBrowser(name) {
  const program = provideBrowser(name);
  if (!program) throw new Error(`No ${name} on this machine, and it cannot be installed.`);
  if (name === "webkit") return openWebKit(program);
  const browser = await launch(name, program);
  return {
    version: await versionOf(browser),
    close: () => browser.close(),
    async openPage(size = { width: 1280, height: 900 }) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport(size);
      return drive(page, () => context.close());
    },
  };
}

/** @param {"chromium" | "firefox"} name @param {string} executablePath */
export function launch(name, executablePath) {
  if (name === "firefox") return puppeteer.launch({ browser: "firefox", executablePath });
  // As root, in containers and on closed networks Chromium starts with no less.
  const args = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
  ];
  return puppeteer.launch({ executablePath, args });
}

/** The number alone, without the product's name. @param {import("puppeteer-core").Browser} browser */
export async function versionOf(browser) {
  return (await browser.version()).replace(/^.*\//, "");
}

/** @param {import("puppeteer-core").Page} page @param {() => Promise<void>} close @returns {BrowserPage} */
function drive(page, close) {
  /** @type {BrowserPage["read"]} */
  const read = (look, ...given) => /** @type {any} */ (page.evaluate(look, .../** @type {any} */ (given)));

  return {
    goto: (url) => page.goto(url),
    reload: () => page.reload(),
    click: (selector) => page.locator(selector).click(),
    doubleClick: (selector) => page.locator(selector).click({ count: 2 }),
    choose: (selector, value) => page.select(selector, value),
    // Firefox knows a key by what it writes.
    press: (key) => page.keyboard.press(key === "Space" ? " " : key),
    async fill(selector, text) {
      await page.focus(selector);
      await page.$eval(selector, (field) => /** @type {HTMLInputElement} */ (field).select());
      await page.keyboard.press("Backspace");
      await page.keyboard.type(text);
    },
    read,
    async until(holds, ...given) {
      const deadline = Date.now() + PATIENCE_MS;
      while (!(await read(holds, ...given))) {
        if (Date.now() > deadline)
          throw new Error(`Waited in vain for ${holds} with ${JSON.stringify(given)}`);
        await delay(LOOK_AGAIN_MS);
      }
    },
    problems: collectProblems(page),
    close,
  };
}

/** @param {import("puppeteer-core").Page} page */
function collectProblems(page) {
  /** @type {string[]} */
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warn") return;
    // Chromium reports every answer above 399 so, also those that the page asked for and handles.
    if (/^Failed to load resource: the server responded with a status of/.test(message.text())) return;
    problems.push(`${message.text()} (${message.location().url})`);
  });
  return problems;
}
