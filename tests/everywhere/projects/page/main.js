import { ActOneError, createClient, run, watchTask } from "./node_modules/act-one/npm/browser.js";
import { report, service } from "./report.js";
import { wholeTask } from "./whole-task.js";

let streamed = 0;
const { compileStreaming } = WebAssembly;
WebAssembly.compileStreaming = (...given) => {
  streamed++;
  return compileStreaming(...given);
};

async function streamedTask() {
  const outcome = await wholeTask({ ActOneError, createClient, run, watchTask }, service);
  if (streamed !== 1)
    throw new Error(`The Wasm should be compiled once, while it streams in; not ${streamed} times`);
  return outcome;
}

report(streamedTask());
