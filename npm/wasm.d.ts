import type { WasmSource } from "./index.js";

/**
 * The WebAssembly itself, for tools that have to be told of it. What an import of it gives is the tool's affair: an
 * URL, the bytes or a compiled module. Each of them is a source for `init`.
 */
declare const wasm: WasmSource;
export default wasm;
