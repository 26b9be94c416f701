// `act-one/media` in Cloudflare Workers: they may not compile bytes, so the Wasm is imported as a compiled module.

import module from "../wasm/media_bg.wasm";
import { setOrigin } from "./load.js";

setOrigin("workerd", () => module);

export * from "./index.js";
