// What one poll costs of the CPU: user and system time of the whole process, through each client's own waiting, its
// sleeps and timeouts included, with answers that an in-process `fetch` has ready. See virtual-time.js for how a
// sleep costs no waiting. Every contestant keeps a process of its own, so that its heap and what the compiler has
// learnt are its own; rounds go around all of them, so that whatever else the machine does falls on all alike.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CONTESTANTS, OWN_FETCH } from "./contestants.js";
import { rotated, spreadOf } from "./rounds.js";

const NAMES = [...CONTESTANTS.map(({ name }) => name), OWN_FETCH];

const WARM_UP_READS = 10_000;
const READS = 20_000;
const ROUNDS = 7;

/** @returns {Promise<Record<string, import("./rounds.js").Spread>>} µs per poll */
export async function measureCpu() {
  const script = fileURLToPath(new URL("cpu/polls.js", import.meta.url));
  /** @type {Record<string, import("node:child_process").ChildProcess>} */
  const processes = {};
  /** @type {Record<string, number[]>} */
  const rounds = {};
  for (const name of NAMES) {
    processes[name] = fork(script, [name]);
    rounds[name] = [];
    await once(processes[name], "message");
    await round(processes[name], WARM_UP_READS);
  }
  for (let number = 0; number < ROUNDS; number++) {
    for (const name of rotated(NAMES, number)) {
      rounds[name].push(await round(processes[name], READS));
    }
  }
  for (const child of Object.values(processes)) child.disconnect();
  return Object.fromEntries(Object.entries(rounds).map(([name, figures]) => [name, spreadOf(figures)]));
}

/** @param {import("node:child_process").ChildProcess} child @param {number} reads @returns {Promise<number>} */
async function round(child, reads) {
  child.send({ reads });
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => Promise.reject(new Error(`${child.spawnargs.at(-1)} ended in a round`))),
  ]);
  return message.microseconds;
}
