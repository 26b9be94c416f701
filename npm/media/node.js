// `act-one/media` in Node, Deno and Bun: the Wasm is inside, because a file beside the script is lost where a tool makes
// one file of all.

import { bytes } from "./bytes.js";
import { setOrigin } from "./load.js";

// Here and now: handing the little there is to another thread and back takes longer.
setOrigin("node", () => new WebAssembly.Module(bytes()));

export * from "./index.js";
