// `onRetry`: told before each retry of an exchange, and never the reason why a paid result is lost. Time is virtual.

import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import {
  ActOneError,
  createClient,
  download,
  getTask,
  submit,
  waitForTask,
  watchTask,
} from "../../npm/node.js";
import { CREATED, DONE, ID, INPUT, KEY, RUNNING, VIDEO } from "./answers.js";
import { answering, assertStillWorks, errorOf, rejectionOf, response, thrower, through } from "./answers.js";
import { elapse } from "./virtual-time.js";

const busy = () => response("", { status: 429, headers: { "retry-after": "3" } });
const down = () => response({ error: { message: "down (request id: req-1)" } }, { status: 503 });
const broken = () => Promise.reject(new TypeError("fetch failed"));
const notExist = () =>
  response({ code: "task_not_exist", message: "task_not_exist", data: null }, { status: 400 });

/** Options with a listener that keeps what it is told. */
function told(fetch, options) {
  const retries = [];
  const onRetry = (retry) => void retries.push({ ...retry, requests: fetch.requests.length });
  return { retries, options: through(fetch, { maxRetries: 4, onRetry, ...options }) };
}

before(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 10, 26) }));
after(() => mock.timers.reset());

describe("onRetry", () => {
  test("is called before each retry with the error, the number of the retry and the delay", async () => {
    const fetch = answering(down, broken, busy, DONE);
    const { retries, options } = told(fetch);
    assert.equal((await elapse(getTask(ID, options))).videoUrl, VIDEO);
    assert.deepEqual(
      retries.map(({ error, attempt, requests }) => [error.code, attempt, requests]),
      [
        ["server_error", 1, 1],
        ["network", 2, 2],
        ["rate_limited", 3, 3],
      ],
    );
    for (const { error, delay } of retries) {
      assert.ok(error instanceof ActOneError);
      assert.ok(delay >= 0 && Number.isFinite(delay), String(delay));
    }
    assert.equal(retries[0].error.requestId, "req-1");
    assert.ok(retries[2].delay >= 3_000, "what the service asked for");
  });

  test("is called by creates, waits, watches and downloads", async () => {
    const calls = {
      submit: (options) => submit(INPUT, options),
      wait: (options) => waitForTask(ID, options),
      "a client": (options) => createClient(options).getTask(ID),
      watch: async (options) => {
        for await (const task of watchTask(ID, options)) if (task.status === "succeeded") break;
      },
      download: (options) => download(VIDEO, options),
    };
    for (const [name, call] of Object.entries(calls)) {
      const done = name === "submit" ? CREATED : name === "download" ? () => new Response("video") : DONE;
      const { retries, options } = told(answering(busy, busy, done));
      await elapse(call(options));
      assert.deepEqual(
        retries.map(({ error, attempt }) => [error.code, attempt]),
        [
          ["rate_limited", 1],
          ["rate_limited", 2],
        ],
        name,
      );
    }
  });

  test("counts anew for each exchange of a wait", async () => {
    const { retries, options } = told(answering(down, RUNNING, down, down, DONE));
    await elapse(waitForTask(ID, options));
    assert.deepEqual(
      retries.map(({ attempt }) => attempt),
      [1, 1, 2],
    );
  });

  test("is not called where nothing is retried", async () => {
    const unpaid = told(answering(down));
    await errorOf(submit(INPUT, unpaid.options));
    const refused = told(answering(() => response("", { status: 401 })));
    await errorOf(getTask(ID, refused.options));
    const last = told(answering(down), { maxRetries: 0 });
    await errorOf(getTask(ID, last.options));
    // A task that is not visible yet is no failed read.
    const early = told(answering(notExist, { code: "success", data: null }, DONE), { pollInterval: 10 });
    await elapse(waitForTask(ID, early.options));
    assert.deepEqual(
      [unpaid, refused, last, early].map(({ retries }) => retries),
      [[], [], [], []],
    );
  });

  test("loses nothing by what it throws, at once or later", async (t) => {
    const complaints = t.mock.method(console, "error", () => {});
    for (const onRetry of [
      thrower,
      async () => thrower(),
      () => Promise.reject(null),
      () => ({ then: thrower }),
    ]) {
      for (const [call, done] of [
        [(options) => submit(INPUT, options), CREATED],
        [(options) => waitForTask(ID, options), DONE],
      ]) {
        const { options } = told(answering(busy, down, done), { onRetry, retryCreates: true });
        assert.equal((await elapse(call(options))).id, ID);
      }
    }
    assert.ok(complaints.mock.callCount() >= 8);
    assert.match(String(complaints.mock.calls[0].arguments[0]), /onRetry/);
  });

  test("can abort the call, which then rejects with the reason", async () => {
    const controller = new AbortController();
    const fetch = answering(down, DONE);
    const { options } = told(fetch, { signal: controller.signal, onRetry: () => controller.abort("enough") });
    assert.deepEqual(await elapse(rejectionOf(waitForTask(ID, options))), { reason: "enough" });
    assert.equal(fetch.requests.length, 1);
  });

  test("that is no function is refused before any request", async () => {
    for (const onRetry of ["yes", 1, {}, true]) {
      const fetch = answering(DONE);
      const error = await errorOf(getTask(ID, through(fetch, { onRetry })));
      assert.deepEqual([error.code, error.issues[0].path], ["invalid_input", "onRetry"]);
      assert.equal(fetch.requests.length, 0);
    }
  });

  test("is told nothing of the key", async () => {
    const quoting = () => response({ error: { message: `bad ${KEY}` } }, { status: 503 });
    const { retries, options } = told(answering(quoting, DONE));
    await elapse(getTask(ID, options));
    const { error } = retries[0];
    assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)}`, new RegExp(KEY));
  });
});

describe("a download", () => {
  test("is retried where the video's server ran out of time", async () => {
    const late = () => new Response("", { status: 408 });
    const fetch = answering(late, () => new Response("video"));
    const response = await elapse(download(VIDEO, through(fetch, { maxRetries: 1 })));
    assert.equal(await response.text(), "video");
    assert.equal(fetch.requests.length, 2);
  });

  test("says of an odd answer what that means for the video's URL", async () => {
    for (const status of [204, 205, 300, 301, 302, 304, 307, 401, 403, 404, 410, 451]) {
      const fetch = answering(() => new Response(null, { status }));
      const error = await errorOf(download(VIDEO, through(fetch)));
      assert.equal(error.status, status);
      assert.match(error.message, /URL/);
      assert.doesNotMatch(error.message, /JSON|baseUrl/);
      assert.equal(fetch.requests.length, 1, String(status));
    }
  });
});

describe("a task's id", () => {
  test("is sent and compared without the white space around it", async () => {
    for (const given of [` ${ID}`, `${ID}\n`, `\t${ID} \r\n`, `\u00a0${ID}\u3000`]) {
      for (const call of [getTask, waitForTask]) {
        const fetch = answering(DONE);
        assert.equal((await elapse(call(given, through(fetch)))).id, ID);
        assert.deepEqual(await fetch.requests[0].json(), { task_id: ID });
      }
      const stored = { ...(await getTask(ID, through(answering(RUNNING)))), id: given };
      assert.equal((await elapse(waitForTask(stored, through(answering(DONE))))).id, ID);
    }
  });

  test("with a control character inside is refused before any request", async () => {
    for (const control of ["\n", "\r", "\t", "\0", "\x1b", "\x7f", "\u0085", "\u2028"]) {
      const given = `task${control}1`;
      const fetch = answering(DONE);
      for (const call of [getTask, waitForTask]) {
        const error = await errorOf(call(given, through(fetch)));
        assert.deepEqual(
          [error.code, error.issues[0].path],
          ["invalid_input", "taskId"],
          JSON.stringify(given),
        );
      }
      const error = await errorOf(
        waitForTask({ id: given, status: "running", checkedAt: 0 }, through(fetch)),
      );
      assert.equal(error.code, "invalid_input");
      assert.equal(fetch.requests.length, 0);
    }
  });
});

test("after all of that the module still works", assertStillWorks);
