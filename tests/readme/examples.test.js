// Every JavaScript example of the README, run as it stands against the sandbox: those that use `document` in a page, those
// with a default export as a Worker's module, the others in Node.

import assert from "node:assert/strict";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createSandbox } from "act-one/sandbox";
import { openExamplePage } from "./page.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = await readFile(join(root, "README.md"), "utf8");

const sandbox = createSandbox({ checkMedia: false, invisibleFor: 0, queueTime: 0, runTime: 50, keys: null });
const globals = { fetch: globalThis.fetch };
let folder = "";
let directory = "";

before(async () => {
  // Inside the repository, so that "act-one" is the package itself.
  folder = await mkdtemp(join(root, "tests/readme/run-"));
  directory = process.cwd();
  process.chdir(folder);
  for (const name of ["performance.mp4", "portrait.jpg"])
    await copyFile(join(root, "www/samples", name), name);
  Object.assign(process.env, { COMETAPI_KEY: "sk-sandbox", COMETAPI_ACCESS_TOKEN: "at-sandbox" });
  globalThis.fetch = sandbox.fetch;
});

after(async () => {
  Object.assign(globalThis, globals);
  process.chdir(directory);
  await rm(folder, { recursive: true });
});

let heading = "";
let count = 0;
for (const [, title, code] of readme.matchAll(/^(#+ .*)$|^```js\n([^]*?)^```$/gm)) {
  if (title) {
    heading = title.replace(/^#+ /, "");
    continue;
  }
  const file = `example-${++count}.js`;
  const run = code.includes("document.") ? inPage : inNode;
  test(`the README's example under "${heading}" runs`, () => run(file, code));
}

test("there are examples for Node, a Worker and a page", () => {
  assert.ok(count >= 8 && readme.includes("document.") && readme.includes("export default"));
});

/** @param {string} file @param {string} code */
async function inNode(file, code) {
  await writeFile(join(folder, file), code);
  const example = await import(pathToFileURL(join(folder, file)).href);
  const post = (/** @type {object} */ content) =>
    new Request("https://worker.example", { method: "POST", body: JSON.stringify(content) });
  if (example.default) {
    const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };
    const response = await example.default.fetch(post(input), { COMETAPI_KEY: "sk-sandbox" });
    assert.equal((await response.json()).status, "succeeded");
  }
  if (example.onCallback) {
    const [id] = [...sandbox.tasks.keys()];
    const response = await example.onCallback(post({ task_id: id, status: "SUCCESS" }));
    assert.equal(response.status, 204);
  }
}

/** @param {string} _file @param {string} code */
async function inPage(_file, code) {
  const page = await openExamplePage(code, sandbox.fetch);
  try {
    assert.match(await page.videoSource(), /result\.mp4$/);
    assert.deepEqual(page.problems, []);
  } finally {
    await page.close();
  }
}
