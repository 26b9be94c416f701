// The dev server: the demo page, the package's files and the sandbox on one origin, on this machine only. With a key
// for the real service it stands between the page and that service, so that the key never reaches the page.
//
//   node www/server.js                          the sandbox
//   COMETAPI_KEY=… node www/server.js           the real service; runs are paid
//   PORT=9000 node www/server.js                another port than 8080; the next free one, where it is taken

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serve } from "srvx";
import { staticMiddleware } from "srvx/static";
import { runCommand } from "../xtask/command.js";
import { freePort } from "./port.js";
import { createRehearsals } from "./server/rehearsals.js";
import { createService } from "./server/service.js";
import { refusalOfOrigin, refusalOfVisitor } from "./server/visitors.js";

const wwwFolder = fileURLToPath(new URL(".", import.meta.url));
const npmFolder = fileURLToPath(new URL("../npm", import.meta.url));

/** The page's one library, as it is published: a small module without a build step. */
const idbFolder = fileURLToPath(new URL(".", import.meta.resolve("idb")));

/** The page's own files. The server's sources lie beside them and are nobody's business in a browser. */
const pagePaths = /^\/(index\.html|icon\.svg|service-worker\.js|(app|style|text|samples)\/.*)?$/;

/**
 * @typedef {object} DemoOptions
 * @property {number} [port] Default: 0, which takes a free one.
 * @property {string} [apiKey] a key for the real service, which then stands behind the page instead of the sandbox.
 * @property {string} [serviceUrl] where the real service is. Default: its public URL.
 * @property {"sandbox" | "live" | "worker"} [kind] what the page says stands behind it; `worker` is the Worker on this
 *   machine, with a sandbox of its own. Default: `live` with a key, else `sandbox`.
 * @property {import("act-one/sandbox").SandboxOptions} [sandboxOptions]
 */

/**
 * Serves the demo on 127.0.0.1.
 *
 * @param {DemoOptions} [options]
 * @returns {Promise<{ url: string, sandbox: import("act-one/sandbox").Sandbox, close: () => Promise<void> }>}
 *   `url` has no slash at its end; `sandbox` is the one at `/sandbox`.
 */
export async function serveDemo(options = {}) {
  const { port = 0, apiKey, serviceUrl, sandboxOptions, kind = apiKey ? "live" : "sandbox" } = options;
  const rehearsals = createRehearsals("/sandbox", sandboxOptions);
  const service = apiKey
    ? createService("/service", { apiKey, serviceUrl, isWorker: kind === "worker" })
    : undefined;
  const page = staticMiddleware({ dir: wwwFolder, renderHTML: pageRenderer(kind) });
  const packageFiles = staticMiddleware({ dir: npmFolder });
  const idbFiles = staticMiddleware({ dir: idbFolder });
  const notFound = () => new Response("Not found\n", { status: 404 });

  /** @param {Request} request */
  async function answer(request) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/service/")) return service ? service(request) : notFound();
    if (pathname.startsWith("/sandbox/")) return refusalOfOrigin(request) ?? rehearsals.answer(request);
    if (pathname.startsWith("/act-one/npm/")) return packageFiles(below("/act-one/npm", request), notFound);
    if (pathname.startsWith("/idb/")) return idbFiles(below("/idb", request), notFound);
    return pagePaths.test(pathname) ? page(below("", request), notFound) : notFound();
  }

  const server = serve({
    port,
    hostname: "127.0.0.1",
    silent: true,
    gracefulShutdown: false,
    fetch: async (request) => refusalOfVisitor(request) ?? withCommonHeaders(await answer(request)),
    // What a stack trace or a message could hold is not for the other side.
    error: () => new Response("The dev server failed on this request\n", { status: 500 }),
  });
  await server.ready();
  return {
    url: String(server.url).replace(/\/$/, ""),
    sandbox: rehearsals.plain,
    close: async () => void (await server.close(true)),
  };
}

/**
 * The same request for the path under `prefix`. Going through `URL` also resolves every `..`, escaped ones included.
 *
 * @param {string} prefix
 * @param {Request} request
 */
function below(prefix, request) {
  const url = new URL(request.url);
  url.pathname = url.pathname.slice(prefix.length);
  return /** @type {import("srvx").ServerRequest} */ (
    new Request(url, { method: request.method, headers: request.headers })
  );
}

/** @param {NonNullable<DemoOptions["kind"]>} kind */
function pageRenderer(kind) {
  /** @param {{ html: string }} file */
  return ({ html }) => {
    const rendered =
      kind === "sandbox"
        ? html
        : html.replace(
            'data-service="sandbox" data-base-url="/sandbox"',
            `data-service="${kind}" data-base-url="/service"`,
          );
    const headers = {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": pagePolicy(html),
    };
    return new Response(rendered, { headers });
  };
}

/**
 * What the page may load: its own files and Wasm, the files that a person brings, and media from wherever their URLs point.
 *
 * @param {string} html
 */
function pagePolicy(html) {
  const [, importMap = ""] = html.match(/<script type="importmap">([^]*?)<\/script>/) ?? [];
  const importMapHash = createHash("sha256").update(importMap).digest("base64");
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' 'sha256-${importMapHash}'`,
    "img-src 'self' blob: http: https:",
    "media-src 'self' blob: http: https:",
    "connect-src 'self' http: https:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** @param {Response} response */
function withCommonHeaders(response) {
  response.headers.set("X-Content-Type-Options", "nosniff");
  // Browsers guess how long a file without this is good for, and then run yesterday's build.
  if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-cache");
  return response;
}

export async function main() {
  if (!existsSync(`${npmFolder}/wasm`)) {
    throw new Error(
      "The package is not built yet. Run `npm run build` first, or `npm start`, which builds it too.",
    );
  }
  const apiKey = process.env.COMETAPI_KEY?.trim();
  const demo = await serveDemo({ port: await freePort(), apiKey });
  console.log(`act-one demo: ${demo.url}`);
  console.log(
    apiKey ? "Runs go to the real service and are paid." : "Runs go to the sandbox: no key, no cost.",
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runCommand(main);
