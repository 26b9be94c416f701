// `act-one/inline`, and what `require` gets everywhere: the Wasm is inside, and nothing here needs a certain runtime.

import { bytes } from "./bytes.js";
import { setOrigin } from "./load.js";

setOrigin("inline", bytes);

export * from "./index.js";
