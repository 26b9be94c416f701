// One client under test, in a process of its own: starts its runs, aborts those that are to be aborted, and tells the
// campaign by message how each ended. Judges nothing.
//
// node drive.js CLIENT PROXY_URL FIRST_RUN RUNS SEED [abort]

import { inspect } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { fractionOf } from "./fault-plan.js";

/**
 * @callback Start starts one run
 * @param {{ baseUrl: string, video: string, image: string, signal?: AbortSignal, named: (id: string) => void }} run
 *   `named`: to be told the task's id, as soon as the client gives it away
 * @returns {Promise<unknown>} what the client gives for a result
 */

/**
 * @typedef {object} Report
 * @property {number} run
 * @property {"result" | "error" | "not ended"} end
 * @property {string} text all that the result or the error says
 * @property {boolean} taskMayExist
 * @property {string[]} named ids given away while the run went on
 * @property {number} [abortMs] from the abort to the end
 * @property {boolean} [withinTurn] whether the end came within one turn of the event loop
 */

/** A run that has not ended by now, with its task done a minute ago, is counted as one that never ends. */
const NOT_ENDED_MS = 60_000;
/** An abort that was not followed by an end for so long. */
const ABORT_NOT_ENDED_MS = 20_000;
/** Between the starts of two runs: they overlap by the dozen, but do not arrive as one crowd. */
const STAGGER_MS = 40;
/** Aborts fall into this time after a run's start; a task takes longer, so that there is something to abort. */
const ABORT_WITHIN_MS = 1_000;

const NOT_ENDED = { end: "not ended", text: "", taskMayExist: false };

const [client, proxyUrl, firstRun, runs, seed, mode] = process.argv.slice(2);
/** @type {{ start: Start }} */
const { start } = await import(`./clients/${client}.js`);

let unhandled = 0;
process.on("unhandledRejection", () => unhandled++);
process.on("uncaughtException", () => unhandled++);

try {
  const going = [];
  for (let run = Number(firstRun); run < Number(firstRun) + Number(runs); run++) {
    going.push(mode === "abort" ? abortedRun(run) : wholeRun(run));
    await sleep(STAGGER_MS);
  }
  await Promise.all(going);
  // Rejections that nobody handles are told of at the end of a turn.
  await sleep(0);
  process.send?.({ unhandled }, () => process.exit());
} catch (error) {
  // Ours to mend: no client has a part in it.
  console.error(error);
  process.exit(1);
}

/** @param {number} run */
async function wholeRun(run) {
  const { ended, named } = begin(run);
  const end = (await Promise.race([ended, sleep(NOT_ENDED_MS)])) ?? NOT_ENDED;
  report({ run, named: [...named], ...end });
}

/** @param {number} run */
async function abortedRun(run) {
  const controller = new AbortController();
  const { ended, named } = begin(run, controller.signal);
  /** @type {object | undefined} */
  let end;
  void ended.then((value) => (end = value));
  await sleep(fractionOf(Number(seed), run) * ABORT_WITHIN_MS);
  // A fault has ended it already.
  if (end) return report({ run, named: [...named], ...end });

  const began = performance.now();
  controller.abort();
  const oneTurn = Promise.all([
    new Promise((resolve) => setImmediate(resolve)),
    new Promise((resolve) => setTimeout(resolve, 0)),
  ]);
  const withinTurn = oneTurn.then(() => end !== undefined);
  const last = await Promise.race([ended, sleep(ABORT_NOT_ENDED_MS)]);
  const abortMs = performance.now() - began;
  report({ run, named: [...named], abortMs, withinTurn: await withinTurn, ...(last ?? NOT_ENDED) });
}

/**
 * @param {number} run
 * @param {AbortSignal} [signal]
 */
function begin(run, signal) {
  /** @type {Set<string>} */
  const named = new Set();
  const media = "https://media.example";
  const ended = start({
    baseUrl: `${proxyUrl}/run-${run}`,
    video: `${media}/${run}.mp4`,
    image: `${media}/${run}.jpg`,
    signal,
    named: (id) => named.add(id),
  }).then(
    (result) => ({ end: "result", text: everything(result), taskMayExist: false }),
    (error) => ({ end: "error", text: everything(error), taskMayExist: error?.taskMayExist === true }),
  );
  return { ended, named };
}

/** @param {unknown} value */
function everything(value) {
  return inspect(value, { depth: 8, maxStringLength: 20_000, maxArrayLength: 1_000 });
}

/** @param {any} message */
function report(message) {
  process.send?.(message);
}
