// Hostile JavaScript values wherever a caller can put one: what comes back is an `ActOneError`, nothing is sent, and
// the module goes on working. A broken module (a Rust panic) would show as a `RuntimeError` from then on.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import fc from "fast-check";
import * as actOne from "../../npm/node.js";
import { CREATED, DONE, ID, INPUT, RUNNING } from "./answers.js";
import { answering, assertStillWorks, errorOf, response, through, thrower } from "./answers.js";

const {
  createClient,
  download,
  getTask,
  listTasks,
  nextPollDelay,
  parseCallback,
  run,
  submit,
  upload,
  waitForTask,
  watchTask,
} = actOne;

const OPTIONS = [
  "apiKey",
  "accessToken",
  "soleCreator",
  "idempotencyKey",
  "baseUrl",
  "runwayVersion",
  "callbackUrl",
  "headers",
  "fetch",
  "signal",
  "requestTimeout",
  "maxRetries",
  "retryCreates",
  "timeout",
  "onRetry",
  "onUpdate",
  "pollInterval",
  "notFoundGrace",
  "upload",
  "onProgress",
];

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cyclic() {
  const object = { id: ID };
  object.self = object;
  return object;
}

/** Values that no option and no argument takes. */
const NONSENSE = {
  "a symbol": Symbol("s"),
  "a BigInt": 10n,
  "a revoked proxy": revoked(),
  "a proxy that throws at everything": new Proxy(
    {},
    {
      get: thrower,
      has: thrower,
      ownKeys: thrower,
      getPrototypeOf: thrower,
      getOwnPropertyDescriptor: thrower,
    },
  ),
  "a function's proxy, revoked": (() => {
    const { proxy, revoke } = Proxy.revocable(() => {}, {});
    revoke();
    return proxy;
  })(),
  "a cyclic object": cyclic(),
  "an object without a prototype": Object.create(null),
  "an object that throws as it becomes a primitive": {
    [Symbol.toPrimitive]: thrower,
    toString: thrower,
    valueOf: thrower,
  },
  "a Date that is none": new Date(NaN),
  "an array": [],
  "a nested array": [[[]]],
  NaN: NaN,
  "a lone surrogate": "\uD800",
  "a string of a megabyte": "x".repeat(1 << 20),
  "an unresolved promise": new Promise(() => {}),
  "a typed array": new Uint8Array(8),
  "a SharedArrayBuffer": new SharedArrayBuffer(8),
  "a WeakMap": new WeakMap(),
  "the global object": globalThis,
};

const CALLS = {
  submit: (options) => submit(INPUT, options),
  getTask: (options) => getTask(ID, options),
  waitForTask: (options) => waitForTask(ID, options),
  run: (options) => run(INPUT, options),
  download: (options) => download("https://cdn.example/a.mp4", options),
  upload: (options) => upload(new Uint8Array(8), options),
  "submit of files": (options) => submit({ video: new Blob(["v"]), image: new Uint8Array(8) }, options),
  watchTask: (options) => watchTask(ID, options)[Symbol.asyncIterator]().next(),
  "createClient().run": (options) => createClient(options).run(INPUT),
  "createClient({}).run": (options) => createClient({}).run(INPUT, options),
};

/** For waits whose `fetch` is hostile: they would go on trying, as in an outage. */
const SOON_OVER_MS = 5;

/** Calls without a `fetch` of their own do not leave the process either. */
const globalFetch = globalThis.fetch;
before(() => void (globalThis.fetch = answering(DONE)));
after(() => void (globalThis.fetch = globalFetch));

afterEach(assertStillWorks);

