// Next.js with its default configuration: one production build, three places in it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execute, start } from "./execute.js";

/** @type {Promise<{ url: string, version: string, said: () => string }> | undefined} */
let served;

/** A page with a client component, which is rendered on the server first. @param {string} path @returns {import("./rows.js").Row["prove"]} */
export function nextPage(path) {
  return async (scene) => {
    const { url, version, said } = await (served ??= serveNext(scene));
    await scene.pages.prove(await scene.engine("chromium"), `${url}/${path}`).catch((error) => {
      throw new Error(`${error}\n${said()}`);
    });
    return version;
  };
}

/** A route handler. @param {string} path @returns {import("./rows.js").Row["prove"]} */
export function nextRoute(path) {
  return async (scene) => {
    const { url, version, said } = await (served ??= serveNext(scene));
    const answer = await fetch(`${url}/${path}?${new URLSearchParams({ service: scene.service })}`);
    const text = await answer.text();
    if (text !== "ok") throw new Error(`${answer.status} ${text}\n${said()}`);
    return version;
  };
}

/** @param {import("./rows.js").Scene} scene */
async function serveNext({ project, atEnd }) {
  const folder = await project("next");
  const next = join(folder, "node_modules/next/dist/bin/next");
  const env = { NEXT_TELEMETRY_DISABLED: "1", NODE_ENV: "production" };
  await execute(next, ["build"], { cwd: folder, env });
  const server = await start(
    next,
    ["start", "--port=0", "--hostname=127.0.0.1"],
    /(http:\/\/127\.0\.0\.1:\d+)/,
    {
      cwd: folder,
      env,
    },
  );
  atEnd(server.stop);
  const { version } = JSON.parse(await readFile(join(folder, "node_modules/next/package.json"), "utf8"));
  return { url: server.match[1], version, said: server.said };
}
