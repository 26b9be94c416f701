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
    await instantiate({ module_or_path: source === undefined ? await defaultSource() : await source });
    wasm.setErrorClass(ActOneError);
    loaded = true;
    return wasm;
  } catch (cause) {
    throw new ActOneError({
      code: "network",
      message:
        `act-one could not load its WebAssembly (${cause?.message ?? cause}). Nothing was sent. ` +
        "Check that act_one_bg.wasm is served beside the script and that a Content-Security-Policy allows " +
        "'wasm-unsafe-eval', or pass its URL, bytes or module to init().",
      retryable: true,
      cause,
    });
  }
}
