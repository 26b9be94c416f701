// Ours with a `fetch` of the caller's own (a service binding, say), which gets a `Request`.

import { run, waitWith } from "./act-one.js";

export { run };

/** @type {import("../contestants.js").Client["connect"]} */
export const connect = ({ fetch, pollInterval }) => waitWith({ fetch, pollInterval });
