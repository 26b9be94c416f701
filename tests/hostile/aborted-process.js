// The process that aborts.test.js starts: aborts a call at each moment and then has nothing left to do. If a timer, a
// socket or a listener of ours held it, it would not exit.

import { createServer } from "node:http";
import { getTask, waitForTask } from "../../npm/node.js";
import { ID, RUNNING, answering, neverAnswering, rejectionOf, response, through } from "./answers.js";
import { turns } from "./virtual-time.js";

/** A timer that stayed would keep this process for longer than anybody waits for it. */
const HOURS = { timeout: null, requestTimeout: 10 * 3_600_000 };

/** Aborts `call` once its request is there. */
async function abort(call, fetch, reason) {
  const controller = new AbortController();
  const rejection = rejectionOf(call(through(fetch, { signal: controller.signal, ...HOURS })));
  while (fetch.requests.length === 0) await turns(1);
  await turns();
  controller.abort(reason);
  return rejection;
}

const loading = new AbortController();
const first = rejectionOf(getTask(ID, through(neverAnswering(), { signal: loading.signal })));
let told = false;
void first.then(() => (told = true));
loading.abort("before the Wasm");
await turns(1);
if (!told) throw new Error("the abort waits for the Wasm to load");
const asleep = (options) => waitForTask(ID, { ...options, pollInterval: 3_600_000 });
const stuck = () => response(new ReadableStream({ pull: () => new Promise(() => {}) }));

const server = createServer(() => {}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.on("listening", resolve));
const baseUrl = `http://127.0.0.1:${server.address().port}`;
const overHttp = (options) => getTask(ID, { ...options, baseUrl });
const sending = Object.assign((request) => (sending.requests.push(request), fetch(request)), {
  requests: [],
});

const reasons = [
  await first,
  await abort(asleep, answering(RUNNING), "asleep"),
  await abort((options) => getTask(ID, options), neverAnswering(), "in a request"),
  await abort((options) => getTask(ID, options), answering(stuck), "in a body"),
  await abort(overHttp, sending, "over HTTP"),
];
server.close();
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout");
if (timers.length > 0) throw new Error(`${timers.length} timers are left`);
console.log(reasons.map(({ reason }) => reason).join(", "));
