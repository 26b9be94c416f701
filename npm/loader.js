// Loads a Wasm once, at the first call. Knows no runtime: where the Wasm comes from is what each runtime's entry file
// says.

import { unavailable } from "./unavailable.js";

/** For a slow connection: half a KB a second. */
const LOAD_TIMEOUT_MS = 60_000;

/** What the glue and the crate use, which test environments and old runtimes may lack. */
const NEEDED = ["WebAssembly", "TextDecoder", "TextEncoder", "URL", "Headers", "Request", "AbortController"];

/**
 * What loads one Wasm.
 *
 * @param evaluateGlue what wasm-bindgen has made for it
 * @param {object} described what errors say of it
 * @param {string} described.file
 * @param {string} described.elsewhere how else to get it, as advice
 */
export function loaderOf(evaluateGlue, described) {
  /** The build's name, and what returns the Wasm's URL, bytes or module. */
  let origin;
  let loading;
  let wasm;

  function begin(attempted) {
    loading = attempted;
    attempted.catch(() => {
      // A later attempt may have taken its place meanwhile.
      if (loading === attempted) loading = undefined;
    });
    return attempted;
  }

  async function attempt(source) {
    // How far it came, for the error.
    const trace = { build: source === undefined ? `the ${origin.build} build` : "init()", ...described };
    try {
      trace.missing = NEEDED.filter((name) => globalThis[name] === undefined);
      if (trace.missing.length > 0) throw new ReferenceError(`${trace.missing} not defined`);
      const module = await compile(source === undefined ? origin.source() : source, trace);
      const glue = await evaluateGlue();
      // Another program's Wasm, or one of another version out of a cache, would do anything.
      const [section] = WebAssembly.Module.customSections(module, "act-one-build");
      trace.isForeign = !section || new TextDecoder().decode(section) !== glue.build;
      if (trace.isForeign) throw new TypeError("the WebAssembly is of another program or version");
      await glue.default({ module_or_path: module });
      wasm = glue;
      return wasm;
    } catch (cause) {
      throw unavailable(cause, trace);
    }
  }

  /** Its functions. Concurrent first calls load once; after a failure the next call tries again. */
  const load = () => loading ?? begin(attempt());

  return {
    load,

    /** Said once by the runtime's entry file. */
    setOrigin(build, source) {
      origin = { build, source };
    },

    /** Its functions, if they are there already. */
    ifLoaded: () => wasm,

    /** Loads now, from `source` if one is given and nothing is loaded yet. */
    async init(source) {
      if (source !== undefined && !wasm) {
        const next = () => wasm ?? attempt(source);
        begin(Promise.resolve(loading).then(next, next));
      }
      await load();
    },
  };
}

/** The module at a URL, in a response, of bytes, or the one that is given. */
async function compile(source, trace) {
  let given = await source;
  given = given?.href ?? given;
  if (typeof given === "string") {
    trace.url = given;
    given = readFile(given) ?? (await request(given, trace));
  }
  // By its tag: at the edge, the module may be of another realm than the script.
  if (Object.prototype.toString.call(given) === "[object WebAssembly.Module]") return given;
  if (typeof given?.arrayBuffer === "function") {
    trace.status = Number(given.status ?? 200);
    trace.type = String(given.headers?.get("content-type"));
    trace.url ||= String(given.url ?? "");
    if (given.ok === false) throw new Error(`HTTP ${trace.status}`);
    // Other types are refused there, and servers that do not know this one are many.
    const isStreamable = given instanceof Response && trace.type === "application/wasm";
    if (isStreamable && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(given);
    given = await given.arrayBuffer();
  }
  return WebAssembly.compile(given);
}

/** The bytes at a `file:` URL, which Node's `fetch` does not read; `undefined` for other URLs and outside of Node. */
function readFile(url) {
  const fs = url.startsWith("file:") && globalThis.process?.getBuiltinModule?.("node:fs");
  return fs ? fs.readFileSync(new URL(url)) : undefined;
}

async function request(url, trace) {
  trace.isAwaited = true;
  // All calls wait for it, and their own timeouts begin after it.
  const response = await fetch(url, { signal: AbortSignal.timeout?.(LOAD_TIMEOUT_MS) });
  trace.isAwaited = false;
  return response;
}
