// Node, Deno, Bun: the Wasm is read from disk.

import { setDefaultSource } from "./load.js";

setDefaultSource(async () => {
  const { readFile } = await import("node:fs/promises");
  return readFile(new URL("./wasm/act_one_bg.wasm", import.meta.url));
});

export * from "./api.js";
