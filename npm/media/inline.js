// `act-one/media` for `require` and for runtimes that are not known: the Wasm is inside, and nothing here needs a certain
// runtime.

import { bytes } from "./bytes.js";
import { setOrigin } from "./load.js";

setOrigin("inline", bytes);

export * from "./index.js";
