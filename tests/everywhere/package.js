// What is in the tarball, looked at from outside: by the two tools that know how packages go wrong, and for what has
// no business in it.

import { readdir, readFile, stat } from "node:fs/promises";
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

/** As CommonJS too, but for the sandbox, which is a matter of ES modules. @type {import("./rows.js").Row["prove"]} */
export async function areTheTypesWrong({ packed }) {
  const name = "@arethetypeswrong/cli";
  const check = (/** @type {string[]} */ ...args) =>
    execute(join(packageFolder(name), "dist/index.js"), [packed.tarball, "--no-emoji", ...args]);
  await check("--profile=strict", "--entrypoints", ".", "inline", "media");
  await check("--profile=esm-only");
  return versionOf(name);
}

/** What users need: code, types, the Wasm, and what npm itself adds. */
const NEEDED =
  /^(package\.json|README\.md|LICENSE[\w-]*|(npm|sandbox)\/([\w-]+\/)*[\w-]+\.(js|cjs|d\.ts|d\.cts|wasm))$/;

/**
 * What the tarball may weigh, in bytes: the Wasm of the client alone is in it three times (as a file, as base64 in a
 * module, and as base64 in the CommonJS build), packed to about 320 KB. Catches what came in by mistake, no more.
 */
const MOST = 680_000;

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
  const { size } = await stat(packed.tarball);
  if (size > MOST) problems.push(`the tarball has ${size} bytes, at most ${MOST}`);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return `${packed.files.length} files, ${Math.round(size / 1000)} KB`;
}

/** Installing it installs nothing else, and what then lacks for the sandbox is asked for. @type {import("./rows.js").Row["prove"]} */
export async function noDependencies({ project }) {
  const folder = await project("script", "no dependencies");
  const installed = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
  if (installed.join() !== "act-one") throw new Error(`It installs ${installed}`);
  const script = `
    const { serve } = await import("act-one/sandbox/node");
    await serve().then(() => console.log("served"), ({ message }) => console.log(message));
    const { createSandbox } = await import("act-one/sandbox");
    const { run } = await import("act-one");
    const [video, image] = ["https://media.example/a.mp4", "https://media.example/a.jpg"];
    const { fetch } = createSandbox({ checkMedia: false, speed: 1000 });
    console.log((await run({ video, image }, { apiKey: "sk-sandbox", fetch, pollInterval: 5 })).status);`;
  const { stdout } = await execute(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: folder,
  });
  if (!/needs srvx.* npm install --save-dev .*srvx\nsucceeded\n$/.test(stdout)) throw new Error(stdout);
  return "none";
}
