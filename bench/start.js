// From a client's import to the first request that leaves: what a user waits for at the start, ours with its Wasm
// loaded. Each measurement is cold (a new process; in Chromium a new context), and the contestants take turns. How
// each runtime's clock is read is said in its own file in start/.

import { CONTESTANTS, UNUSED_WASM } from "./contestants.js";
import { rotated, spreadOf } from "./rounds.js";
import { inChromium } from "./start/chromium.js";
import { inNode } from "./start/node.js";
import { inWorkerd } from "./start/workerd.js";

/**
 * A runtime to start in.
 *
 * @typedef {object} Starter
 * @property {string} version
 * @property {(contestant: string) => Promise<number>} start once, cold; ms
 * @property {string} [baseline] a further contestant, whose median is part of every figure and taken off
 * @property {() => Promise<void>} close
 */

/** @typedef {{ version: string, contestants: Record<string, import("./rounds.js").Spread> }} Start */

const NAMES = [...CONTESTANTS.map(({ name }) => name), UNUSED_WASM];

const ROUNDS = 50;

/** @returns {Promise<Record<"node" | "workerd" | "chromium", Start>>} ms */
export async function measureStart() {
  return {
    node: await measureIn(await inNode(NAMES)),
    workerd: await measureIn(await inWorkerd(NAMES)),
    chromium: await measureIn(await inChromium(NAMES)),
  };
}

/** @param {Starter} starter @returns {Promise<Start>} */
async function measureIn({ version, start, baseline, close }) {
  const all = baseline ? [...NAMES, baseline] : NAMES;
  /** @type {Record<string, number[]>} */
  const figures = Object.fromEntries(all.map((name) => [name, []]));
  try {
    // One more than is counted: the first one warms up the disk's cache and the machine.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const name of rotated(all, round)) {
        const ms = await start(name);
        if (round > 0) figures[name].push(ms);
      }
    }
  } finally {
    await close();
  }
  const base = baseline ? spreadOf(figures[baseline]).median : 0;
  const over = (/** @type {string} */ name) => spreadOf(figures[name].map((ms) => ms - base));
  return { version, contestants: Object.fromEntries(NAMES.map((name) => [name, over(name)])) };
}
