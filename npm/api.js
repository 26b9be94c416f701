// The package's functions: each waits for the Wasm and passes the call on.

import { load } from "./load.js";

export { ActOneError } from "./error.js";
export { createClient } from "./client.js";
export { init } from "./load.js";
export { watchTask } from "./watch.js";

export const submit = async (input, options) => (await load()).submit(input, options);
export const getTask = async (taskId, options) => (await load()).getTask(taskId, options);
export const waitForTask = async (taskOrId, options) => (await load()).waitForTask(taskOrId, options);
export const run = async (input, options) => (await load()).run(input, options);
export const parseCallback = async (requestOrBody) => (await load()).parseCallback(requestOrBody);
export const nextPollDelay = async (task) => (await load()).nextPollDelay(task);
export const download = async (taskOrUrl, options) => (await load()).download(taskOrUrl, options);
