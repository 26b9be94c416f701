// Every JavaScript example of the README, run as it stands: in a module of its own, against the sandbox, with
// the names that an example takes for granted (a key, a progress bar) provided around it.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createSandbox } from "act-one/sandbox";

const root = fileURLToPath(new URL("../..", import.meta.url));
const readme = await readFile(join(root, "README.md"), "utf8");
const examples = [...readme.matchAll(/^(#+ .*)$|^```js\n([^]*?)^```$/gm)];

/** What the examples take for granted. */
const surroundings = {
  apiKey: "sk-sandbox",
  signal: new AbortController().signal,
  bar: { value: 0 },
  player: { src: "" },
  video: "https://media.example/performance.mp4",
  image: "https://media.example/portrait.png",
  localStorage: {},
  token: "signed",
  orderId: "order-1",
  user: { id: "user-1" },
  store: () => {},
  report: (error) => assert.fail(error),
};

// Inside the repository, so that "act-one" is the package itself.
let folder;
let directory;
const { fetch: globalFetch, setTimeout: globalSetTimeout } = globalThis;
const sandbox = createSandbox({ checkMedia: false, invisibleFor: 0, queueTime: 0, runTime: 0, keys: null });

before(async () => {
  folder = await mkdtemp(join(root, "tests/readme/run-"));
  directory = process.cwd();
  process.chdir(folder);
  Object.assign(process.env, {
    COMETAPI_KEY: "sk-sandbox",
    TOKEN_SECRET: "a secret of thirty-two bytes ....",
  });
  Object.assign(globalThis, surroundings);
  globalThis.fetch = sandbox.fetch;
  // The sandbox's tasks are over at once; the adaptive schedule, made for minutes, need not be sat out.
  globalThis.setTimeout = (callback, ms, ...rest) => globalSetTimeout(callback, ms / 1000, ...rest);
});

after(async () => {
  Object.assign(globalThis, { fetch: globalFetch, setTimeout: globalSetTimeout });
  process.chdir(directory);
  await rm(folder, { recursive: true });
});

let heading = "";
let count = 0;
for (const [, title, code] of examples) {
  if (title) {
    heading = title.replace(/^#+ /, "");
    continue;
  }
  const file = `example-${++count}.js`;
  test(`the README's example under "${heading}" runs`, async () => {
    const exported = code.includes("async function onCallback") ? `${code}\nexport { onCallback };\n` : code;
    await writeFile(join(folder, file), exported);
    const example = await import(pathToFileURL(join(folder, file)).href);
    const body = JSON.stringify({ video: surroundings.video, image: surroundings.image });
    const request = (content) => new Request("https://worker.example", { method: "POST", body: content });
    if (example.default) {
      const response = await example.default.fetch(request(body), { COMETAPI_KEY: "sk-sandbox" });
      assert.equal((await response.json()).status, "succeeded");
    }
    if (example.onCallback) {
      const [id] = [...sandbox.tasks.keys()];
      const response = await example.onCallback(request(JSON.stringify({ task_id: id, status: "SUCCESS" })));
      assert.equal(response.status, 204);
    }
  });
}

test("the first example has set the player's source", () => {
  assert.match(surroundings.player.src, /result\.mp4$/);
  assert.equal(surroundings.bar.value, 1);
});
