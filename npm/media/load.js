// The Wasm that reads media files.

import { loaderOf } from "../loader.js";
import evaluateGlue from "../wasm/media.js";

export const { setOrigin, load } = loaderOf(evaluateGlue, {
  file: "media_bg.wasm",
  elsewhere: "or check the file on a server, where it is inside the script",
});
