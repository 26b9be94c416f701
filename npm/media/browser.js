// `act-one/media` in pages and their workers: what a page's own decoders cannot tell is read by the Wasm, which is loaded
// only then.

import { checkWith } from "./check.js";
import { seen } from "./decoders.js";

export { ActOneError } from "../error.js";

export const checkMedia = checkWith(async (file, wanted, settings) => {
  const found = await seen(file, wanted, settings);
  return found ?? (await import("./page-reader.js")).read(file, settings);
});
