// The CommonJS builds, out of the ES modules: each one file with the Wasm inside, and types beside it that say it is
// CommonJS. Called by the build driver and by prepare.js:
//
//   node xtask/bundle.js

import { copyFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Each with the ES module's entry, its types, and what is made of the two. */
const BUILDS = [
  { entry: "npm/inline.js", types: "npm/index.d.ts", out: "npm/wasm/inline" },
  { entry: "npm/media/inline.js", types: "npm/media.d.ts", out: "npm/wasm/media" },
];

const root = fileURLToPath(new URL("..", import.meta.url));
for (const { entry, types, out } of BUILDS) {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: `${out}.cjs`,
    bundle: true,
    format: "cjs",
    target: "es2022",
    logLevel: "warning",
  });
  copyFileSync(new URL(`../${types}`, import.meta.url), new URL(`../${out}.d.cts`, import.meta.url));
}
