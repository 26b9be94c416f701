// An abort rejects with the signal's own reason, whatever it is, at whatever moment it comes; the request is
// cancelled, and neither a timer nor a listener is left. "At once" is told by order, not by the clock: the rejection is
// there before anything that was put off by one turn of the event loop.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  createClient,
  download,
  getTask,
  run,
  submit,
  upload,
  waitForTask,
  watchTask,
} from "../../npm/node.js";
import { CREATED, DONE, ID, INPUT, RUNNING, VIDEO } from "./answers.js";
import { answering, assertStillWorks, neverAnswering, rejectionOf, response, through } from "./answers.js";
import { turns } from "./virtual-time.js";

const REASONS = {
  "the default": undefined,
  "a string": "enough",
  "an empty string": "",
  "an object": { why: "tired" },
  "an error": new RangeError("gone"),
  "a DOMException": new DOMException("late", "TimeoutError"),
  null: null,
  zero: 0,
  false: false,
  NaN: NaN,
  "a symbol": Symbol("stop"),
  "a BigInt": 10n,
  "a function": () => "stop",
  "a promise": Promise.resolve("stop"),
  "a thenable": { then: () => {} },
  "a proxy that throws": new Proxy({}, { get: () => assert.fail("somebody looked into the reason") }),
};

/** An open stream that has given some of a body, and nothing more. */
const stuckBody = () =>
  response(new ReadableStream({ start: (stream) => stream.enqueue(new TextEncoder().encode('{"data":{')) }));

/** Where a call stands when the abort comes. `open` is the call, `isThere` whether it has got to that point. */
const MOMENTS = {
  "in the middle of a create": () => {
    const fetch = neverAnswering();
    return { fetch, open: (options) => submit(INPUT, options), isThere: () => fetch.requests.length === 1 };
  },
  "in the middle of a read": () => {
    const fetch = neverAnswering();
    return { fetch, open: (options) => getTask(ID, options), isThere: () => fetch.requests.length === 1 };
  },
  "in the middle of a body": () => {
    const fetch = answering(stuckBody);
    return { fetch, open: (options) => waitForTask(ID, options), isThere: () => fetch.requests.length === 1 };
  },
  "asleep between reads": () => {
    const fetch = answering(RUNNING);
    const open = (options) => waitForTask(ID, { ...options, pollInterval: 60_000 });
    return { fetch, open, isThere: () => fetch.requests.length === 1, landed: true };
  },
  "asleep between retries": () => {
    const fetch = answering(() => response("", { status: 429, headers: { "retry-after": "60" } }));
    const open = (options) => submit(INPUT, { ...options, maxRetries: 4 });
    return { fetch, open, isThere: () => fetch.requests.length === 1, landed: true };
  },
  "in the wait of a run": () => {
    const fetch = answering(CREATED, () => new Promise(() => {}));
    return { fetch, open: (options) => run(INPUT, options), isThere: () => fetch.requests.length === 2 };
  },
  "in the middle of a download": () => {
    const fetch = neverAnswering();
    return { fetch, open: (options) => download(VIDEO, options), isThere: () => fetch.requests.length === 1 };
  },
  "in the middle of an upload": () => {
    const fetch = neverAnswering();
    const open = (options) => upload(new Uint8Array(8), options);
    return { fetch, open, isThere: () => fetch.requests.length === 1 };
  },
  "in the middle of a run's uploads": () => {
    const fetch = neverAnswering();
    const open = (options) => run({ video: new Blob(["v"]), image: new Blob(["i"]) }, options);
    return { fetch, open, isThere: () => fetch.requests.length === 2 };
  },
  "in a loop over watchTask": () => {
    const fetch = answering(RUNNING);
    const open = async (options) => {
      for await (const task of watchTask(ID, { ...options, pollInterval: 60_000 })) assert.ok(task);
    };
    return { fetch, open, isThere: () => fetch.requests.length === 1, landed: true };
  },
};

