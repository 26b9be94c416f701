// Loads the Wasm once, at the first call. Knows no runtime: where the Wasm comes from is what each
// runtime's entry file says.

import { ActOneError } from "./error.js";
import { imports, start } from "./wasm/act_one.js";

/** For a slow connection: half a KB a second. */
const LOAD_TIMEOUT_MS = 60_000;

let defaultSource;
let loading;
let wasm;

/** Said once by the runtime's entry: a function that gives the Wasm's URL, bytes or module. */
export function setDefaultSource(source) {
  defaultSource = source;
}

/** The crate's exports, if they are there already. */
export function ifLoaded() {
  return wasm;
}

/** The crate's exports. Concurrent first calls load once; after a failure the next call tries again. */
export function load() {
  return loading ?? begin(attempt());
}

/** Loads now, from `source` if one is given and nothing is loaded yet. */
export async function init(source) {
  if (source !== undefined && !wasm) {
    const next = () => wasm ?? attempt(source);
    begin(Promise.resolve(loading).then(next, next));
  }
  await load();
}

function begin(attempted) {
  loading = attempted;
  attempted.catch(() => {
    // A later attempt may have taken its place meanwhile.
    if (loading === attempted) loading = undefined;
  });
  return attempted;
}

async function attempt(source) {
  try {
    const exports = await instantiate(source === undefined ? defaultSource() : source);
    // Started, another program's Wasm would take the place of ours for good.
    if (!exports.parseCallback) throw new TypeError("it is another program's WebAssembly");
    start(exports);
    return (wasm = exports);
  } catch (cause) {
    throw new ActOneError({
      code: "network",
      message:
        `act-one could not load its WebAssembly (${describe(cause)}). Nothing was sent. ` +
        "Check that act_one_bg.wasm is served beside the script and that a Content-Security-Policy allows " +
        "'wasm-unsafe-eval', or pass its URL, bytes or module to init().",
      retryable: true,
      cause,
    });
  }
}

/** The exports of the Wasm at an address, in a response, as bytes or as a module. */
async function instantiate(source) {
  let given = await source;
  given = given?.href ?? given;
  if (typeof given === "string") {
    // All calls wait for it, and their own timeouts begin after it.
    given = await fetch(given, { signal: AbortSignal.timeout?.(LOAD_TIMEOUT_MS) });
  }
  if (given instanceof Response) {
    if (!given.ok) throw new Error(`HTTP ${given.status} for ${given.url}`);
    // Other types are refused there, and servers that do not know this one are many.
    const isStreamable = given.headers.get("content-type") === "application/wasm";
    if (isStreamable && WebAssembly.instantiateStreaming)
      return (await WebAssembly.instantiateStreaming(given, imports())).instance.exports;
    given = await given.arrayBuffer();
  }
  const instantiated = await WebAssembly.instantiate(given, imports());
  return (instantiated.instance ?? instantiated).exports;
}

/** What was thrown, in words; it may be any value. */
function describe(thrown) {
  try {
    return String(thrown?.message ?? thrown);
  } catch {
    return "for an unknown reason";
  }
}
