// What has to be there before the page can be served or a test can run: tools, node modules, the Wasm.
// Only Node's own modules, because it runs before anything is installed.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const TARGET = "wasm32-unknown-unknown";

/** What the Wasm is made from. */
const SOURCES = ["Cargo.toml", "Cargo.lock", "src", "media/Cargo.toml", "media/src", "xtask"];
const STAMP = "npm/wasm/built-from";

/** What the CommonJS builds are made from. */
const modules = () => ["xtask/bundle.js", STAMP, ...scripts("npm"), "npm/media"];
const scripts = (/** @type {string} */ folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${folder}/${name}`)
    .sort();
const MODULES_STAMP = "npm/wasm/built-modules-from";

/** Installs and builds what is missing or out of date; ends the process with a clear message if it cannot. */
export function prepare() {
  checkNode();
  installModules();
  buildWasm();
}

function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 20)
    stop(`Node ${process.versions.node} is too old. Install Node 20 or newer: https://nodejs.org`);
}

function installModules() {
  // npm writes this file last, with the versions that it has installed.
  const installed = join(root, "node_modules/.package-lock.json");
  const wanted = join(root, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(wanted).mtimeMs) return;
  step("Installing the node modules (about half a minute)");
  run("npm", ["ci", "--no-audit", "--no-fund"], "npm is part of Node: https://nodejs.org");
}

function buildWasm() {
  unlessDone(STAMP, SOURCES, () => {
    installTarget();
    step("Building the WebAssembly (about a minute and a half the first time, then seconds)");
    run("cargo", ["xtask", "build"], RUST_HINT);
  });
  unlessDone(MODULES_STAMP, modules(), () =>
    run("node", ["xtask/bundle.js"], "Install Node: https://nodejs.org"),
  );
}

/** @param {string} stampFile says what the last build was made from @param {string[]} sources @param {() => void} build */
function unlessDone(stampFile, sources, build) {
  const fingerprint = fingerprintOf(sources);
  const stamp = join(root, stampFile);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint) return;
  build();
  writeFileSync(stamp, fingerprint);
}

const RUST_HINT = "Install Rust with rustup: https://rustup.rs";

/** The compilation target, for toolchains that rustup manages; another one's is checked by building. */
function installTarget() {
  if (capture("cargo", ["--version"]) === undefined) stop(`cargo is missing. ${RUST_HINT}`);
  const targets = capture("rustup", ["target", "list", "--installed"]);
  if (targets === undefined || targets.includes(TARGET)) return;
  step(`Adding the Rust target ${TARGET}`);
  run("rustup", ["target", "add", TARGET], RUST_HINT);
}

/** @param {string[]} paths */
function fingerprintOf(paths) {
  const hash = createHash("sha256");
  const visit = (/** @type {string} */ path) => {
    if (statSync(join(root, path)).isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`);
    } else {
      hash
        .update(path)
        .update("\0")
        .update(readFileSync(join(root, path)))
        .update("\0");
    }
  };
  paths.forEach(visit);
  return hash.digest("hex");
}

/** @param {string} command @param {string[]} parameters */
function capture(command, parameters) {
  const result = spawnSync(command, parameters, { cwd: root, encoding: "utf8" });
  return result.status === 0 ? result.stdout : undefined;
}

/** @param {string} command @param {string[]} parameters @param {string} hint what to do when the command is missing */
function run(command, parameters, hint) {
  const result = spawnSync(command, parameters, { cwd: root, stdio: "inherit" });
  if (result.error && "code" in result.error && result.error.code === "ENOENT")
    stop(`${command} is missing. ${hint}`);
  if (result.status !== 0) stop(`"${command} ${parameters.join(" ")}" failed; its output is above.`);
}

/** @param {string} what */
function step(what) {
  console.log(`\n▸ ${what} …`);
}

/** @param {string} message @returns {never} */
function stop(message) {
  console.error(`\n✗ ${message}`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare();
