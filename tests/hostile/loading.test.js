// Loading the Wasm from whatever a caller, a bundler or a server gives in its place. A source that is no good is an
// `ActOneError`, and the next attempt starts afresh. One process, so the good source comes last.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { getTask, init } from "../../npm/node.js";
import { DONE, ID, answering, assertStillWorks, errorOf, response, through, thrower } from "./answers.js";

/** The smallest Wasm there is, and not ours. */
const ANOTHER = new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));

const OURS = readFileSync(new URL("../../npm/wasm/act_one_bg.wasm", import.meta.url));

/** As a cache may hold it: what its imports are called is the same, what they do is not. */
function ofAnotherBuild() {
  const [{ module }] = WebAssembly.Module.imports(new WebAssembly.Module(OURS));
  return Buffer.from(OURS.toString("latin1").replaceAll(module, "0".repeat(module.length)), "latin1");
}

/** As functions, so that a promise that rejects does not do so before it is looked at. */
const SOURCES = {
  "bytes that are no Wasm": () => new Uint8Array(3),
  "a page": () => new Response("<html>", { headers: { "content-type": "text/html" } }),
  "an answer of HTTP 404": () => new Response("", { status: 404 }),
  "a URL that is none": () => "garbage",
  "a URL that fails": () => new URL("https://nowhere.example/act_one_bg.wasm"),
  "another Wasm": () => ANOTHER,
  "the Wasm of another build": ofAnotherBuild,
  "a promise that rejects": () => Promise.reject(new Error("no")),
  "a promise that rejects with nothing": () => Promise.reject(undefined),
  "a promise that rejects with a symbol": () => Promise.reject(Symbol("s")),
  "a promise that rejects with an object without a prototype": () => Promise.reject(Object.create(null)),
  "a promise that rejects with a trap": () =>
    Promise.reject(Object.defineProperty({}, "message", { get: thrower })),
  "a proxy that throws": () => new Proxy({}, { get: thrower, getPrototypeOf: thrower }),
  "an object": () => ({}),
  null: () => null,
  "a number": () => 5,
  "a symbol": () => Symbol("s"),
  "a BigInt": () => 10n,
};

const globalFetch = globalThis.fetch;
before(() => void (globalThis.fetch = async () => response("", { status: 503 })));
after(() => void (globalThis.fetch = globalFetch));

for (const [name, source] of Object.entries(SOURCES)) {
  test(`init with ${name} is an ActOneError that says what to do`, async () => {
    const error = await errorOf(init(source()));
    assert.equal(error.code, "wasm_unavailable");
    assert.equal(error.taskMayExist, false);
    assert.match(error.message, /act_one_bg\.wasm/);
  });
}

test("a download that never comes ends by itself, for all who wait for it, and the next one is tried", async () => {
  const { fetch } = globalThis;
  const { timeout } = AbortSignal;
  try {
    // A minute is too long for a test, and the real one's timer keeps no process up.
    AbortSignal.timeout = () => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error("too late")), 10);
      return controller.signal;
    };
    globalThis.fetch = (_, { signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const address = new URL("https://slow.example/act_one_bg.wasm");
    const ends = [init(address), getTask(ID, through(answering(DONE)))].map(errorOf);
    for (const { code, retryable } of await Promise.all(ends))
      assert.deepEqual([code, retryable], ["wasm_unavailable", true]);
    let asked;
    globalThis.fetch = async (given) => ((asked = given), response("", { status: 503 }));
    await errorOf(init({ href: address.href }));
    assert.equal(asked, address.href);
  } finally {
    Object.assign(AbortSignal, { timeout });
    globalThis.fetch = fetch;
  }
});

test("after that the right bytes load, for calls that came meanwhile too", async () => {
  const [loaded, task] = await Promise.all([
    init(Promise.resolve(OURS)),
    getTask(ID, through(answering(DONE))),
  ]);
  assert.equal(loaded, undefined);
  assert.equal(task.id, ID);
  await init(new Uint8Array(3));
  await assertStillWorks();
});
