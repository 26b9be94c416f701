// The package's functions: each passes its call on to the Wasm, as soon as that is there.

import { untilAborted } from "./abort.js";
import { asNow } from "./as-now.js";
import { ifLoaded, load } from "./load.js";
import { rejecting } from "./rejecting.js";

export { ActOneError } from "./error.js";
export { createClient } from "./client.js";
export { init } from "./load.js";
export { watchTask } from "./watch.js";

export const submit = (input, options) => call("submit", input, options);
export const getTask = (taskId, options) => call("getTask", taskId, options);
export const waitForTask = (taskOrId, options) => call("waitForTask", taskOrId, options);
export const run = (input, options) => call("run", input, options);
export const parseCallback = (requestOrBody) => call("parseCallback", requestOrBody);
export const nextPollDelay = (task) => call("nextPollDelay", task);
export const download = (taskOrUrl, options) => call("download", taskOrUrl, options);

/**
 * What the Wasm's function of that name gives, unless the call is aborted while the Wasm loads. No async function: once
 * the Wasm is there, the promise that it gives is the only one, and not one of three that each wait keeps.
 */
const call = (name, subject, options) =>
  rejecting(() => {
    const wasm = ifLoaded();
    if (wasm) return wasm[name](subject, options);
    const given = [asNow(subject), asNow(options)];
    return untilAborted(load(), options).then((loaded) => loaded[name](...given));
  });
