// Browsers, their workers, bundlers' default: the Wasm is compiled while it streams in from beside this file.

import { setDefaultSource } from "./load.js";

setDefaultSource(() => new URL("./wasm/act_one_bg.wasm", import.meta.url));

export * from "./api.js";
