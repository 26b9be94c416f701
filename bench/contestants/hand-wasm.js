// The loop by hand again, which loads our Wasm first and has no use for it: what a start with it takes at the least.

import { init } from "act-one";
import { connect, run as runByHand } from "./hand.js";

export { connect };

/** @type {import("../contestants.js").Client["run"]} */
export const run = async (input) => {
  await init();
  return runByHand(input);
};
