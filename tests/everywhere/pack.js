// The package as users get it: packed once, installed by npm from the tarball into projects in a temporary folder,
// outside of the repository, so that nothing of the repository's own node_modules can stand in for what is missing.

import { existsSync, rmSync } from "node:fs";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fixtures = fileURLToPath(new URL("./projects", import.meta.url));

/** No scripts: a package that needed one to work would be found out here. */
const QUIET = ["--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", "--loglevel=error"];

/** Packs the package. */
export async function pack() {
  const folder = await mkdtemp(join(tmpdir(), "act-one-everywhere-"));
  const { stdout } = await execute("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root });
  // The build, which runs first, may have said something too.
  const [{ filename, files }] = JSON.parse(stdout.slice(stdout.search(/^\[$/m)));
  const tarball = join(folder, filename);
  return {
    tarball,
    /** @type {string[]} */
    files: files.map((/** @type {{ path: string }} */ file) => file.path),
    /** Makes a project out of the folder `fixture` and installs the package into it. */
    project: (/** @type {string} */ fixture, /** @type {string} */ name) =>
      makeProject(join(folder, name), fixture, tarball),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** @param {string} folder @param {string} fixture @param {string} tarball */
async function makeProject(folder, fixture, tarball) {
  const from = join(fixtures, fixture);
  const modules = join(from, "node_modules");
  await cp(from, folder, { recursive: true, filter: (path) => path !== modules });
  if (existsSync(modules)) {
    // Hard links where possible: a framework's files are many and large, and nobody changes them.
    await execute("cp", ["-al", modules, folder]).catch(() => cp(modules, folder, { recursive: true }));
  }
  await cp(join(fixtures, "shared"), folder, { recursive: true });
  const manifest = join(folder, "package.json");
  const given = await readFile(manifest, "utf8").catch(() => '{ "private": true, "type": "module" }');
  await writeFile(manifest, given);
  await execute("npm", ["install", ...QUIET, tarball], { cwd: folder });
  return folder;
}