describe("a hostile option", () => {
  for (const [call, start] of Object.entries(CALLS)) {
    test(`never breaks ${call}`, async () => {
      for (const option of OPTIONS) {
        for (const value of Object.values(NONSENSE)) {
          await endsWell(
            start(through(answering(DONE), { timeout: SOON_OVER_MS, [option]: value })),
            `${option}`,
          );
        }
        const throwing = Object.defineProperty(through(answering(DONE)), option, {
          enumerable: true,
          get: thrower,
        });
        const error = await errorOf(start(throwing));
        assert.equal(error.code, "invalid_input", `${call} with ${option} throwing`);
      }
    });

    test(`is told of by ${call} before anything is sent, when all options are hostile at once`, async () => {
      for (const options of Object.values(NONSENSE)) {
        if (typeof options !== "object") continue;
        await endsWell(start(options), "all options");
      }
      for (const options of ["text", 5, true, Symbol("s"), 10n, () => {}]) {
        assert.equal((await errorOf(start(options))).code, "invalid_input", String(options));
      }
    });
  }

  test("of the wrong type is named, with nothing sent", async () => {
    const fetch = answering(DONE);
    for (const option of OPTIONS.filter((name) => name !== "headers" && name !== "fetch")) {
      for (const value of [Symbol("s"), 10n, {}, []]) {
        const error = await errorOf(run(INPUT, through(fetch, { [option]: value })));
        assert.equal(error.code, "invalid_input", option);
        assert.deepEqual(
          error.issues.map(({ path }) => path),
          [option],
        );
      }
    }
    assert.equal(fetch.requests.length, 0);
  });

  test("that shows another face at each look is looked at once", async () => {
    const looks = {};
    const options = new Proxy(through(answering(DONE)), {
      get(target, name) {
        looks[name] = (looks[name] ?? 0) + 1;
        return target[name];
      },
    });
    await getTask(ID, options);
    for (const name of OPTIONS.filter((name) => name !== "timeout")) assert.ok((looks[name] ?? 0) <= 1, name);
  });

  test("cannot put a line break or the like into a header", async () => {
    for (const headers of [
      { "x-a": "b\r\nAuthorization: Bearer evil" },
      { "x-a\r\nb": "c" },
      [["x", "\0"]],
      { "": "a" },
      [["a"]],
      new Map([["a", Symbol("b")]]),
      "text",
      5,
    ]) {
      const fetch = answering(DONE);
      const outcome = await endsWell(getTask(ID, through(fetch, { headers })), "headers");
      for (const request of fetch.requests)
        assert.match(request.headers.get("authorization"), /^Bearer sk-hostile/);
      if (outcome instanceof actOne.ActOneError) assert.equal(fetch.requests.length, 0);
    }
  });
});

describe("a hostile argument", () => {
  const FIRST = {
    listTasks,
    submit,
    getTask,
    waitForTask,
    run,
    upload,
    download,
    parseCallback,
    nextPollDelay,
  };
  for (const [name, call] of Object.entries(FIRST)) {
    test(`never breaks ${name}`, async () => {
      for (const [what, value] of Object.entries(NONSENSE)) {
        await endsWell(call(value, through(answering(RUNNING, DONE))), `${name}(${what})`);
      }
      for (const value of [undefined, null, true, 0, "", " ", Infinity]) {
        await errorOf(call(value, through(answering(DONE))));
      }
    });
  }

  test("of watchTask is told of by the first next()", async () => {
    for (const value of [undefined, null, "", Symbol("s"), 10n, revoked(), {}]) {
      const error = await errorOf(
        watchTask(value, through(answering(DONE)))
          [Symbol.asyncIterator]()
          .next(),
      );
      assert.equal(error.code, "invalid_input");
    }
  });

  test("in an input is named by its field, all of them in one error", async () => {
    for (const [what, value] of Object.entries(NONSENSE)) {
      const fetch = answering(DONE);
      const error = await errorOf(submit({ video: value, image: value, callbackUrl: value }, through(fetch)));
      assert.equal(error.code, "invalid_input");
      const isFile = ["a typed array", "a SharedArrayBuffer"].includes(what);
      const paths = isFile ? ["callbackUrl"] : ["callbackUrl", "image", "video"];
      assert.deepEqual(error.issues.map(({ path }) => path).sort(), paths);
      assert.equal(fetch.requests.length, 0);
    }
    const throwing = {
      get video() {
        return thrower();
      },
      get image() {
        return thrower();
      },
    };
    assert.equal((await errorOf(submit(throwing, through(answering(DONE))))).issues.length, 2);
  });

  test("of any kind that fast-check can think of ends in a value or an ActOneError", async () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
    });
    const calls = fc.constantFrom(...Object.values(FIRST));
    const options = fc.dictionary(fc.constantFrom(...OPTIONS), anything);
    await fc.assert(
      fc.asyncProperty(calls, anything, options, async (call, value, options) => {
        await endsWell(call(value, { ...options, ...through(answering(DONE)), timeout: 0 }), "anything");
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(options, async (options) => {
        await endsWell(waitForTask(ID, { ...through(answering(DONE)), ...options }), "any options");
      }),
      { numRuns: 500 },
    );
  });

  test("that is a file with hostile members is uploaded or refused", async () => {
    const file = { size: 1, type: "a/b", name: "a", ...{ arrayBuffer: async () => new ArrayBuffer(1) } };
    const members = [...Object.keys(file), "stream", "slice", "then", Symbol.toStringTag];
    for (const member of members) {
      for (const value of [
        ...Object.values(NONSENSE),
        thrower,
        async () => thrower(),
        async () => undefined,
      ]) {
        await endsWell(upload({ ...file, [member]: value }, through(answering(DONE))), String(member));
      }
      const throwing = Object.defineProperty({ ...file }, member, { get: thrower });
      await endsWell(upload(throwing, through(answering(DONE))), String(member));
    }
  });

  test("that is a task with hostile fields is read or refused", async () => {
    const task = await getTask(ID, through(answering(RUNNING)));
    for (const field of Object.keys(task)) {
      for (const value of Object.values(NONSENSE)) {
        await endsWell(waitForTask({ ...task, [field]: value }, through(answering(DONE))), field);
      }
      const throwing = Object.defineProperty({ ...task }, field, { get: thrower });
      await endsWell(waitForTask(throwing, through(answering(DONE))), field);
      await endsWell(nextPollDelay(throwing), field);
    }
  });

  test("that is a task of far-off times makes no endless and no negative delay", async () => {
    const numbers = fc.oneof(
      fc.double(),
      fc.constantFrom(null, 0, -1, Number.MAX_VALUE, Date.now(), NaN, Infinity),
    );
    const status = fc.constantFrom("queued", "running", "succeeded", "failed", "", "other", null);
    const tasks = fc.record({
      id: fc.constant(ID),
      status,
      progress: numbers,
      submittedAt: numbers,
      startedAt: numbers,
      checkedAt: numbers,
    });
    await fc.assert(
      fc.asyncProperty(tasks, async (task) => {
        const delay = await nextPollDelay(task);
        const ended = task.status === "succeeded" || task.status === "failed";
        assert.ok(ended ? delay === Infinity || delay === 0 : delay > 0 && delay <= 3_600_000, String(delay));
      }),
    );
  });
});

