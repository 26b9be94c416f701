// The same floor for a client that builds a `Request`, as ours must through gloo-net: that alone costs as much as the
// rest of the loop in Node.

import { runBy, wait } from "./hand.js";

/** @type {import("../contestants.js").Client["run"]} */
export const run = (input) => runBy((url, init) => fetch(new Request(url, init)), input);

/** @type {import("../contestants.js").Client["connect"]} */
export const connect =
  ({ fetch, pollInterval }) =>
  (id) =>
    wait((url, init) => fetch(new Request(url, init)), id, pollInterval);
