// Child processes: run to the end, or started and ended again with all that they started themselves.

import { spawn } from "node:child_process";

/** Far above what any step takes on a busy machine. */
const PATIENCE_MS = 300_000;

/** Each leads a process group, so that what it starts can be ended with it, also when this process ends early. @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => running.forEach(end));

/**
 * Runs a program to its end; rejects with all that it said if that is not a good one.
 *
 * @param {string} program @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, patience?: number }} [options]
 * @returns {Promise<{ stdout: string, stderr: string }>}
 */
export function execute(program, args, { cwd, env, patience = PATIENCE_MS } = {}) {
  return new Promise((resolve, reject) => {
    const child = begin(program, args, { cwd, env });
    const said = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk) => (said.stdout += chunk));
    child.stderr.on("data", (chunk) => (said.stderr += chunk));
    const timer = setTimeout(() => end(child), patience);
    const command = [program, ...args].join(" ");
    child.on("error", reject).on("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(said);
      else reject(new Error(`${command} ended with ${code ?? signal}\n${said.stdout}\n${said.stderr}`));
    });
  });
}

/**
 * Starts a server and waits until its output matches `ready`; gives that match.
 *
 * @param {string} program @param {string[]} args @param {RegExp} ready
 * @param {{ cwd?: string, env?: Record<string, string> }} [options]
 */
export async function start(program, args, ready, { cwd, env } = {}) {
  const child = begin(program, args, { cwd, env });
  let said = "";
  /** @type {RegExpMatchArray} */
  const match = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => give("does not get ready"), PATIENCE_MS);
    const give = (/** @type {string} */ why) => (end(child), reject(new Error(`${program} ${why}\n${said}`)));
    const hear = (/** @type {Buffer} */ chunk) => {
      said += chunk;
      const found = said.match(ready);
      if (found) (clearTimeout(timer), resolve(found));
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("error", reject).on("exit", () => (clearTimeout(timer), give("has ended")));
  });
  return { match, said: () => said, stop: () => end(child) };
}

/** @param {string} program @param {string[]} args @param {{ cwd?: string, env?: Record<string, string> }} options */
function begin(program, args, { cwd, env }) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  running.add(child);
  child.on("exit", () => running.delete(child));
  return child;
}

/** @param {import("node:child_process").ChildProcess} child */
function end(child) {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended in this very moment.
  }
}
