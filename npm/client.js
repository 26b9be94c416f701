// `createClient`: the same functions with defaults under each call's own options.

import * as api from "./api.js";
import { ActOneError } from "./error.js";

/** The functions that take options second. */
const WITH_OPTIONS = ["submit", "getTask", "waitForTask", "watchTask", "run", "download"];

export function createClient(defaults) {
  const client = { parseCallback: api.parseCallback, nextPollDelay: api.nextPollDelay };
  for (const name of WITH_OPTIONS) {
    client[name] = (subject, options) => api[name](subject, under(defaults, options));
  }
  // A promise rejects, even when an options object throws as it is read; an iterable has no promise yet.
  for (const name of WITH_OPTIONS.filter((name) => name !== "watchTask")) {
    const call = client[name];
    client[name] = async (subject, options) => call(subject, options);
  }
  return client;
}

/** `options` over `defaults`. An option that is undefined is one that was not given. */
function under(defaults, options) {
  if (options !== undefined && options !== null && typeof options !== "object") return options;
  try {
    const given = Object.entries(options ?? {}).filter(([, value]) => value !== undefined);
    return { ...defaults, ...Object.fromEntries(given) };
  } catch (cause) {
    const message = "Nothing was sent. options: cannot be read: a property throws";
    throw new ActOneError({
      code: "invalid_input",
      message,
      issues: [{ path: "options", message: "cannot be read: a property throws" }],
      cause,
    });
  }
}
