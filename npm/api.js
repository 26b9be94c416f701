// The package's functions: each passes its call on to the Wasm, as soon as that is there.

import { untilAborted } from "./abort.js";
import { ifLoaded, load } from "./load.js";
import { rejecting } from "./rejecting.js";

export { ActOneError } from "./error.js";
export { createClient } from "./client.js";
export { init } from "./load.js";
export { watchTask } from "./watch.js";

export const submit = (input, options) => call((wasm) => wasm.submit(input, options), options);
export const getTask = (taskId, options) => call((wasm) => wasm.getTask(taskId, options), options);
export const waitForTask = (taskOrId, options) =>
  call((wasm) => wasm.waitForTask(taskOrId, options), options);
export const run = (input, options) => call((wasm) => wasm.run(input, options), options);
export const parseCallback = (requestOrBody) => call((wasm) => wasm.parseCallback(requestOrBody));
export const nextPollDelay = (task) => call((wasm) => wasm.nextPollDelay(task));
export const download = (taskOrUrl, options) => call((wasm) => wasm.download(taskOrUrl, options), options);

/**
 * What `use` makes of the Wasm, unless the call is aborted while that loads. No async function: once the Wasm is
 * there, the promise that it gives is the only one, and not one of three that each wait keeps.
 */
const call = (use, options) =>
  rejecting(() => {
    const wasm = ifLoaded();
    return wasm ? use(wasm) : untilAborted(load(), options).then(use);
  });
