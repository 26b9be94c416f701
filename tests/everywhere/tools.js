// The pinned bundlers and runtimes, installed when they are missing. Browsers are not among them.

import { existsSync } from "node:fs";
import { readFile, rm, mkdir, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execute } from "./execute.js";

const folders = ["tools", "projects/next", "projects/next-14", "projects/next-15", "projects/toolchains"].map(
  (folder) => fileURLToPath(new URL(folder, import.meta.url)),
);
/** The repository's own tools come first: its compiler, esbuild, wrangler, miniflare. */
const requires = [import.meta.url, join(folders[0], "package.json")].map((from) => createRequire(from));

/** What a row throws that cannot be proven on this machine. */
export class Skip extends Error {}

/** Installs what `package.json` and its lock file name, unless it is there. */
export async function installTools(/** @type {(line: string) => void} */ say) {
  const installInto = (/** @type {string} */ folder) =>
    alone(join(folder, ".installing"), async () => {
      if (await isInstalled(folder)) return;
      say(`installing the tools of ${folder.slice(folder.indexOf("tests"))}, once`);
      // Not `ci`, which refuses a lock file that lacks some other platform's optional package.
      const flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
      const install = (/** @type {string[]} */ ...more) =>
        execute("npm", ["install", ...flags, ...more], { cwd: folder });
      // What npm has cached of the registry may be older than the lock file.
      await install("--prefer-offline").catch(() => install());
      // An optional package whose download fails is left out without a word.
      if (!(await hasRuntimes(folder))) await install();
    });
  await Promise.all(folders.map(installInto));
}

/** Whether the runtimes are there that come as one package a platform. @param {string} folder */
async function hasRuntimes(folder) {
  const { optionalDependencies = {} } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const own = Object.keys(optionalDependencies).filter((name) =>
    name.endsWith(`-${process.platform}-${process.arch}`),
  );
  return own.every((name) => existsSync(join(folder, "node_modules", name)));
}

/** npm writes its own lock file last, so an installation that was cut off has none. @param {string} folder */
async function isInstalled(folder) {
  const [wanted, found] = await Promise.all(
    [join(folder, "package-lock.json"), join(folder, "node_modules/.package-lock.json")].map((file) =>
      stat(file).catch(() => undefined),
    ),
  );
  return wanted && found && found.mtimeMs >= wanted.mtimeMs;
}

/** Runs `work` while no other process does so. A folder is made by one process only. */
async function alone(/** @type {string} */ lock, /** @type {() => Promise<void>} */ work) {
  const STALE_MS = 600_000;
  for (;;) {
    const taken = await mkdir(lock).catch(() => "taken");
    if (taken !== "taken") break;
    const age =
      Date.now() -
      (await stat(lock).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      ));
    if (age > STALE_MS) await rm(lock, { recursive: true, force: true });
    else await delay(500);
  }
  try {
    await work();
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** The folder of an installed package, the repository's own included. @param {string} name */
export function packageFolder(name) {
  const found = requires
    .flatMap((require) => require.resolve.paths(name) ?? [])
    .map((folder) => join(folder, name))
    .find((folder) => existsSync(folder));
  if (!found) throw new Skip(`${name} is not there for ${process.platform} on ${process.arch}`);
  return found;
}

/** An installed package's version. @param {string} name */
export async function versionOf(name) {
  return JSON.parse(await readFile(join(packageFolder(name), "package.json"), "utf8")).version;
}

/** The program of a runtime that comes as one package a platform. @type {Record<string, () => string>} */
export const programs = {
  ...Object.fromEntries(
    ["20.0", "20", "22.0", "22", "24", "26"].map((version) => [
      `node ${version}`,
      () => nodeProgram(version),
    ]),
  ),
  deno: () => join(packageFolder("deno"), "bin.cjs"),
  bun: () =>
    join(
      packageFolder(`@oven/bun-${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`),
      "bin/bun",
    ),
};

/** @param {string} version */
function nodeProgram(version) {
  if (process.version.startsWith(`v${version}.`)) return process.execPath;
  return join(packageFolder(`node-${version}-${process.platform}-${process.arch}`), "bin/node");
}
