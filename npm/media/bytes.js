// The Wasm's bytes: no file to find, no request to make.

import { decoded } from "../base64.js";
import base64 from "../wasm/media_base64.js";

export const bytes = () => decoded(base64);
