// Next.js's own cache in front of `fetch`, which answers POSTs too: three visitors of a page that makes a task each have
// to get three tasks, each read to its end.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execute, start } from "./execute.js";

/** @param {string} fixture @returns {import("./rows.js").Row["prove"]} */
export function nextCaches(fixture) {
  return async ({ project, service }) => {
    const folder = await project(fixture);
    const next = join(folder, "node_modules/next/dist/bin/next");
    const env = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production", SERVICE: service };
    await execute(next, ["build"], { cwd: folder, env });
    // Version 14 takes no port 0 for an answer.
    const server = await start(
      next,
      ["start", "--port=0", "--hostname=127.0.0.1"],
      /(http:\/\/127\.0\.0\.1:\d+)/,
      { cwd: folder, env },
    );
    try {
      const ids = new Set();
      for (const visitor of ["a", "b", "c"]) {
        const page = await (await fetch(`${server.match[1]}/${visitor}`)).text();
        const found = page.match(/task:([\w-]+):succeeded/);
        if (!found) throw new Error(`No task in the page:\n${page.slice(0, 500)}\n${server.said()}`);
        ids.add(found[1]);
      }
      if (ids.size !== 3) throw new Error(`3 visitors got ${ids.size} tasks`);
    } finally {
      server.stop();
    }
    const { version } = JSON.parse(await readFile(join(folder, "node_modules/next/package.json"), "utf8"));
    return version;
  };
}
