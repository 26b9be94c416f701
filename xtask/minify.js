// Makes wasm-bindgen's JavaScript small, with the short names that wasm-opt has given to what the Wasm imports and
// exports, and lazy: its text decoder is made at its top, which must not fail an import where there is none. Writes
// the Wasm as base64 text besides, for the builds that carry it inside. Called by the build driver:
//
//   node xtask/minify.js FILE BUILD NAMES    rewrites the file; NAMES is what wasm-opt has printed, as JSON

import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { build as bundle, transform } from "esbuild";

const [file, build, printed] = process.argv.slice(2);
/** @type {{ imports: [module: string, name: string, short: string][], exports: [name: string, short: string][] }} */
const { imports, exports } = JSON.parse(printed);
// wasm-opt calls the one module that the Wasm imports from "a".
const short = Object.fromEntries([
  [`./${basename(file, ".js")}_bg.js`, "a"],
  ...imports.map(([, ...names]) => names),
  ...exports,
]);

const source = `${readFileSync(file, "utf8")}\nexport const build = ${JSON.stringify(build)};\n`;
const names = Object.keys(short).map((name) => name.replace(/\W/g, "\\$&"));
const { code } = await transform(source, {
  format: "esm",
  minify: true,
  mangleProps: new RegExp(`^(?:${names.join("|")})$`),
  mangleQuoted: true,
  mangleCache: short,
});
writeFileSync(file, code);

const lazy = await bundle({
  // An import() inside of one file is what esbuild evaluates when it is called.
  stdin: { contents: `export default () => import("./${basename(file)}");`, resolveDir: dirname(file) },
  bundle: true,
  format: "esm",
  plugins: [{ name: "the package's own modules", setup: leaveOutside }],
  minify: true,
  write: false,
});
writeFileSync(file, lazy.outputFiles[0].contents);

const base64 = readFileSync(file.replace(/\.js$/, "_bg.wasm")).toString("base64");
writeFileSync(file.replace(/\.js$/, "_base64.js"), `export default ${JSON.stringify(base64)};\n`);

/** What the glue imports stays where it is. @param {import("esbuild").PluginBuild} build */
function leaveOutside({ onResolve }) {
  onResolve({ filter: /^\.\.\// }, ({ path }) => ({ path, external: true }));
}
