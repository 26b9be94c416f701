// When the Wasm is loaded and when it is not. Each test imports a copy of the package's files, because a module is
// only new once.

import assert from "node:assert/strict";
import fs from "node:fs";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const npmFolder = fileURLToPath(new URL("../../npm", import.meta.url));
const wasmFile = join(npmFolder, "wasm/act_one_bg.wasm");

/** Something to do that needs the Wasm and no network. */
const CALLBACK = { id: "task-1", status: "1" };

/** How the folder of a copy is called, so that what its files do can be told from what Node does. */
const COPY = "act-one-lazy-";

/** Every way to compile or run Wasm. */
const COMPILERS = [
  "compile",
  "compileStreaming",
  "instantiate",
  "instantiateStreaming",
  "validate",
  "Module",
  "Instance",
];

test("importing reads nothing, fetches nothing and compiles nothing", async (t) => {
  for (const entry of ["node.js", "browser.js"]) {
    const seen = watchTheRuntime(t);
    await importFresh(t, entry);
    assert.deepEqual(seen(), [], entry);
  }
});

test("server-side rendering can import the browser's entry: no error, no global, nothing left running", async (t) => {
  const before = Object.getOwnPropertyNames(globalThis);
  const running = process.getActiveResourcesInfo();
  const { run, createClient } = await importFresh(t, "browser.js");
  createClient({ apiKey: "sk" });
  assert.equal(typeof run, "function");
  assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
  assert.deepEqual(timersIn(process.getActiveResourcesInfo()), timersIn(running));
});

test("making a client or a watch loads nothing", async (t) => {
  const { createClient, watchTask } = await importFresh(t, "node.js");
  const seen = watchTheRuntime(t);
  createClient({ apiKey: "sk" }).watchTask("task-1")[Symbol.asyncIterator]();
  watchTask("task-1");
  assert.deepEqual(seen(), []);
});

test("concurrent first calls load once", async (t) => {
  const actOne = await importFresh(t, "node.js");
  const seen = watchTheRuntime(t);
  const calls = [
    actOne.init(),
    actOne.parseCallback(CALLBACK),
    actOne.parseCallback(CALLBACK),
    actOne.init(),
  ];
  await Promise.all(calls);
  await actOne.parseCallback(CALLBACK);
  assert.deepEqual(seen(), ["Module", "instantiate"]);
});

test("in a browser, the Wasm is compiled while it streams in from beside the script", async (t) => {
  withoutFiles(t);
  const actOne = await importFresh(t, "browser.js");
  const wasm = wasmResponse();
  /** @type {string[]} */
  const addresses = [];
  t.mock.method(globalThis, "fetch", async (/** @type {URL} */ address) => {
    addresses.push(String(address));
    return wasm;
  });
  const seen = watchTheRuntime(t, { fetch: false });
  await actOne.parseCallback(CALLBACK);
  assert.equal(addresses.length, 1);
  assert.match(addresses[0], /\/wasm\/act_one_bg\.wasm$/);
  assert.deepEqual(seen(), ["compileStreaming", "instantiate"]);
});

/** @type {[string, () => Promise<Response>][]} */
const failures = [
  ["is not found", async () => new Response("Not found", { status: 404 })],
  ["cannot be reached", () => Promise.reject(new TypeError("fetch failed"))],
  [
    "is a web page instead",
    async () => new Response("<!doctype html>", { headers: { "content-type": "text/html" } }),
  ],
  ["breaks off", async () => wasmResponse(1000)],
];
for (const [what, answer] of failures) {
  test(`Wasm that ${what} rejects with a clear error, and the next call tries again`, async (t) => {
    withoutFiles(t);
    const actOne = await importFresh(t, "browser.js");
    const fetching = t.mock.method(globalThis, "fetch", answer);
    const calls = await Promise.allSettled([actOne.parseCallback(CALLBACK), actOne.init()]);
    for (const call of calls) {
      const error = call.status === "rejected" ? call.reason : assert.fail("it loaded");
      assert.ok(error instanceof actOne.ActOneError);
      assert.equal(error.code, "wasm_unavailable");
      assert.equal(error.taskMayExist, false);
      assert.match(error.message, /could not load its WebAssembly .*Nothing was sent.*init\(\)/);
      assert.match(error.message, /the browser build, at file:.*act_one_bg\.wasm/);
      assert.ok(error.cause instanceof Error);
    }
    assert.equal(fetching.mock.callCount(), 1);

    fetching.mock.mockImplementation(async () => wasmResponse());
    assert.equal((await actOne.parseCallback(CALLBACK)).id, "task-1");
  });
}

const bytes = await readFile(wasmFile);

