// The three browser engines, each opened in its own way, to one verb: open an address. What a page finds out it tells
// the proof itself; what goes wrong before that is in `problems`, where the engine's driver hears of it.

import { provideBrowser } from "../browsers.js";
import { launch, versionOf } from "../demo/browser.js";
import { Skip } from "./tools.js";
import { openWebKit } from "./webkit.js";

/**
 * @typedef {object} Engine
 * @property {string} version
 * @property {(url: string) => Promise<{ problems: string[], close: () => Promise<unknown> }>} open
 * @property {() => Promise<void>} close
 */

/** @type {Record<string, () => Promise<Engine>>} */
export const engines = {
  chromium: async () => driven(await launch("chromium", programOf("chromium"))),
  firefox: async () => driven(await launch("firefox", programOf("firefox"))),
  async webkit() {
    const { openPage, ...engine } = await openWebKit(programOf("webkit"));
    const open = async (/** @type {string} */ url) => {
      const page = await openPage();
      await page.goto(url);
      return page;
    };
    return { ...engine, open };
  },
};

/** @param {import("../browsers.js").BrowserName} name */
function programOf(name) {
  const program = provideBrowser(name);
  if (!program) throw new Skip(`${name} is not on this machine and cannot be installed`);
  return program;
}

/** @param {import("puppeteer-core").Browser} browser @returns {Promise<Engine>} */
async function driven(browser) {
  return {
    version: await versionOf(browser),
    close: () => browser.close(),
    async open(url) {
      const page = await browser.newPage();
      /** @type {string[]} */
      const problems = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
      page.on("requestfailed", (request) =>
        problems.push(`${request.url()} ${request.failure()?.errorText}`),
      );
      page.on("response", (response) => {
        if (response.status() > 399) problems.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(url);
      return { problems, close: () => page.close() };
    },
  };
}
