// Loads the Wasm once, at the first call. Knows no runtime: where the Wasm comes from is what each
// runtime's entry file says.

import { ActOneError } from "./error.js";
import instantiate, * as wasm from "./wasm/act_one.js";

let defaultSource;
let loading;
let loaded = false;

/** Said once by the runtime's entry: a function that gives the Wasm's URL, bytes or module. */
export function setDefaultSource(source) {
  defaultSource = source;
}

/** The crate's exports, if they are there already. */
export function ifLoaded() {
  return loaded ? wasm : undefined;
}

/** The crate's exports. Concurrent first calls load once; after a failure the next call tries again. */
export function load() {
  return loading ?? begin(attempt());
}

/** Loads now, from `source` if one is given and nothing is loaded yet. */
export async function init(source) {
  if (source !== undefined && !loaded) {
    const next = () => (loaded ? wasm : attempt(source));
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
    await instantiate({ module_or_path: await checked(source === undefined ? defaultSource() : source) });
    loaded = true;
    return wasm;
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

/** The source, compiled if it is bytes. Another program's Wasm would take the place of ours for good. */
async function checked(source) {
  const given = await source;
  const isBytes = ArrayBuffer.isView(given) || given instanceof ArrayBuffer;
  const compiled = isBytes ? await WebAssembly.compile(given) : given;
  if (compiled instanceof WebAssembly.Module) {
    const names = WebAssembly.Module.exports(compiled).map(({ name }) => name);
    if (!names.includes("parseCallback")) throw new TypeError("it is another program's WebAssembly");
  }
  return compiled;
}

/** What was thrown, in words; it may be any value. */
function describe(thrown) {
  try {
    return String(thrown?.message ?? thrown);
  } catch {
    return "for an unknown reason";
  }
}