test("an onUpdate that throws, rejects or never ends loses no result", async () => {
  const complain = console.error;
  console.error = () => {};
  try {
    for (const onUpdate of [
      thrower,
      async () => thrower(),
      () => Promise.reject(undefined),
      () => new Promise(() => {}),
      () => ({ then: thrower }),
      () => ({
        get then() {
          return thrower();
        },
      }),
      () => revoked(),
      new Proxy(() => {}, { apply: thrower }),
    ]) {
      const task = await waitForTask(ID, through(answering(RUNNING, DONE), { onUpdate }));
      assert.equal(task.status, "succeeded");
    }
  } finally {
    console.error = complain;
  }
});

test("an onUpdate may change what it is given without harm to the wait", async () => {
  const onUpdate = (task) => {
    for (const field of Object.keys(task)) delete task[field];
  };
  const task = await waitForTask(ID, through(answering(RUNNING, DONE), { onUpdate }));
  assert.equal(task.id, ID);
});

test("a global that was tampered with does not break the module for good", async () => {
  for (const name of ["Request", "Headers", "AbortController", "fetch"]) {
    const original = globalThis[name];
    globalThis[name] = thrower;
    try {
      await endsWell(getTask(ID, through(answering(DONE), { baseUrl: `https://${name}.example` })), name);
    } finally {
      globalThis[name] = original;
    }
    await assertStillWorks();
  }
});

test("a setTimeout that gives no handle keeps time all the same", async (t) => {
  const { setTimeout } = globalThis;
  const handles = [];
  t.after(() => {
    globalThis.setTimeout = setTimeout;
    // They would keep the process.
    handles.forEach(clearTimeout);
  });
  globalThis.setTimeout = (...given) => void handles.push(setTimeout(...given));
  // Later than microtasks run, earlier than anything times out.
  const slowly = (body) => () => new Promise((resolve) => setTimeout(resolve, 5, response(body)));
  const fetch = answering(slowly(CREATED), slowly(RUNNING), slowly(DONE));
  assert.equal((await run(INPUT, through(fetch))).status, "succeeded");
  assert.equal(fetch.requests.length, 3);
});

describe("a call that makes itself again as it is read", () => {
  /** What each of many nested calls ended in. */
  const nested = [];
  const again = () => {
    if (nested.length < 1_000) nested.push(getTask(ID, options));
  };
  let options;

  for (const [where, optionsOf] of Object.entries({
    "by an option": () => Object.defineProperty(through(answering(DONE)), "timeout", { get: again }),
    "by its signal": () => {
      const signal = { aborted: false, addEventListener: again, removeEventListener: () => {} };
      return through(answering(DONE), { signal });
    },
  })) {
    test(`ends in an ActOneError, and those around it as ever: ${where}`, async () => {
      nested.length = 0;
      options = optionsOf();
      again();
      const ends = await Promise.all(nested.map((call) => endsWell(call, where)));
      const refused = ends.filter((end) => end instanceof actOne.ActOneError);
      assert.ok(refused.length > 0 && refused.every(({ code }) => code === "invalid_input"));
      assert.ok(ends.length - refused.length > 10, "so few may be nested");
    });
  }
});

/** A call may give a value or an `ActOneError`, and nothing else. */
async function endsWell(call, what) {
  try {
    return await call;
  } catch (error) {
    assert.ok(error instanceof actOne.ActOneError, `${what}: ${String(error?.stack ?? error)}`);
    return error;
  }
}
