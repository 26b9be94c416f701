// Makes wasm-bindgen's JavaScript small: cuts off what npm/load.js does itself and what the Wasm does not import, says
// the rest shorter, and gives the functions between JavaScript and the Wasm short names. Every step fails where
// wasm-bindgen's text is not the one that it was written for. Called by the build driver, which gives the same names to
// the Wasm:
//
//   node xtask/glue.js <file> <name>... -- <name>...   rewrites the file; prints each name that is in it, a space, its
//                                                      short name; the latter are imports that give a JavaScript value

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/** Where wasm-bindgen begins to load the Wasm. */
const LOADING = "\nlet wasmModule, wasmInstance, wasm;\n";

/** What stands for its loading: the Wasm is there already, and is only to be set going. */
const START = `
let wasm;
export function start(exports) {
    wasm = exports;
    wasm.__wbindgen_start();
}
`;

/**
 * What an import gives in place of what it would have given. wasm-bindgen takes another slot for the latter, in the
 * table that holds JavaScript's values for the Wasm, and never frees it. So the exception takes that one: it is the
 * next to be given away, because slots are given away in the reverse order of their being freed.
 */
const CAUGHT = `
function caught(thrown) {
    const index = wasm.__externref_table_alloc();
    wasm.__externref_table_dealloc(index);
    wasm.__wbindgen_exn_store(index);
    return thrown;
}`;

/** @type {[pattern: RegExp, shorter: string][]} */
const SHORTER = [
  // What the Wasm imports: functions that know neither `this` nor `arguments`, each with a `try` of its own, because a
  // function around them would take more time than most of them do.
  [/^( {8}\w+: )function\(\) \{ return handleError\(function \((.*)\) \{$/gm, "$1($2) => { try {"],
  [/^ {8}\}, arguments\); \},$/gm, "        } catch (thrown) { return caught(thrown); } },"],
  [/^( {8}\w+: )function\((.*)\) \{$/gm, "$1($2) => {"],
  [
    /^function handleError\(f, args\) \{\n {4}try \{\n {8}return f\.apply\(this, args\);\n {4}\} catch \(e\) \{\n {8}const idx = addToExternrefTable0\(e\);\n {8}wasm\.__wbindgen_exn_store\(idx\);\n {4}\}\n\}$/gm,
    CAUGHT,
  ],
  // Properties are asked of anything, and most of what is asked for is not there: `Reflect.get` takes longer, and throws
  // where there is no object.
  [/Reflect\.get\((\w+), (\w+)\)/g, "$1?.[$2]"],
  // `realloc` is always given.
  [/^ {4}if \(realloc === undefined\) \{\n(?: {8}.*\n)*? {8}return ptr;\n {4}\}\n/gm, ""],
  // A decoder of Safari's fails after 2 GB: after millions of polls.
  [
    /^const MAX_SAFARI_DECODE_BYTES = .*\nlet numBytesDecoded = 0;\nfunction decodeText\(bytes\) \{\n(?: {4}.*\n)*?( {4}return .*\n\})$/gm,
    "function decodeText(bytes) {\n$1",
  ],
  // As it does for bytes: memory that has grown leaves views of length 0 behind.
  [/cachedDataViewMemory0 === null \|\| .*\) \{$/gm, "!cachedDataViewMemory0?.buffer.byteLength) {"],
];

const [file, ...rest] = process.argv.slice(2);
const names = rest.slice(0, rest.indexOf("--"));
const giving = rest.slice(names.length + 1);

/** @param {string} glue */
function shorten(glue) {
  const [kept, loading, more] = glue.split(LOADING);
  if (loading === undefined || more !== undefined)
    throw new Error(`wasm-bindgen's text has not one ${LOADING.trim()}`);
  const used = kept.replace(
    /^ {8}(\w+): function\(.*\) \{\n[^]*?^ {8}\}(?:, arguments\); \})?,\n/gm,
    (text, name) => (names.includes(name) ? text : ""),
  );
  for (const [, name] of used.matchAll(/^ {8}(\w+): function\(\) \{ return handleError\(/gm))
    if (!giving.includes(name)) throw new Error(`${name} may throw, so it has to give a JavaScript value`);
  const shorter = SHORTER.reduce((text, [pattern, by]) => {
    if (text.search(pattern) < 0) throw new Error(`wasm-bindgen's text has no ${pattern}`);
    return text.replace(pattern, by);
  }, used + START);
  if (/\bthis\b|\barguments\b/.test(shorter.replace(/\/\*[^]*?\*\/|\/\/.*/g, "")))
    throw new Error("A function needs its `this` or its `arguments`");
  return shorter;
}

/** Glue and Wasm of different builds must not be linked: the same short name may mean something else. */
const moduleName = createHash("sha256").update(names.join()).digest("hex").slice(0, 6);

const { outputFiles, mangleCache = {} } = await build({
  stdin: {
    contents: `export { __wbg_get_imports as imports, start } from "glue"`,
  },
  plugins: [
    {
      name: "glue",
      setup({ onResolve, onLoad }) {
        onResolve({ filter: /^glue$/ }, ({ path }) => ({ path, namespace: path }));
        onLoad({ filter: /./, namespace: "glue" }, () => ({
          contents: `${shorten(readFileSync(file, "utf8"))}\nexport { __wbg_get_imports };`,
        }));
      },
    },
  ],
  bundle: true,
  // The class of the errors, which the package has.
  external: ["../error.js"],
  write: false,
  minify: true,
  format: "esm",
  mangleProps: new RegExp(`^(?:${names.map((name) => name.replace(/\W/g, "\\$&")).join("|")})$`),
  mangleQuoted: true,
  mangleCache: Object.fromEntries(
    names.filter((name) => name.startsWith("./")).map((name) => [name, moduleName]),
  ),
});

writeFileSync(file, outputFiles[0].text);
for (const [name, short] of Object.entries(mangleCache)) console.log(`${name} ${short}`);
