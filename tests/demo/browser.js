// Opens a real browser by name and gives a page to drive: a handful of verbs that every engine's driver has, so that
// one test can run in all of them. It knows nothing of the demo.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import puppeteer from "puppeteer-core";

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
 */

/** @type {Record<string, { product: "chrome" | "firefox", programs: string[], args: string[] }>} */
const browsers = {
  chromium: {
    product: "chrome",
    programs: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    // As root, in containers and on closed networks Chromium starts with no less.
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
  },
};

/** Far above what any step takes on a busy machine; reached only when the awaited thing does not come. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 25;

/** @param {string} name @returns {Promise<{ openPage: (size?: { width: number, height: number }) => Promise<BrowserPage>, close: () => Promise<void> }>} */
export async function openBrowser(name) {
  const { product, programs, args } = browsers[name];
  const browser = await puppeteer.launch({
    browser: product,
    executablePath: findProgram(name, programs),
    args,
  });
  return {
    close: () => browser.close(),
    async openPage(size = { width: 1280, height: 900 }) {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      await page.setViewport(size);
      return drive(page, () => context.close());
    },
  };
}

/** @param {string} name @param {string[]} programs */
function findProgram(name, programs) {
  const given = process.env[`${name.toUpperCase()}_PATH`];
  if (given) return given;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = programs
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find(isExecutable);
  if (found) return found;
  throw new Error(
    `No ${name} on this machine: install it, or name its program in ${name.toUpperCase()}_PATH.`,
  );
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
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
    press: (key) => page.keyboard.press(key),
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
