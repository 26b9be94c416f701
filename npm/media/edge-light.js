// `act-one/media` in Vercel's edge runtime: like Workers, but the import says by a query that a module is wanted.

import module from "../wasm/media_bg.wasm?module";
import { setOrigin } from "./load.js";

setOrigin("edge-light", () => module);

export * from "./index.js";
