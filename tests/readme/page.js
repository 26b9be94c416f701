// An example of the README in a real page: Chromium, with a site and a service that exist only in this process.

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { provideBrowser } from "../browsers.js";
import { launch } from "../demo/browser.js";

const root = new URL("../../", import.meta.url);
const SITE = "https://page.example";

const HTML = `<!doctype html><title>example</title><link rel="icon" href="data:,"><video></video>
<script type="module" src="/example.js"></script>`;

/**
 * @param {string} code
 * @param {typeof fetch} service answers all that goes to other hosts
 */
export async function openExamplePage(code, service) {
  const program = provideBrowser("chromium");
  if (!program) throw new Error("No Chromium on this machine, and it cannot be installed.");
  const [script, wasm] = await Promise.all([
    bundle(code),
    readFile(new URL("npm/wasm/act_one_bg.wasm", root)),
  ]);
  const files = new Map(
    /** @type {const} */ ([
      ["/", ["text/html", HTML]],
      ["/example.js", ["text/javascript", script]],
      ["/wasm/act_one_bg.wasm", ["application/wasm", wasm]],
    ]),
  );
  const browser = await launch("chromium", program);
  const page = await browser.newPage();
  /** @type {string[]} */
  const problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  await page.setRequestInterception(true);
  page.on("request", async (request) => {
    const url = new URL(request.url());
    if (url.protocol === "data:") return request.continue();
    if (url.origin === SITE) {
      const [contentType, body] = files.get(/** @type {any} */ (url.pathname)) ?? [];
      return request.respond(body === undefined ? { status: 404 } : { contentType, body });
    }
    const hasBody = request.method() === "POST";
    const headers = { ...request.headers(), origin: SITE };
    const init = { method: request.method(), headers, body: hasBody ? request.postData() : undefined };
    const answer = await service(new Request(url, init));
    const body = Buffer.from(await answer.arrayBuffer());
    await request.respond({ status: answer.status, headers: Object.fromEntries(answer.headers), body });
  });
  await page.goto(SITE);
  return {
    problems,
    close: () => browser.close(),
    async videoSource() {
      await page.waitForFunction(() => document.querySelector("video")?.src);
      return page.evaluate(() => document.querySelector("video")?.src ?? "");
    },
  };
}

/** @param {string} code */
async function bundle(code) {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL("tests/readme", root)) },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].text;
}