for (const [moment, prepare] of Object.entries(MOMENTS)) {
  describe(`an abort ${moment}`, () => {
    for (const [name, reason] of Object.entries(REASONS)) {
      test(`rejects with the signal's own reason: ${name}`, async () => {
        const { fetch, open, isThere, landed } = prepare();
        const controller = countingController();
        const rejection = rejectionOf(open(through(fetch, { signal: controller.signal })));
        while (!isThere()) await turns(1);
        await turns();

        let rejected = false;
        const noticed = rejection.then((given) => ((rejected = true), given));
        controller.abort(reason);
        await Promise.all([turns(1), new Promise((resolve) => setTimeout(resolve, 0))]);
        assert.ok(rejected, "the rejection takes more than one turn of the event loop");
        assert.ok(Object.is((await noticed).reason, controller.signal.reason));
        assert.equal(controller.listeners, 0, "listeners are left on the signal");
        if (!landed) assert.ok(fetch.requests.at(-1).signal.aborted, "the request goes on");
      });
    }
  });
}

test("an abort before the start rejects with the reason and sends nothing", async () => {
  for (const reason of Object.values(REASONS)) {
    const signal = AbortSignal.abort(reason);
    for (const call of [
      (options) => submit(INPUT, options),
      (options) => getTask(ID, options),
      (options) => waitForTask(ID, options),
      (options) => run(INPUT, options),
      (options) => download(VIDEO, options),
      (options) => upload(new Uint8Array(8), options),
      (options) => watchTask(ID, options)[Symbol.asyncIterator]().next(),
      (options) => createClient(options).run(INPUT),
    ]) {
      const fetch = answering(RUNNING);
      assert.ok(Object.is((await rejectionOf(call(through(fetch, { signal })))).reason, signal.reason));
      assert.equal(fetch.requests.length, 0);
    }
  }
});

test("an abort during onUpdate ends the wait with the reason", async () => {
  const controller = countingController();
  const onUpdate = () => controller.abort("seen enough");
  const options = through(answering(RUNNING), { signal: controller.signal, onUpdate });
  assert.equal((await rejectionOf(waitForTask(ID, options))).reason, "seen enough");
  assert.equal(controller.listeners, 0);
});

test("an abort after the end changes nothing, and no listener has stayed for it", async () => {
  const controller = countingController();
  const task = await getTask(ID, through(answering(RUNNING), { signal: controller.signal }));
  assert.equal(controller.listeners, 0);
  controller.abort();
  await turns();
  assert.equal(task.status, "running");
});

test("one signal ends a hundred calls, each with the reason", async () => {
  const controller = countingController();
  const calls = Array.from({ length: 100 }, () =>
    rejectionOf(waitForTask(ID, through(neverAnswering(), { signal: controller.signal }))),
  );
  await turns();
  controller.abort("all of you");
  const reasons = (await Promise.all(calls)).map(({ reason }) => reason);
  assert.deepEqual(new Set(reasons), new Set(["all of you"]));
  assert.equal(controller.listeners, 0);
});

test("a body that was aborted is cancelled at its source", async () => {
  let cancelled = false;
  const source = { pull: () => new Promise(() => {}), cancel: () => void (cancelled = true) };
  const controller = countingController();
  const fetch = answering(() => response(new ReadableStream(source)));
  const rejection = rejectionOf(getTask(ID, through(fetch, { signal: controller.signal })));
  while (fetch.requests.length === 0) await turns(1);
  await turns();
  controller.abort("no more");
  assert.equal((await rejection).reason, "no more");
  await turns();
  assert.ok(cancelled);
});

test("leaving a loop over watchTask stops the polling and leaves no listener", async () => {
  const controller = countingController();
  const fetch = answering(RUNNING);
  for await (const task of watchTask(
    ID,
    through(fetch, { signal: controller.signal, pollInterval: 60_000 }),
  )) {
    assert.equal(task.status, "running");
    break;
  }
  await turns();
  assert.equal(controller.listeners, 0);
  assert.equal(fetch.requests.length, 1);
});

test("next() called many times at once gives each task once, and return() ends those that still wait", async () => {
  const watch = watchTask(ID, through(answering(RUNNING), { pollInterval: 60_000 }))[Symbol.asyncIterator]();
  const nexts = [watch.next(), watch.next(), watch.next()];
  assert.equal((await nexts[0]).value.status, "running");
  assert.deepEqual(await watch.return("left"), { done: true, value: "left" });
  for (const next of nexts.slice(1)) assert.equal((await next).done, true);
  assert.equal((await watch.next()).done, true);
});

