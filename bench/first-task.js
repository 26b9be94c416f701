// Everything that a page moves for its first finished task, which is what its visitor pays: the package, and every request
// and answer until the result is known, with their headers. In Chromium, in real time, at the pace of the service; all
// contestants at once. The bytes are counted where they pass, at the sockets of a server on this machine.

import { bundle } from "./bundle.js";
import { openChromium } from "./chromium/browser.js";
import { CONTESTANTS } from "./contestants.js";
import { serveCounted } from "./first-task/server.js";
import { RESULT } from "./services.js";

/** @typedef {import("./first-task/server.js").Moved} Moved */

/** @returns {Promise<Record<string, Moved>>} */
export async function measureFirstTask() {
  const server = await serveCounted();
  const chromium = await openChromium(server);
  try {
    const measured = CONTESTANTS.map(async ({ name }) => {
      const { folder } = await bundle(name, "page");
      const result = await chromium.runInWorker("first-task.js", name, `${folder}/main.js`);
      if (result !== RESULT) throw new Error(`${name}'s page does not work: it gives ${result}`);
      return /** @type {const} */ ([name, server.movedBy(name)]);
    });
    return Object.fromEntries(await Promise.all(measured));
  } finally {
    await chromium.close();
  }
}
