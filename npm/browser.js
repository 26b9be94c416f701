// Browsers and their workers: the Wasm is compiled while it streams in from beside this file.

import { setOrigin } from "./load.js";

setOrigin("browser", () => new URL("./wasm/act_one_bg.wasm", import.meta.url));

export * from "./index.js";