test("next() after return() is done, whatever has failed before", async () => {
  const fetch = answering(RUNNING, () => response("", { status: 401 }));
  const watch = watchTask(ID, through(fetch))[Symbol.asyncIterator]();
  await watch.next();
  while (fetch.requests.length < 2) await turns(1);
  await turns(20);
  await watch.return();
  assert.equal((await watch.next()).done, true);
});

test("an abort cancels the body of a download that is being read", async () => {
  const controller = countingController();
  const fetch = answering(() => response("video"));
  await download(VIDEO, through(fetch, { signal: controller.signal }));
  const [{ signal }] = fetch.requests;
  assert.equal(signal.aborted, false);
  controller.abort("seen enough");
  assert.equal(signal.reason, "seen enough");
});

test("an abort ends a wait that never sleeps, on a service that answers out of memory", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort("enough"), 5);
  const options = through(answering(RUNNING), { signal: controller.signal, pollInterval: 0, timeout: 5_000 });
  assert.equal((await rejectionOf(waitForTask(ID, options))).reason, "enough");
});

describe("signals that are not what they seem", () => {
  const listening = { addEventListener() {}, removeEventListener() {} };

  test("a signal whose listeners cannot be added does not break the call", async () => {
    const refusing = () => {
      throw new Error("no listeners here");
    };
    const signal = { aborted: false, addEventListener: refusing, removeEventListener: refusing };
    assert.equal((await getTask(ID, through(answering(RUNNING), { signal }))).id, ID);
  });

  test("a signal whose listeners cannot be removed ends a loop over watchTask all the same", async () => {
    const signal = Object.assign(new EventTarget(), { aborted: false });
    signal.removeEventListener = () => {
      throw new Error("they stay");
    };
    const seen = [];
    for await (const { status } of watchTask(ID, through(answering(RUNNING, DONE), { signal })))
      seen.push(status);
    assert.deepEqual(seen, ["running", "succeeded"]);
  });

  test("a signal of another make aborts like one of this runtime's", async () => {
    const signal = Object.assign(new EventTarget(), { aborted: false, reason: undefined });
    const fetch = neverAnswering();
    const rejection = rejectionOf(getTask(ID, through(fetch, { signal })));
    while (fetch.requests.length === 0) await turns(1);
    Object.assign(signal, { aborted: true, reason: "of another make" });
    signal.dispatchEvent(new Event("abort"));
    assert.equal((await rejection).reason, "of another make");
  });

  test("a signal whose reason throws still aborts", async () => {
    const signal = Object.defineProperty({ ...listening, aborted: true }, "reason", {
      get: () => assert.fail(),
    });
    assert.equal((await rejectionOf(getTask(ID, through(neverAnswering(), { signal })))).reason, undefined);
  });

  test("an abort event without an abort is ignored", async () => {
    const signal = Object.assign(new EventTarget(), { aborted: false });
    const release = Promise.withResolvers?.() ?? withResolvers();
    const fetch = answering(() => release.promise);
    const call = getTask(ID, through(fetch, { signal }));
    while (fetch.requests.length === 0) await turns(1);
    signal.dispatchEvent(new Event("abort"));
    await turns();
    release.resolve(response(RUNNING));
    assert.equal((await call).id, ID);
  });
});

test("a process with nothing else to do exits, however its calls ended, and the first call loading the Wasm", async () => {
  const script = fileURLToPath(new URL("aborted-process.js", import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (text) => (said += text));
  assert.equal(await new Promise((resolve) => child.on("exit", resolve)), 0);
  assert.equal(said, "before the Wasm, asleep, in a request, in a body, over HTTP\n");
});

test("after all of that the module still works", assertStillWorks);

/** An `AbortController` whose signal counts the listeners that are on it. */
function countingController() {
  const controller = new AbortController();
  const { signal } = controller;
  controller.listeners = 0;
  for (const [method, step] of [
    ["addEventListener", 1],
    ["removeEventListener", -1],
  ]) {
    const original = signal[method];
    signal[method] = (...args) => {
      controller.listeners += step;
      return original.apply(signal, args);
    };
  }
  return controller;
}

function withResolvers() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}
