// Tools that fold a program into one file, test runners, and a framework that bundles its server: all in one project,
// with no configuration for this package. What was made is run far from the project, where no file of it is beside.

import { chmod, copyFile, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, start } from "./execute.js";
import { programs } from "./tools.js";

/** @typedef {import("./rows.js").Row["prove"]} Prove */

const ESBUILD = ["esbuild/bin/esbuild", "main.js", "--bundle", "--platform=node"];

/** How each tool of the project is started, and what it makes. @type {Record<string, { command: string[], made: string }>} */
const BUNDLERS = {
  "esbuild CJS": { command: [...ESBUILD, "--format=cjs", "--outfile=dist/es.cjs"], made: "dist/es.cjs" },
  "esbuild ESM": { command: [...ESBUILD, "--format=esm", "--outfile=dist/es.mjs"], made: "dist/es.mjs" },
  rolldown: {
    command: ["rolldown/bin/cli.mjs", "main.js", "--platform=node", "--file=dist/rolldown.mjs"],
    made: "dist/rolldown.mjs",
  },
  rollup: { command: ["rollup/dist/bin/rollup", "--config", "rollup.config.js"], made: "dist/rollup.mjs" },
  tsup: { command: ["tsup/dist/cli-default.js"], made: "dist/main.cjs" },
};

/** One file for Node. @param {string} name @returns {Prove} */
export function oneFile(name) {
  const {
    command: [program, ...args],
    made,
  } = BUNDLERS[name];
  return async ({ project, service }) => {
    const folder = await project("toolchains");
    await execute(process.execPath, [join(folder, "node_modules", program), ...args], { cwd: folder });
    await runAway(join(folder, made), process.execPath, [], service);
    return `${await versionIn(folder, program.split("/")[0])}, node ${process.versions.node}`;
  };
}

/** Bun's bundler, for Node. @type {Prove} */
export async function bunBuild({ project, service }) {
  const folder = await project("toolchains");
  await execute(programs.bun(), ["build", "main.js", "--target=node", "--outfile=dist/bun.mjs"], {
    cwd: folder,
  });
  await runAway(join(folder, "dist/bun.mjs"), process.execPath, [], service);
  return (await execute(programs.bun(), ["--version"])).stdout.trim();
}

/** Bun's program of one file. @type {Prove} */
export async function bunCompile({ project, service }) {
  const folder = await project("toolchains");
  await execute(programs.bun(), ["build", "main.js", "--compile", "--outfile=dist/bun-program"], {
    cwd: folder,
  });
  await runAway(join(folder, "dist/bun-program"), undefined, [], service);
  return (await execute(programs.bun(), ["--version"])).stdout.trim();
}

/** Deno's bundler. @type {Prove} */
export async function denoBundle({ project, service }) {
  const folder = await project("toolchains");
  await execute(programs.deno(), ["bundle", "--quiet", "--output=dist/deno.mjs", "main.js"], { cwd: folder });
  await runAway(join(folder, "dist/deno.mjs"), programs.deno(), ["run", "--allow-net"], service);
  return (await execute(programs.deno(), ["--version"])).stdout.replace(/^deno (\S+)[^]*/, "$1");
}

/** A program of Node's, with the script inside. @type {Prove} */
export async function nodeProgram({ project, service }) {
  const folder = await project("toolchains");
  const node = programs["node 22"]();
  const args = ["main.js", "--bundle", "--platform=node", "--format=cjs", "--outfile=dist/sea.cjs"];
  await execute(process.execPath, [join(folder, "node_modules/esbuild/bin/esbuild"), ...args], {
    cwd: folder,
  });
  const settings = { main: "dist/sea.cjs", output: "dist/sea.blob", disableExperimentalSEAWarning: true };
  await writeFile(join(folder, "sea.json"), JSON.stringify(settings));
  await execute(node, ["--experimental-sea-config", "sea.json"], { cwd: folder });
  const program = join(folder, "dist/sea-program");
  await copyFile(node, program);
  await chmod(program, 0o755);
  const postject = join(folder, "node_modules/postject/dist/cli.js");
  const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
  await execute(
    process.execPath,
    [postject, program, "NODE_SEA_BLOB", join(folder, "dist/sea.blob"), "--sentinel-fuse", FUSE],
    { cwd: folder },
  );
  await runAway(program, undefined, [], service);
  return (await execute(node, ["--version"])).stdout.trim().slice(1);
}

