// Starts clients in Chromium: see first-request.js in chromium/ for how a start is timed, and browser.js there for
// what makes it cold. The files come from a server on this machine, so what the network would add is not in the figure.

import { bundle } from "../bundle.js";
import { openChromium } from "../chromium/browser.js";

/** @param {string[]} contestants @returns {Promise<import("../start.js").Starter>} */
export async function inChromium(contestants) {
  /** @type {Record<string, string>} */
  const programs = {};
  for (const name of contestants) programs[name] = `${(await bundle(name, "page")).folder}/main.js`;
  const { version, runInWorker, close } = await openChromium();
  return {
    version,
    close,
    start: (contestant) => runInWorker("first-request.js", contestant, programs[contestant]),
  };
}
