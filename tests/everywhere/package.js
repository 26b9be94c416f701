// What is in the tarball, looked at from outside: by the two tools that know how packages go wrong, and for what has
// no business in it.

import { readdir, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.js";
import { packageFolder, versionOf } from "./tools.js";

/** @type {import("./rows.js").Row["prove"]} */
export async function publint({ packed }) {
  const { stdout } = await execute(join(packageFolder("publint"), "src/cli.js"), [
    packed.tarball,
    "--strict",
  ]);
  if (!stdout.includes("All good!")) throw new Error(stdout);
  return versionOf("publint");
}

/** As an ES module: how `require` fares where Node allows it is what other rows prove. @type {import("./rows.js").Row["prove"]} */
export async function areTheTypesWrong({ packed }) {
  const name = "@arethetypeswrong/cli";
  await execute(join(packageFolder(name), "dist/index.js"), [
    packed.tarball,
    "--profile=esm-only",
    "--no-emoji",
  ]);
  return versionOf(name);
}

/** What users need: code, types, the Wasm, and what npm itself adds. */
const NEEDED = /^(package\.json|README\.md|LICENSE[\w-]*|(npm|sandbox)\/([\w-]+\/)*[\w-]+\.(js|d\.ts|wasm))$/;

/** What a build leaves behind of the machine that it ran on. */
const TRACES = [
  fileURLToPath(new URL("../..", import.meta.url)),
  `${homedir()}/`,
  "/home/",
  "/Users/",
  "/.cargo/",
  "index.crates.io",
  "sourceMappingURL",
];

/** @type {import("./rows.js").Row["prove"]} */
export async function contents({ project, packed }) {
  const problems = packed.files.filter((file) => !NEEDED.test(file)).map((file) => `${file} is not needed`);
  const folder = join(await project("script"), "node_modules/act-one");
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const text = await readFile(join(entry.parentPath, entry.name), "latin1");
    const found = TRACES.filter((trace) => text.includes(trace));
    if (found.length > 0) problems.push(`${entry.name} holds ${found.join(", ")}`);
  }
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return `${packed.files.length} files`;
}
