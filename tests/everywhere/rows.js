// The rows of the table: where the package is imported, and what is done to run it there. A row gives the version of
// what it was run in, and rejects with what went wrong.

import { bunPage, bundled, classicScript, viteDev } from "./bundlers.js";
import { demo } from "./demo.js";
import { OLD_COMPATIBILITY_DATE, edgeRuntime, workerdByBundler, workerdByWrangler } from "./edge.js";
import { nextCaches } from "./next-caches.js";
import { nextPage, nextRoute } from "./next.js";
import { areTheTypesWrong, contents, noDependencies, publint } from "./package.js";
import { page } from "./pages.js";
import { script } from "./scripts.js";
import {
  bunBuild,
  bunCompile,
  denoBundle,
  jest,
  nodeProgram,
  oneFile,
  svelteKit,
  vitest,
} from "./toolchains.js";
import { compiled } from "./types.js";

/**
 * @typedef {object} Scene what all rows share
 * @property {Awaited<ReturnType<typeof import("./pack.js").pack>>} packed
 * @property {Awaited<ReturnType<typeof import("./pages.js").hearReports>>} pages
 * @property {string} service the sandbox's address
 * @property {(fixture: string, name?: string) => Promise<string>} project the folder of a project as in `projects/`, with
 *   the package installed; one for each name
 * @property {(name: string) => Promise<import("./engines.js").Engine>} engine
 * @property {(action: () => unknown) => void} atEnd
 *
 * @typedef {object} Row
 * @property {string} name
 * @property {(scene: Scene) => Promise<string>} prove
 * @property {boolean} [isApart] the rows after it do not wait for it: it takes minutes, mostly of waiting, in processes of its own
 * @property {boolean} [isLong] left out unless all rows or this one are asked for
 */

const ENGINES = ["chromium", "firefox", "webkit"];
const NODES = ["node 20.0", "node 20", "node 22.0", "node 22", "node 24", "node 26"];

/** @type {Row[]} */
export const rows = [
  ...ENGINES.flatMap((engine) => [
    { name: `${engine}: no bundler`, prove: page(engine, "index.html") },
    { name: `${engine}: strict CSP`, prove: page(engine, "index.html", { strict: true }) },
    { name: `${engine}: web worker`, prove: page(engine, "web-worker.html") },
    { name: `${engine}: service worker`, prove: page(engine, "service-worker.html") },
  ]),
  // In Chromium it is a stage of `npm test`. Beside other rows, Firefox shows no video in time.
  ...ENGINES.map((engine) => ({
    name: `demo in ${engine}`,
    prove: demo(engine),
    isApart: engine === "webkit",
    isLong: engine === "chromium",
  })),
  { name: "vite 8: dev", prove: viteDev("vite") },
  { name: "vite 8: build", prove: bundled("vite") },
  { name: "vite 7: dev", prove: viteDev("vite-7", { exclude: ["act-one"] }) },
  { name: "vite 7: build", prove: bundled("vite-7") },
  { name: "webpack", prove: bundled("webpack") },
  { name: "rollup", prove: bundled("rollup") },
  { name: "esbuild", prove: bundled("esbuild") },
  { name: "parcel", prove: bundled("parcel") },
  { name: "inline: vite 7, dev", prove: viteDev("vite-7", undefined, "inline") },
  { name: "inline: esbuild iife", prove: classicScript },
  { name: "inline: bun, page", prove: bunPage, isLong: true },
  { name: "next: client component", prove: nextPage("client") },
  { name: "next: node route handler", prove: nextRoute("node") },
  { name: "next: edge route", prove: nextRoute("edge") },
  ...NODES.flatMap((node) => [
    { name: node, prove: script(node, ["main.js"]) },
    { name: `${node}: require`, prove: script(node, ["required.cjs"]) },
    { name: `${node}: worker thread`, prove: script(node, ["thread.js"]), isLong: true },
  ]),
  // No right to read files.
  { name: "deno", prove: script("deno", ["run", "--allow-net", "main.js"]) },
  { name: "bun", prove: script("bun", ["main.js"]) },
  { name: "one file: esbuild CJS", prove: oneFile("esbuild CJS") },
  { name: "one file: esbuild ESM", prove: oneFile("esbuild ESM") },
  { name: "one file: rollup", prove: oneFile("rollup") },
  { name: "one file: rolldown", prove: oneFile("rolldown") },
  { name: "one file: tsup", prove: oneFile("tsup") },
  { name: "one file: bun build", prove: bunBuild },
  { name: "one file: bun --compile", prove: bunCompile, isLong: true },
  { name: "one file: deno bundle", prove: denoBundle, isLong: true },
  { name: "one file: node program (SEA)", prove: nodeProgram },
  { name: "jest", prove: jest("default") },
  { name: "jest: everything transformed", prove: jest("transformed") },
  { name: "jest: jsdom", prove: jest("jsdom", "bare-jsdom") },
  { name: "ts-jest", prove: jest("ts-jest") },
  { name: "vitest: inlined", prove: vitest("node") },
  { name: "vitest: inlined, jsdom", prove: vitest("jsdom") },
  { name: "sveltekit", prove: svelteKit },
  { name: "next 14: its cache", prove: nextCaches("next-14") },
  { name: "next 15: its cache", prove: nextCaches("next-15") },
  { name: "workerd: miniflare", prove: workerdByBundler() },
  { name: "workerd: old date", prove: workerdByBundler(OLD_COMPATIBILITY_DATE) },
  { name: "workerd: wrangler dry run", prove: workerdByWrangler },
  { name: "vercel edge-runtime", prove: edgeRuntime },
  { name: "package: contents", prove: contents },
  { name: "package: dependencies", prove: noDependencies },
  { name: "package: publint", prove: publint },
  { name: "package: are the types wrong", prove: areTheTypesWrong },
  { name: "types: typescript 7", prove: compiled("typescript", { corners: true }) },
  { name: "types: typescript 5.9", prove: compiled("typescript-5.9", { corners: false }) },
];
