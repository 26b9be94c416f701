// No cache answers in the service's place: a framework's would give old news, and one task to two callers.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { createSandbox } from "../../sandbox/index.js";
import { run } from "../../npm/node.js";

const INPUT = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };

/** What each request of a whole task says of caches. @param {typeof run} runIt */
async function cachesAsked(runIt) {
  const sandbox = createSandbox({ speed: 1000, checkMedia: false });
  const asked = new Set();
  const fetch = (request) => (asked.add(request.cache), sandbox.fetch(request));
  await runIt(INPUT, { apiKey: "sk-sandbox", fetch, pollInterval: 5 });
  return [...asked];
}

test("every request asks for no cache", async () => {
  assert.deepEqual(await cachesAsked(run), ["no-store"]);
});

test("where the runtime does not know that field, requests are made without it", async (t) => {
  const { Request } = globalThis;
  t.after(() => void (globalThis.Request = Request));
  // Like workerd before November 2024.
  globalThis.Request = class extends Request {
    constructor(input, init) {
      if (init?.cache !== undefined) throw new Error("The 'cache' field is not implemented.");
      super(input, init);
    }
  };
  // A copy that has not asked yet.
  const copy = createRequire(import.meta.url)("../../npm/wasm/inline.cjs");
  assert.deepEqual(await cachesAsked(copy.run), ["default"]);
});
