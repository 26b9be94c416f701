// Bundlers, each by its command line and with its default configuration. Where a line has to be added, it is the one
// that the README shows.

import { mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execute, start } from "./execute.js";
import { serveFolder } from "./pages.js";
import { packageFolder, programs, versionOf } from "./tools.js";

/** @typedef {{ program: string, args: string[], plugins?: string[], served: string, page: string }} Bundler */

/** @type {Record<string, Bundler>} */
const bundlers = {
  vite: { program: "bin/vite.js", args: ["build"], served: "dist", page: "index.html" },
  "vite-7": { program: "bin/vite.js", args: ["build"], served: "dist", page: "index.html" },
  webpack: {
    program: "../webpack-cli/bin/cli.js",
    args: ["--mode=production", "--entry=./src/main.js"],
    served: ".",
    page: "dist.html",
  },
  // Rollup resolves no package by itself, and leaves files alone that a script names by URL.
  rollup: {
    program: "dist/bin/rollup",
    args: ["--config"],
    plugins: ["@rollup/plugin-node-resolve", "@web/rollup-plugin-import-meta-assets"],
    served: ".",
    page: "dist.html",
  },
  // esbuild leaves files alone that a script names by URL, so the Wasm is named as an entry point of its own.
  esbuild: {
    program: "bin/esbuild",
    args: [
      "src/main.js",
      "wasm/act_one_bg=act-one/act_one_bg.wasm",
      "--loader:.wasm=copy",
      "--bundle",
      "--format=esm",
      "--outdir=dist",
    ],
    served: ".",
    page: "dist.html",
  },
  parcel: {
    program: "lib/bin.js",
    args: ["build", "index.html", "--no-cache"],
    served: "dist",
    page: "index.html",
  },
};

/** @param {string} name @returns {import("./rows.js").Row["prove"]} */
export function bundled(name) {
  const { program, args, plugins = [], served, page } = bundlers[name];
  return async ({ project, engine, pages }) => {
    const folder = await project("bundled", name);
    for (const plugin of plugins) {
      const link = join(folder, "node_modules", plugin);
      await mkdir(dirname(link), { recursive: true });
      await symlink(packageFolder(plugin), link);
    }
    await execute(join(packageFolder(name), program), args, { cwd: folder });
    await open(join(folder, served), page, await engine("chromium"), pages);
    return versionOf(name);
  };
}

/**
 * Vite's dev server, which serves modules one by one, and dependencies bundled ahead.
 *
 * @param {string} vite the package that has it
 * @param {{ exclude?: string[] }} [optimizeDeps] the line that versions before 8 need: they bundle a dependency ahead
 *   without the files that it names by URL
 * @param {string} [fixture] the project
 * @returns {import("./rows.js").Row["prove"]}
 */
export function viteDev(vite, optimizeDeps, fixture = "bundled") {
  return async ({ project, engine, pages }) => {
    const folder = await project(fixture, `${vite} dev ${fixture}`);
    if (optimizeDeps) {
      const config = `export default ${JSON.stringify({ optimizeDeps })};\n`;
      await writeFile(join(folder, "vite.config.js"), config);
    }
    const program = join(packageFolder(vite), "bin/vite.js");
    const server = await start(program, ["--host=127.0.0.1", "--port=0"], /(http:\/\/127\.0\.0\.1:\d+)/, {
      cwd: folder,
      env: { NO_COLOR: "1" },
    });
    try {
      await pages.prove(await engine("chromium"), `${server.match[1]}/index.html`);
    } catch (error) {
      throw new Error(`${error}\n${server.said()}`);
    } finally {
      server.stop();
    }
    return versionOf(vite);
  };
}

/** A classic script of one file, which has no `import.meta`: with `act-one/inline`. @type {import("./rows.js").Row["prove"]} */
export async function classicScript({ project, engine, pages }) {
  const folder = await project("inline");
  const args = ["src/main.js", "--bundle", "--format=iife", "--outdir=dist"];
  await execute(join(packageFolder("esbuild"), "bin/esbuild"), args, { cwd: folder });
  await open(folder, "classic.html", await engine("chromium"), pages);
  return versionOf("esbuild");
}

/** Bun's bundler for pages: with `act-one/inline`. @type {import("./rows.js").Row["prove"]} */
export async function bunPage({ project, engine, pages }) {
  const folder = await project("inline", "bun page");
  await execute(programs.bun(), ["build", "index.html", "--outdir=dist"], { cwd: folder });
  await open(join(folder, "dist"), "index.html", await engine("chromium"), pages);
  return (await execute(programs.bun(), ["--version"])).stdout.trim();
}

/**
 * @param {string} folder @param {string} page
 * @param {import("./engines.js").Engine} engine @param {import("./rows.js").Scene["pages"]} pages
 */
async function open(folder, page, engine, pages) {
  const server = await serveFolder(folder);
  try {
    await pages.prove(engine, `${server.url}/${page}`);
  } finally {
    await server.close();
  }
}
