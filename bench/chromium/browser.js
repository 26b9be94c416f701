// Chromium, to run a contestant's bundle in: each time in a context of its own, with empty caches, in a worker of a
// blank page. In a worker, because @runwayml/sdk refuses to run in a page itself; for the others it makes no
// difference.

import { fileURLToPath } from "node:url";
import { provideBrowser } from "../../tests/browsers.js";
import { launch, versionOf } from "../../tests/demo/browser.js";
import { serveFolder } from "../../tests/everywhere/pages.js";

/** @typedef {Awaited<ReturnType<typeof openChromium>>} Chromium */

/** @param {{ url: string, close: () => Promise<unknown> }} [server] serves this folder's parent; one of its own unless given */
export async function openChromium(server) {
  const program = provideBrowser("chromium");
  if (!program)
    throw new Error("No Chromium on this machine, and it cannot be installed. Set CHROMIUM_PATH.");
  const { url, close: closeServer } =
    server ?? (await serveFolder(fileURLToPath(new URL("..", import.meta.url))));
  const browser = await launch("chromium", program);
  return { version: await versionOf(browser), runInWorker, close };

  /**
   * @param {string} script in this folder
   * @param {string} contestant
   * @param {string} bundle its address on the server
   * @returns {Promise<any>} what the worker says first
   */
  async function runInWorker(script, contestant, bundle) {
    const context = await browser.createBrowserContext();
    try {
      const page = await context.newPage();
      await page.goto(`${url}/chromium/blank.html`);
      return await page.evaluate(firstMessageOf, `/chromium/${script}?${contestant}&/${bundle}`);
    } finally {
      await context.close();
    }
  }

  async function close() {
    await browser.close();
    await closeServer();
  }
}

/** Runs in the page. @param {string} url */
function firstMessageOf(url) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`${url}: ${message}`));
  });
}
