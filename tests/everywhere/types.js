// The types of the packed package, compiled as users compile them: every way to resolve modules, every platform's own
// types in place of the DOM's, everything strict, declaration files included.

import { cp, symlink, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.js";
import { packageFolder, versionOf } from "./tools.js";

const tests = fileURLToPath(new URL("../types", import.meta.url));

const bundler = { module: "esnext", moduleResolution: "bundler", more: [] };
const page = {
  files: ["contract.ts", "dom.ts"],
  lib: ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
  types: /** @type {string[]} */ ([]),
};
const platforms = [
  page,
  { files: ["contract.ts"], lib: ["es2022"], types: [] },
  { files: ["contract.ts", "workers.ts"], lib: ["es2022"], types: ["@cloudflare/workers-types"] },
  { files: ["contract.ts", "node.ts"], lib: ["es2022"], types: ["node"] },
];

const resolutions = [
  bundler,
  { module: "node16", moduleResolution: "node16", more: [] },
  { module: "nodenext", moduleResolution: "nodenext", more: ["required.cts"] },
];

const table = resolutions.flatMap((resolution) => platforms.map((platform) => ({ resolution, platform })));
/** @param {(typeof table)[number]} combination */
const isNoCorner = ({ resolution, platform }) => resolution === bundler || platform === page;

/**
 * @param {string} typescript the package that has the compiler
 * @param {{ corners: boolean }} options whether to try all combinations; an older compiler takes seconds for each
 * @returns {import("./rows.js").Row["prove"]}
 */
export function compiled(typescript, { corners }) {
  return async ({ project }) => {
    const folder = await project("types", typescript);
    await cp(tests, folder, { recursive: true });
    for (const name of ["@types/node", "@cloudflare/workers-types"]) await link(name, folder);
    const compiler = join(packageFolder(typescript), "bin/tsc");
    for (const { resolution, platform } of corners ? table : table.filter(isNoCorner)) {
      const { files, ...given } = platform;
      const { more, ...how } = resolution;
      const config = { compilerOptions: { ...STRICT, ...how, ...given }, files: [...files, ...more] };
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
      await execute(compiler, ["--project", "."], { cwd: folder }).catch((error) => {
        throw new Error(`${how.moduleResolution}, ${files.at(-1)}: ${error.message}`);
      });
    }
    return versionOf(typescript);
  };
}

const STRICT = {
  target: "es2022",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  noEmit: true,
  skipLibCheck: false,
};

/** @param {string} name @param {string} folder */
async function link(name, folder) {
  const path = join(folder, "node_modules", name);
  await mkdir(dirname(path), { recursive: true });
  await symlink(packageFolder(name), path);
}
