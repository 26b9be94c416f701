// Node, Deno, Bun: the Wasm is read from disk.

import { readFileSync } from "node:fs";
import { setDefaultSource } from "./load.js";

setDefaultSource(() => {
  const compiled = WebAssembly.compile(readFileSync(new URL("./wasm/act_one_bg.wasm", import.meta.url)));
  // Node loads its `fetch` at the first look at it, for longer than the Wasm compiles: side by side, then.
  void globalThis.Request;
  return compiled;
});

export * from "./api.js";
