// A `fetch` of the caller's own that is broken or spiteful: it gives nonsense, throws nonsense, or gives responses
// whose every part is a trap. A call ends in an `ActOneError`, and the module goes on working.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { download, getTask, submit, waitForTask } from "../../npm/node.js";
import { DONE, ID, INPUT, VIDEO, thrower } from "./answers.js";
import { answering, assertStillWorks, errorOf, neverAnswering, response, through } from "./answers.js";
import { turns } from "./virtual-time.js";

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const NONSENSE = {
  undefined: undefined,
  null: null,
  "a number": 200,
  text: JSON.stringify(DONE),
  "a symbol": Symbol("s"),
  "a BigInt": 10n,
  "an empty object": {},
  "a function": () => {},
  "a revoked proxy": revoked(),
  "a proxy that throws at everything": new Proxy(function () {}, { get: thrower, getPrototypeOf: thrower }),
  "a task": DONE,
};

afterEach(assertStillWorks);

describe("a fetch that gives nonsense", () => {
  for (const [name, value] of Object.entries(NONSENSE)) {
    test(`ends in an ActOneError: ${name}`, async () => {
      for (const fetch of [() => value, async () => value]) {
        for (const call of [getTask(ID, through(fetch)), download(VIDEO, through(fetch))]) {
          const error = await errorOf(call);
          assert.ok(["bad_response", "network"].includes(error.code), error.code);
        }
        assert.equal((await errorOf(submit(INPUT, through(fetch)))).taskMayExist, true);
      }
    });

    test(`ends in an ActOneError when it throws it: ${name}`, async () => {
      for (const fetch of [
        () => {
          throw value;
        },
        () => Promise.reject(value),
      ]) {
        for (const call of [getTask(ID, through(fetch)), download(VIDEO, through(fetch))]) {
          const error = await errorOf(call);
          assert.equal(error.code, "network");
        }
        // Where there is no key that it could hold, the caller gets what was thrown itself.
        const keyless = await errorOf(getTask(ID, through(fetch, { apiKey: undefined })));
        assert.ok(Object.is(keyless.cause, value));
        assert.equal((await errorOf(submit(INPUT, through(fetch)))).taskMayExist, true);
      }
    });
  }

  test("takes a thenable for a promise", async () => {
    const thenable = { then: (resolve) => void resolve(response(DONE)) };
    assert.equal(
      (
        await getTask(
          ID,
          through(() => thenable),
        )
      ).id,
      ID,
    );
  });

  test("is not led on by a thenable that settles twice, throws or never settles", async () => {
    const twice = {
      then: (resolve, reject) => (resolve(response(DONE)), reject(new Error("no")), thrower()),
    };
    assert.equal(
      (
        await getTask(
          ID,
          through(() => twice),
        )
      ).id,
      ID,
    );
    assert.equal(
      (
        await errorOf(
          getTask(
            ID,
            through(() => ({ then: thrower })),
          ),
        )
      ).code,
      "network",
    );
    const never = through(() => ({ then: () => {} }), { requestTimeout: 1 });
    assert.equal((await errorOf(getTask(ID, never))).code, "timeout");
    const getter = Object.defineProperty({}, "then", { get: thrower });
    assert.equal(
      (
        await errorOf(
          getTask(
            ID,
            through(() => getter),
          ),
        )
      ).code,
      "network",
    );
  });

  test("that never settles is ended by requestTimeout, and its request is aborted", async () => {
    const fetch = neverAnswering();
    const error = await errorOf(getTask(ID, through(fetch, { requestTimeout: 1 })));
    assert.equal(error.code, "timeout");
    assert.equal(error.taskId, ID);
    assert.ok(fetch.requests[0].signal.aborted);
  });

  test("that calls the module again from within gets both its answers", async () => {
    const inner = through(answering(DONE));
    const fetch = async () => response({ data: { ...DONE.data, note: (await getTask(ID, inner)).status } });
    assert.equal((await getTask(ID, through(fetch))).raw.data.note, "succeeded");
  });
});

