// How large the memories of a process's Wasm modules are.

/** To be called before any is loaded. @returns {Record<"now" | "atStart", () => number>} bytes, by now and when loaded */
export function watchWasm() {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  let atStart = 0;
  const { instantiate } = WebAssembly;
  /** @type {any} */ (WebAssembly).instantiate = async (
    /** @type {[WebAssembly.Module, WebAssembly.Imports]} */ ...given
  ) => {
    /** @type {any} */
    const instantiated = await instantiate(...given);
    const { exports } = instantiated.instance ?? instantiated;
    for (const thing of Object.values(exports)) {
      if (!(thing instanceof WebAssembly.Memory)) continue;
      memories.push(thing);
      atStart += thing.buffer.byteLength;
    }
    return instantiated;
  };
  return {
    now: () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0),
    atStart: () => atStart,
  };
}
