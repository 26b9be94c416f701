// The demo's whole test in one browser engine: a run of the test file as a program of its own.

import { fileURLToPath } from "node:url";
import { execute } from "./execute.js";

const TEST_FILE = fileURLToPath(new URL("../demo/demo.test.js", import.meta.url));

/** @param {string} engineName @returns {(scene: import("./rows.js").Scene) => Promise<string>} */
export function demo(engineName) {
  return async ({ engine }) => {
    const { version } = await engine(engineName);
    await execute(process.execPath, ["--test", "--test-reporter=spec", TEST_FILE], {
      env: { DEMO_BROWSER: engineName },
    });
    return version;
  };
}