describe("a response that is a double", () => {
  const json = JSON.stringify(DONE);
  const reader = (read) => ({
    status: 200,
    headers: new Headers(),
    body: { getReader: () => ({ read, cancel() {} }) },
  });

  test("may have no stream but text()", async () => {
    assert.equal(
      (
        await getTask(
          ID,
          through(() => ({ status: 200, text: async () => json })),
        )
      ).id,
      ID,
    );
    assert.equal(
      (
        await getTask(
          ID,
          through(() => ({ status: 200, body: {}, text: () => json })),
        )
      ).id,
      ID,
    );
  });

  const BROKEN = {
    "a status that throws": Object.defineProperty({}, "status", { get: thrower }),
    "a status of text": { status: "200", text: async () => json },
    "a status of NaN": { status: NaN, text: async () => json },
    "a negative status": { status: -1, text: async () => json },
    "a status beyond any": { status: 1e9, text: async () => json },
    "headers that throw": { status: 200, headers: { get: thrower }, text: thrower },
    "headers that give objects": { status: 200, headers: { get: () => ({}) }, body: 5 },
    "a body that throws": Object.defineProperty({ status: 200 }, "body", { get: thrower }),
    "a body that is taken": { status: 200, body: { getReader: thrower } },
    "a text() that gives no text": { status: 200, text: async () => 5 },
    "a text() that rejects with nothing": { status: 200, text: () => Promise.reject() },
    "no reader": { status: 200, body: { getReader: () => null } },
    "a reader of nothing": { status: 200, body: { getReader: () => ({}) } },
    "a reader that throws": reader(thrower),
    "a reader that rejects": reader(() => Promise.reject(Symbol("s"))),
    "a reader that gives nothing": reader(async () => undefined),
    "a reader that gives null": reader(async () => null),
    "chunks of text": reader(async () => ({ done: false, value: "{}" })),
    "chunks of nothing": reader(async () => ({ done: false, value: undefined })),
    "chunks with a length that lies": reader(async () => ({ done: false, value: { byteLength: 1e12 } })),
    "chunks that are DataViews": reader(async () => ({
      done: false,
      value: new DataView(new ArrayBuffer(1 << 16)),
    })),
    "chunks of a detached buffer": (() => {
      const bytes = new Uint8Array(8);
      structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
      let reads = 0;
      return reader(async () => ({ done: reads++ > 2, value: bytes }));
    })(),
    "a body that is used up": (() => {
      const used = response(DONE);
      void used.text();
      return used;
    })(),
    "an error response": Response.error(),
  };
  for (const [name, double] of Object.entries(BROKEN)) {
    test(`ends in an ActOneError: ${name}`, async () => {
      const error = await errorOf(
        getTask(
          ID,
          through(() => double, { requestTimeout: 1_000 }),
        ),
      );
      assert.ok(["bad_response", "network"].includes(error.code), error.code);
      const created = await errorOf(
        submit(
          INPUT,
          through(() => double, { requestTimeout: 1_000 }),
        ),
      );
      assert.equal(created.taskMayExist, true);
    });
  }

  test("is believed in no part that is not there", async () => {
    for (const headers of [undefined, null, 5, {}, { get: 5 }]) {
      const double = { status: 429, headers, text: async () => "" };
      assert.equal(
        (
          await errorOf(
            getTask(
              ID,
              through(() => double),
            ),
          )
        ).code,
        "rate_limited",
      );
    }
  });
});

describe("a body", () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ data: { ...DONE.data, name: "Ätna 🌋" } }));

  test("may come byte by byte, within characters too", async () => {
    let next = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (next === bytes.length) return controller.close();
        controller.enqueue(bytes.subarray(next, ++next));
      },
    });
    const task = await getTask(ID, through(answering(() => response(stream))));
    assert.equal(task.raw.data.name, "Ätna 🌋");
  });

  test("may come in empty chunks, and in views into larger buffers", async () => {
    const large = new Uint8Array(bytes.length + 20).fill(0x21);
    large.set(bytes, 10);
    const chunks = [new Uint8Array(0), large.subarray(10, 10 + bytes.length), new Uint8Array(0)];
    const task = await getTask(ID, through(answering(() => response(ReadableStream.from(chunks)))));
    assert.equal(task.raw.data.name, "Ätna 🌋");
  });

  test("that does not end is refused, and its source is cancelled", async () => {
    let given = 0;
    let cancelled = false;
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(((given += 65_536), 65_536)).fill(0x20)),
      cancel: () => void (cancelled = true),
    });
    const error = await errorOf(getTask(ID, through(answering(() => response(stream)))));
    assert.equal(error.code, "bad_response");
    await turns();
    assert.ok(cancelled);
    assert.ok(given < 4 << 20, `${given} bytes were taken`);
  });

  test("of 100 MB is refused by its length, and unread where that is not told", async () => {
    const told = response(new ReadableStream({ pull: thrower }, { highWaterMark: 0 }), {
      headers: { "content-length": String(100 << 20) },
    });
    assert.equal(
      (
        await errorOf(
          getTask(
            ID,
            through(() => told),
          ),
        )
      ).code,
      "bad_response",
    );
    const whole = new Uint8Array(100 << 20).fill(0x20);
    const fetches = [() => response(whole), () => ({ status: 200, text: async () => " ".repeat(100 << 20) })];
    for (const fetch of fetches) {
      assert.equal((await errorOf(getTask(ID, through(fetch)))).code, "bad_response");
      assert.equal((await errorOf(submit(INPUT, through(fetch)))).taskMayExist, true);
    }
  });

  test("that trickles for ever is ended by requestTimeout", async () => {
    const trickle = new ReadableStream({
      async pull(controller) {
        await turns(1);
        controller.enqueue(new Uint8Array([0x20]));
      },
    });
    const error = await errorOf(
      getTask(
        ID,
        through(() => response(trickle), { requestTimeout: 20 }),
      ),
    );
    assert.equal(error.code, "timeout");
  });

  test("with a content-length that lies is read for what it is", async () => {
    for (const length of ["-1", "x", "1", "9".repeat(40), " 5 "]) {
      const answer = { ...response(DONE), status: 200, headers: new Headers({ "content-length": length }) };
      const double = { ...answer, text: async () => JSON.stringify(DONE) };
      const outcome = await getTask(
        ID,
        through(() => double),
      ).catch((error) => error);
      assert.ok(outcome.id === ID || outcome.code === "bad_response", length);
    }
  });

  test("of broken UTF-8 is read with replacement characters, not refused", async () => {
    const broken = bytes.slice();
    broken[broken.length - 6] = 0xff;
    assert.equal(
      (
        await getTask(
          ID,
          through(() => response(broken)),
        )
      ).id,
      ID,
    );
  });
});

test("a wait goes on when one answer in it is a trap", async () => {
  const traps = [() => Promise.reject(undefined), () => Promise.reject(Symbol("s")), () => thrower()];
  for (const trap of traps) {
    const task = await waitForTask(ID, through(answering(trap, DONE), { maxRetries: 4 }));
    assert.equal(task.videoUrl, VIDEO);
  }
});
