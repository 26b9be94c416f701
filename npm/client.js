// `createClient`: the same functions with defaults under each call's own options.

import * as api from "./api.js";
import { copyOptions } from "./options.js";
import { rejecting } from "./rejecting.js";
import { watch } from "./watch.js";

/** The promise-returning functions that take options second. */
const PROMISING = ["submit", "getTask", "waitForTask", "run", "download"];

export function createClient(defaults) {
  const client = {
    parseCallback: api.parseCallback,
    nextPollDelay: api.nextPollDelay,
    watchTask: (taskOrId, options) => watch(taskOrId, () => under(defaults, options)),
  };
  for (const name of PROMISING) {
    client[name] = (subject, options) => rejecting(() => api[name](subject, under(defaults, options)));
  }
  return client;
}

/** `options` over `defaults`. An option that is undefined is one that was not given. */
function under(defaults, options) {
  const over = copyOptions(options);
  const below = copyOptions(defaults);
  // What is no object is refused by the call itself.
  if (typeof over !== "object") return over;
  if (typeof below !== "object") return below;
  for (const name of Object.keys(over)) if (over[name] === undefined) delete over[name];
  return { ...below, ...over };
}
