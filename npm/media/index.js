// All that `act-one/media` exports outside of pages: every file is read by the Wasm.

import { checkWith } from "./check.js";
import { read } from "./reader.js";

export { ActOneError } from "../error.js";

export const checkMedia = checkWith(read);
