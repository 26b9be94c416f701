// The loop by hand again, which loads our Wasm first and has no use for it: what a start with it takes at the least.

import { init } from "act-one";
import { run as runByHand } from "./hand.js";

/** @type {import("../contestants.js").Client["run"]} */
export const run = async (input) => {
  await init();
  return runByHand(input);
};
