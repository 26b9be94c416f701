// Starts clients in Node, each time in a new process, which times itself: see first-request.js.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundle } from "../bundle.js";

const run = promisify(execFile);

/** @param {string[]} contestants @returns {Promise<import("../start.js").Starter>} */
export async function inNode(contestants) {
  /** @type {Record<string, string>} */
  const programs = {};
  for (const name of contestants) programs[name] = `${(await bundle(name, "node")).folder}/main.js`;
  const script = fileURLToPath(new URL("first-request.js", import.meta.url));

  return {
    version: process.versions.node,
    async start(contestant) {
      const program = new URL(`../${programs[contestant]}`, import.meta.url).href;
      const { stdout } = await run(process.execPath, [script, program]);
      const ms = Number.parseFloat(stdout);
      if (Number.isNaN(ms)) throw new Error(`${contestant} sent nothing in Node: ${stdout}`);
      return ms;
    },
    async close() {},
  };
}
