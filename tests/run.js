// `npm test`: sets up what is missing, then runs every check that needs no long campaign, and ends in a line
// that counts the tests. `npm test package demo` runs the named stages only.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { prepare } from "../xtask/prepare.js";
import { provideBrowser } from "./browsers.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const bin = (name) => ["node", join("node_modules", ...name)];
const prettier = [...bin(["prettier", "bin", "prettier.cjs"]), "--check", "--log-level", "warn", "."];
const tsc = bin(["typescript", "bin", "tsc"]);

/** Node's test runner on all test files of folders; Node 20 takes no patterns. */
const nodeTests = (folders, ...flags) => {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((file) => file.endsWith(".test.js") && !file.includes("node_modules"))
      .map((file) => join(folder, file)),
  );
  return [
    "node",
    "--test",
    "--test-reporter=./tests/reporter.js",
    ...(flags.length > 0 ? flags : ["--test-concurrency=1"]),
    ...files,
  ];
};

/** Each stage with its commands. A check without a test runner counts as one test. */
const STAGES = {
  format: [["cargo", "fmt", "--all", "--check"], prettier],
  lint: [
    ["cargo", "clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"],
    [
      "cargo",
      "clippy",
      "--quiet",
      "--package",
      "act-one",
      "--package",
      "act-one-media",
      "--target",
      "wasm32-unknown-unknown",
      "--",
      "-D",
      "warnings",
    ],
  ],
  types: [
    [...tsc, "--project", "tests/tsconfig.json"],
    [...tsc, "--project", "worker"],
  ],
  rust: [
    ["cargo", "test", "--quiet", "--workspace"],
    // The typed client, as a Rust program in WebAssembly uses it.
    nodeTests(["tests/rust"]),
  ],
  package: [
    nodeTests(["tests/package", "tests/media", "tests/protocol", "tests/sandbox", "tests/everywhere"]),
  ],
  hostile: [nodeTests(["tests/hostile"], "--test-concurrency=2")],
  readme: [nodeTests(["tests/readme"])],
  demo: [nodeTests(["tests/demo"])],
};

/** Minutes long, and run only by name: `npm run test:edge`. */
const LONG_STAGES = {
  // A path that no longer leads anywhere hangs instead of failing; hence the limit, far above what any test takes.
  edge: [nodeTests(["tests/edge"], "--test-concurrency=3", "--test-timeout=180000")],
};

prepare();
const chosen = process.argv.slice(2);
const stages = chosen.length > 0 ? { ...STAGES, ...LONG_STAGES } : STAGES;
const unknown = chosen.filter((name) => !(name in stages));
if (unknown.length > 0) {
  console.error(
    `No stage ${unknown.join(", ")}. There are: ${Object.keys({ ...STAGES, ...LONG_STAGES }).join(", ")}.`,
  );
  process.exit(2);
}
const chromium = provideBrowser("chromium");
if (!chromium) {
  console.error(
    "✗ No Chromium on this machine, and none could be installed. Install it, or set CHROMIUM_PATH.",
  );
  process.exit(1);
}

const names = Object.keys(stages).filter((name) => chosen.length === 0 || chosen.includes(name));
console.log(`Runs ${names.join(", ")}.`);

const summary = [];
for (const name of names) {
  console.log(`\n▸ ${name}`);
  const counts = [];
  for (const command of stages[name]) counts.push(count(await run(command)));
  summary.push({ name, ...total(counts) });
}

const { passed, failed } = total(summary);
console.log("");
for (const stage of summary) console.log(`${stage.failed > 0 ? "✗" : "✓"} ${told(stage.name, stage)}`);
if (chosen.length === 0) {
  console.log("\nNot run, because they take minutes: npm run test:faults, test:everywhere, test:edge.");
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** @typedef {{ passed: number, failed: number }} Count */

/** @param {string} name @param {Count} count */
function told(name, { passed, failed }) {
  return `${name}: ${passed} passed${failed > 0 ? `, ${failed} failed` : ""}`;
}

/** @param {Count[]} counts @returns {Count} */
function total(counts) {
  const sum = (/** @type {keyof Count} */ of) => counts.reduce((all, count) => all + count[of], 0);
  return { passed: sum("passed"), failed: sum("failed") };
}

/** @param {{ ok: boolean, output: string }} result @returns {Count} */
function count({ ok, output }) {
  const sum = (pattern) =>
    [...output.matchAll(pattern)].reduce((total, [, number]) => total + Number(number), 0);
  const good = sum(/^ℹ pass (\d+)$/gm) + sum(/^test result: .*?(\d+) passed/gm);
  const bad = sum(/^ℹ (?:fail|cancelled) (\d+)$/gm) + sum(/^test result: .*?(\d+) failed/gm);
  return { passed: good === 0 && bad === 0 && ok ? 1 : good, failed: bad === 0 && !ok ? 1 : bad };
}

/** @param {string[]} command @returns {Promise<{ ok: boolean, output: string }>} */
function run([program, ...parameters]) {
  return new Promise((resolve) => {
    // A colour code would stand between a line's start and its count.
    const env = { ...process.env, CHROMIUM_PATH: chromium, NO_COLOR: "1", FORCE_COLOR: "0" };
    const child = spawn(program, parameters, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from.on("data", (chunk) => {
        output += chunk;
        to.write(chunk);
      });
    }
    child.on("error", (error) => resolve({ ok: false, output: String(error) }));
    child.on("close", (status) => resolve({ ok: status === 0, output }));
  });
}
