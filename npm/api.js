// The package's functions: each waits for the Wasm and passes the call on.

import { untilAborted } from "./abort.js";
import { ifLoaded, load } from "./load.js";
import { nextPollDelay as delayAfter } from "./wasm/act_one.js";

export { ActOneError } from "./error.js";
export { createClient } from "./client.js";
export { init } from "./load.js";
export { watchTask } from "./watch.js";

export const submit = async (input, options) => (await ready(options)).submit(input, options);
export const getTask = async (taskId, options) => (await ready(options)).getTask(taskId, options);
export const waitForTask = async (taskOrId, options) => (await ready(options)).waitForTask(taskOrId, options);
export const run = async (input, options) => (await ready(options)).run(input, options);
export const parseCallback = async (requestOrBody) => (await load()).parseCallback(requestOrBody);
export const nextPollDelay = async (task) => (await load(), delayAfter(task));
export const download = async (taskOrUrl, options) => (await ready(options)).download(taskOrUrl, options);

/** The Wasm, unless the call is aborted while it loads. */
const ready = (options) => ifLoaded() ?? untilAborted(load(), options);
