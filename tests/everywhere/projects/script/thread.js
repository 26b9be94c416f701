// The same in a worker thread.

import { Worker } from "node:worker_threads";

const worker = new Worker(new URL("./main.js", import.meta.url), { argv: process.argv.slice(2) });
worker.on("exit", (code) => (process.exitCode = code));
