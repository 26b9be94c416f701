// `createClient`: the same functions with defaults under each call's own options.

import * as api from "./api.js";
import { calledAt } from "./error.js";
import { under } from "./snapshot.js";
import { watch } from "./watch.js";

/** The promise-returning functions that take options second. */
const PROMISING = ["submit", "getTask", "waitForTask", "run", "listTasks", "upload", "download"];

export function createClient(defaults) {
  const client = {
    parseCallback: api.parseCallback,
    nextPollDelay: api.nextPollDelay,
    watchTask: (taskOrId, options) => watch(taskOrId, () => under(defaults, options)),
  };
  for (const name of PROMISING) {
    const entry = (subject, options) => calledAt(entry, () => api[name](subject, under(defaults, options)));
    client[name] = entry;
  }
  return client;
}
