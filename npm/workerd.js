// Cloudflare Workers: they may not compile bytes, so the Wasm is imported as a compiled module.

import module from "./wasm/act_one_bg.wasm";
import { setDefaultSource } from "./load.js";

setDefaultSource(() => module);

export * from "./api.js";
