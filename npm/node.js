// Node, Deno, Bun: the Wasm is read from disk.

import { setDefaultSource } from "./load.js";

setDefaultSource(async () => {
  // No import statement, for which Node would take a millisecond or two; before 20.16 it had nothing else.
  const { readFileSync } = globalThis.process?.getBuiltinModule?.("node:fs") ?? (await import("node:fs"));
  // Here and now: handing the little there is to another thread and back takes longer.
  return new WebAssembly.Module(readFileSync(new URL("./wasm/act_one_bg.wasm", import.meta.url)));
});

export * from "./api.js";