/** A project of the fixture's Jest configuration. @param {string[]} names @returns {Prove} */
export function jest(...names) {
  return async ({ project, service }) => {
    const folder = await project("toolchains");
    const args = ["--config=jest.config.cjs", "--runInBand", "--selectProjects", ...names];
    await execute(process.execPath, [join(folder, "node_modules/jest/bin/jest.js"), ...args], {
      cwd: folder,
      env: { SERVICE: service, NODE_OPTIONS: "" },
    });
    return versionIn(folder, names[0] === "ts-jest" ? "ts-jest" : "jest");
  };
}

/** Vitest with the package made part of what it transforms. @param {string} environment @returns {Prove} */
export function vitest(environment) {
  return async ({ project, service }) => {
    const folder = await project("toolchains");
    const args = ["run", "--dir=vitest", `--environment=${environment}`];
    await execute(process.execPath, [join(folder, "node_modules/vitest/vitest.mjs"), ...args], {
      cwd: folder,
      env: { SERVICE: service, NODE_OPTIONS: "" },
    });
    return versionIn(folder, "vitest");
  };
}

/** SvelteKit's server for Node, with the package bundled in. @type {Prove} */
export async function svelteKit({ project, service }) {
  const folder = await project("toolchains");
  const svelte = join(folder, "svelte");
  await writeFile(join(svelte, "package.json"), '{ "type": "module" }');
  await execute(process.execPath, [join(folder, "node_modules/vite/bin/vite.js"), "build"], { cwd: svelte });
  await away(async (elsewhere) => {
    await cp(join(svelte, "build"), elsewhere, { recursive: true });
    await writeFile(join(elsewhere, "package.json"), '{ "type": "module" }');
    const PORT = "0";
    const server = await start(process.execPath, ["index.js"], /Listening on http:\/\/[^:]+:(\d+)/, {
      cwd: elsewhere,
      env: { PORT, HOST: "127.0.0.1" },
    });
    try {
      const query = new URLSearchParams({ service });
      const answer = await fetch(`http://127.0.0.1:${server.match[1]}/task?${query}`);
      const text = await answer.text();
      if (text !== "ok") throw new Error(`${answer.status} ${text}\n${server.said()}`);
    } finally {
      server.stop();
    }
  });
  return versionIn(folder, "@sveltejs/kit");
}

/**
 * Runs a file in a folder that has nothing else.
 *
 * @param {string} file @param {string | undefined} runtime none for a program @param {string[]} args
 * @param {string} service
 */
async function runAway(file, runtime, args, service) {
  await away(async (elsewhere) => {
    const copy = join(elsewhere, /** @type {string} */ (file.split("/").at(-1)));
    await copyFile(file, copy);
    const command = runtime ? [runtime, ...args, copy, service] : [copy, service];
    const { stdout, stderr } = await execute(command[0], command.slice(1), {
      cwd: elsewhere,
      env: { NODE_OPTIONS: "" },
    });
    if (stdout.trim() !== "ok") throw new Error(`It said:\n${stdout}\n${stderr}`);
  });
}

/** @param {(folder: string) => Promise<void>} work */
async function away(work) {
  const folder = await mkdtemp(join(tmpdir(), "act-one-away-"));
  await work(folder).finally(() => rm(folder, { recursive: true, force: true }));
}

/** @param {string} folder @param {string} name */
async function versionIn(folder, name) {
  return JSON.parse(await readFile(join(folder, "node_modules", name, "package.json"), "utf8")).version;
}