test("a server that does not know the type of Wasm makes no difference", async (t) => {
  withoutFiles(t);
  const actOne = await importFresh(t, "browser.js");
  const headers = { "content-type": "application/octet-stream" };
  t.mock.method(globalThis, "fetch", async () => new Response(bytes, { headers }));
  const seen = watchTheRuntime(t, { fetch: false });
  assert.equal((await actOne.parseCallback(CALLBACK)).id, "task-1");
  assert.deepEqual(seen(), ["compile", "instantiate"]);
});

test("the browser's entry in Node reads its file, which Node's fetch does not", async (t) => {
  const actOne = await importFresh(t, "browser.js");
  const seen = watchTheRuntime(t);
  assert.equal((await actOne.parseCallback(CALLBACK)).id, "task-1");
  assert.deepEqual(seen(), ["readFileSync", "compile", "instantiate"]);
});

test("one file with the Wasm inside loads wherever it is put, as CommonJS and under another name", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), COPY));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(join(npmFolder, "wasm/inline.cjs"), join(folder, "other.cjs"));
  const copy = createRequire(join(folder, "from.js"))("./other.cjs");
  assert.equal((await copy.parseCallback(CALLBACK)).id, "task-1");

  const { ActOneError, submit } = await importFresh(t, "node.js");
  class Special extends ActOneError {}
  for (const error of [
    await copy.submit({}).catch(itself),
    await submit(/** @type {any} */ ({})).catch(itself),
  ]) {
    assert.ok(error instanceof copy.ActOneError && error instanceof ActOneError, "an error of either copy");
    assert.ok(!(error instanceof Special));
  }
  assert.ok(new Special({ code: "network", message: "" }) instanceof Special);
  assert.ok(!(new Error() instanceof ActOneError));
});

test("where globals are missing, the import works, and a call names them and is not worth trying again", async (t) => {
  for (const [missing, advice] of /** @type {const} */ ([
    ["WebAssembly", /Hermes.* on a server or in a Worker/],
    ["TextDecoder", /has no TextDecoder\..*jsdom/],
    ["Request", /has no Request\..*jsdom/],
  ])) {
    const given = Object.getOwnPropertyDescriptor(globalThis, missing);
    const put = () => Object.defineProperty(globalThis, missing, /** @type {PropertyDescriptor} */ (given));
    t.after(put);
    Object.defineProperty(globalThis, missing, { value: undefined, configurable: true });
    const actOne = await importFresh(t, "node.js");
    const error = await actOne.parseCallback(CALLBACK).catch(itself);
    put();
    assert.deepEqual([error.code, error.retryable, error.taskMayExist], ["wasm_unavailable", false, false]);
    assert.match(error.message, advice);
    assert.equal((await actOne.parseCallback(CALLBACK)).id, "task-1");
  }
});

test("an error of loading advises by its cause, and is retryable only where another try can help", async () => {
  const { unavailable } = await import(pathToFileURL(join(npmFolder, "unavailable.js")).href);
  const url = "https://user:secret@cdn.example/app/act_one_bg.wasm?token=secret";
  /** @type {[unknown, object, RegExp, boolean][]} */
  const causes = [
    [new Error("HTTP 404"), { url, status: 404 }, /HTTP 404.*Serve it beside the script/, false],
    [new Error("HTTP 403"), { url, status: 403 }, /HTTP 403/, false],
    [new Error("HTTP 503"), { url, status: 503 }, /HTTP 503/, true],
    [
      new Error("HTTP 404"),
      { url: "http://x/.vite/deps/a.wasm", status: 404 },
      /optimizeDeps\.exclude/,
      false,
    ],
    [new WebAssembly.CompileError("magic"), { url, type: "text/html" }, /a web page in its place/, false],
    [new TypeError("Failed to fetch"), { url, isAwaited: true }, /connect-src/, true],
    [new TypeError("fetch failed"), { url: "file:///a.wasm", isAwaited: true }, /Serve it by HTTP/, false],
    [new Error("violates the following Content Security Policy"), { url }, /'wasm-unsafe-eval'/, false],
    [new WebAssembly.CompileError("Wasm code generation disallowed by embedder"), {}, /"workerd"/, false],
    [new TypeError("another"), { url, isForeign: true }, /another program or version/, false],
    [new TypeError("network error"), { url }, /network error/, true],
    [new WebAssembly.CompileError("magic"), { url }, /magic/, false],
    [new Error("ENOENT: no such file"), { url: "file:///a.wasm" }, /Serve it beside the script/, false],
  ];
  for (const [cause, trace, advice, isRetryable] of causes) {
    const error = unavailable(cause, { build: "the browser build", ...trace });
    assert.match(error.message, advice);
    assert.equal(error.retryable, isRetryable, error.message);
    assert.deepEqual([error.code, error.taskMayExist, error.cause], ["wasm_unavailable", false, cause]);
    assert.doesNotMatch(error.message, /secret/);
  }
});

