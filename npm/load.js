// The package's own Wasm.

import { loaderOf } from "./loader.js";
import evaluateGlue from "./wasm/act_one.js";

export const { setOrigin, ifLoaded, load, init } = loaderOf(evaluateGlue, {
  file: "act_one_bg.wasm",
  elsewhere:
    'import from "act-one/inline", which has it inside, or pass its URL, bytes or compiled module to init()',
});
