// Serves a project's files to a browser and hears how its page went. Nothing of it knows what the page does.

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { serve } from "srvx";
import { staticMiddleware } from "srvx/static";

/** Far above what any page takes on a busy machine; reached only when a page does not report. */
const PATIENCE_MS = 60_000;

/** @param {string} service the sandbox's address */
export async function hearReports(service) {
  /** @type {Map<string, (text: string) => void>} */
  const awaited = new Map();
  const server = serve({
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    gracefulShutdown: false,
    async fetch(request) {
      const text = await request.text();
      awaited.get(new URL(request.url).pathname.slice(1))?.(text);
      return new Response(null, { status: 204, headers: { "Access-Control-Allow-Origin": "*" } });
    },
  });
  await server.ready();
  const origin = /** @type {string} */ (server.url).replace(/\/$/, "");

  return {
    origin,
    close: () => server.close(true),
    /** Opens the page at `url` and waits for its report. */
    async prove(/** @type {import("./engines.js").Engine} */ engine, /** @type {string} */ url) {
      const id = randomUUID();
      const report = new Promise((resolve) => awaited.set(id, resolve));
      const page = await engine.open(`${url}?${new URLSearchParams({ service, report: `${origin}/${id}` })}`);
      const text = await Promise.race([
        report,
        delay(PATIENCE_MS, "FAILED the page did not report", { ref: false }),
      ]);
      awaited.delete(id);
      await page.close();
      if (text !== "ok") throw new Error([text, ...page.problems].join("\n"));
    },
  };
}

/**
 * Serves a folder, with a Content-Security-Policy if one is given.
 *
 * @param {string} folder @param {string} [policy]
 */
export async function serveFolder(folder, policy) {
  const files = staticMiddleware({ dir: folder });
  const notFound = () => new Response("Not found\n", { status: 404 });
  const server = serve({
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    gracefulShutdown: false,
    async fetch(request) {
      const response = await files(/** @type {any} */ (request), notFound);
      if (policy) response.headers.set("Content-Security-Policy", policy);
      return response;
    },
  });
  await server.ready();
  return { url: /** @type {string} */ (server.url).replace(/\/$/, ""), close: () => server.close(true) };
}

/** What a strict page allows: its own scripts, Wasm, and the two servers that the proof talks to. @param {string[]} servers */
const strictPolicy = (servers) =>
  `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' ${servers.join(" ")}`;

/**
 * A page with no bundler, straight from the installed package.
 *
 * @param {string} engineName @param {string} file @param {{ strict?: boolean }} [options]
 * @returns {import("./rows.js").Row["prove"]}
 */
export function page(engineName, file, { strict = false } = {}) {
  return async ({ project, engine, pages, service }) => {
    const browser = await engine(engineName);
    const server = await serveFolder(
      await project("page"),
      strict ? strictPolicy([service, pages.origin]) : undefined,
    );
    try {
      await pages.prove(browser, `${server.url}/${file}`);
    } finally {
      await server.close();
    }
    return browser.version;
  };
}