/** @type {[string, () => Parameters<typeof import("act-one").init>[0]][]} */
const sources = [
  ["an address", () => wasmAddress()],
  ["an address as text", () => wasmAddress().href],
  ["bytes", () => bytes],
  ["an ArrayBuffer", () => new Uint8Array(bytes).buffer],
  ["a compiled module", () => new WebAssembly.Module(bytes)],
  ["a response", () => wasmResponse()],
  ["a promise of one of these", () => Promise.resolve(wasmResponse())],
];
for (const [what, source] of sources) {
  test(`init takes ${what} in place of what is beside the script`, async (t) => {
    const actOne = await importFresh(t, "browser.js", { without: "wasm/act_one_bg.wasm" });
    await actOne.init(source());
    assert.equal((await actOne.parseCallback(CALLBACK)).id, "task-1");
  });
}

test("init with a source that fails rejects, and the next call loads what is beside the script", async (t) => {
  const actOne = await importFresh(t, "node.js");
  await assert.rejects(actOne.init(new Uint8Array([1, 2, 3])), {
    name: "ActOneError",
    code: "wasm_unavailable",
  });
  assert.equal((await actOne.parseCallback(CALLBACK)).id, "task-1");
});

test("init overrides a load that is on its way and fails", async (t) => {
  const actOne = await importFresh(t, "browser.js", { without: "wasm/act_one_bg.wasm" });
  const early = assert.rejects(actOne.parseCallback(CALLBACK), { code: "wasm_unavailable" });
  await actOne.init(bytes);
  await early;
  assert.equal((await actOne.parseCallback(CALLBACK)).id, "task-1");
});

test("init does nothing once the Wasm is loaded", async (t) => {
  const actOne = await importFresh(t, "node.js");
  await actOne.init();
  const seen = watchTheRuntime(t);
  await actOne.init();
  await actOne.init(bytes);
  assert.deepEqual(seen(), []);
});

/**
 * Imports an entry as if for the first time.
 *
 * @param {import("node:test").TestContext} t @param {string} entry @param {{ without?: string }} [options] a file to leave out
 * @returns {Promise<typeof import("act-one")>}
 */
async function importFresh(t, entry, { without } = {}) {
  const folder = await mkdtemp(join(tmpdir(), COPY));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await cp(npmFolder, folder, { recursive: true });
  await fs.promises.writeFile(join(folder, "package.json"), '{ "type": "module" }');
  if (without) await rm(join(folder, without));
  return import(pathToFileURL(join(folder, entry)).href);
}

/** What rejected, for a look at it. @param {any} error */
const itself = (error) => error;

/** As in a browser, where there is no module to read files with. @param {import("node:test").TestContext} t */
function withoutFiles(t) {
  t.mock.method(process, "getBuiltinModule", () => undefined);
}

/**
 * Lists what is read, fetched and compiled from now on.
 *
 * @param {import("node:test").TestContext} t @param {{ fetch?: boolean }} [options]
 */
function watchTheRuntime(t, { fetch = true } = {}) {
  /** @type {string[]} */
  const seen = [];
  const watch = (/** @type {any} */ owner, /** @type {string} */ name) => {
    const original = owner[name];
    const note = () => {
      // Node itself reads modules, and has Wasm of its own in its fetch.
      if (new Error().stack?.includes(COPY)) seen.push(name);
    };
    const watched = new Proxy(original, {
      apply: (...call) => (note(), Reflect.apply(...call)),
      construct: (...call) => (note(), Reflect.construct(...call)),
    });
    owner[name] = watched;
    syncBuiltinESMExports();
    t.after(() => {
      owner[name] = original;
      syncBuiltinESMExports();
    });
  };
  for (const name of ["readFile", "open"]) watch(fs.promises, name);
  for (const name of ["readFile", "readFileSync"]) watch(fs, name);
  if (fetch) watch(globalThis, "fetch");
  for (const name of COMPILERS) watch(WebAssembly, name);
  return () => seen.splice(0);
}

/** The Wasm as a server sends it. @param {number} [length] cut off there */
function wasmResponse(length = bytes.length) {
  return new Response(bytes.subarray(0, length), { headers: { "content-type": "application/wasm" } });
}

/** The Wasm under an address that Node's fetch can read. */
function wasmAddress() {
  return new URL(`data:application/wasm;base64,${bytes.toString("base64")}`);
}

/** @param {string[]} resources */
function timersIn(resources) {
  return resources.filter((resource) => resource === "Timeout");
}
