// Every rule that the protocol page has for answers that are odd, as a caller meets it: what comes of a read, a wait,
// a create. Time is virtual.

import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { download, getTask, submit, waitForTask } from "../../npm/node.js";
import { CREATED, DONE, ID, INPUT, RUNNING, VIDEO } from "./answers.js";
import { answering, assertStillWorks, errorOf, response, through } from "./answers.js";
import { elapse } from "./virtual-time.js";

const NOT_EXIST = { code: "task_not_exist", message: "task_not_exist", data: null };
const notExist = () => response(NOT_EXIST, { status: 400 });
const record = (fields) => ({ code: "success", data: { task_id: ID, ...fields } });
/** A wait with the defaults of everything that has to do with time and repeats. */
const waiting = (fetch, options) =>
  through(fetch, { maxRetries: undefined, pollInterval: undefined, ...options });

before(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 10, 22) }));
after(() => mock.timers.reset());

describe("a wait", () => {
  test("takes task_not_exist for not yet within the grace", async () => {
    const fetch = answering(notExist, notExist, notExist, RUNNING, DONE);
    const task = await elapse(waitForTask(ID, waiting(fetch)));
    assert.equal(task.videoUrl, VIDEO);
  });

  test("ends with task_not_found once the grace is over", async () => {
    const fetch = answering(notExist);
    const error = await elapse(errorOf(waitForTask(ID, waiting(fetch, { notFoundGrace: 5_000 }))));
    assert.equal(error.code, "task_not_found");
    assert.equal(error.taskId, ID);
    assert.ok(fetch.requests.length > 1);
  });

  test("has no grace left for a task that was handed in from long ago", async () => {
    const task = await elapse(getTask(ID, waiting(answering(RUNNING))));
    mock.timers.tick(3_600_000);
    const fetch = answering(notExist);
    const error = await elapse(errorOf(waitForTask(task, waiting(fetch))));
    assert.equal(error.code, "task_not_found");
    assert.equal(fetch.requests.length, 1);
  });

  test("polls on at status words that are on no list", async () => {
    for (const status of ["UNKNOWN", "REVIEWING", "", null, 7, "7", true, {}, [], ["SUCCESS"]]) {
      const fetch = answering(record({ status }), DONE);
      const task = await elapse(waitForTask(ID, waiting(fetch)));
      assert.equal(task.status, "succeeded", JSON.stringify(status));
      assert.equal(fetch.requests.length, 2, JSON.stringify(status));
    }
  });

  test("waits for a URL that lags behind the status", async () => {
    const bare = record({ status: "SUCCESS", result_url: "" });
    const seen = [];
    const fetch = answering(bare, bare, DONE);
    const options = waiting(fetch, { onUpdate: ({ status }) => seen.push(status) });
    assert.equal((await elapse(waitForTask(ID, options))).videoUrl, VIDEO);
    assert.deepEqual(seen, ["running", "succeeded"]);
  });

  test("ends with bad_response and the task when the URL never comes", async () => {
    const fetch = answering(record({ status: "SUCCESS" }));
    const error = await elapse(errorOf(waitForTask(ID, waiting(fetch))));
    assert.equal(error.code, "bad_response");
    assert.equal(error.taskId, ID);
    assert.equal(error.task.id, ID);
  });

  test("believes a result URL without an error over the number 2", async () => {
    const fetch = answering(record({ status: "2", video_url: VIDEO, msg: null }));
    assert.equal((await elapse(waitForTask(ID, waiting(fetch)))).videoUrl, VIDEO);
  });

  test("fails with the reason when a failed record has a URL and an error", async () => {
    const fetch = answering(record({ status: "FAILURE", result_url: VIDEO, fail_reason: "no face" }));
    const error = await elapse(errorOf(waitForTask(ID, waiting(fetch))));
    assert.equal(error.code, "task_failed");
    assert.match(error.message, /no face/);
    assert.equal(error.task.failReason, "no face");
    assert.equal(error.taskId, ID);
  });

  test("never shows progress falling", async () => {
    const shown = [];
    const steps = ["10%", "60%", "30%", "", null, "20%", "70%", "-5%", "900%"];
    const fetch = answering(...steps.map((progress) => record({ status: "IN_PROGRESS", progress })), DONE);
    await elapse(waitForTask(ID, waiting(fetch, { onUpdate: ({ progress }) => shown.push(progress) })));
    assert.deepEqual(
      shown,
      shown.toSorted((a, b) => a - b),
    );
    assert.ok(shown.every((progress) => progress >= 0 && progress <= 1));
    assert.equal(shown.at(-1), 1);
  });

  test("outlives an outage of minutes", async () => {
    const began = Date.now();
    const outage = (request, asked) => {
      if (Date.now() - began > 300_000) return response(DONE);
      if (asked % 3 === 0) throw new TypeError("fetch failed");
      return response("", { status: asked % 3 === 1 ? 503 : 429 });
    };
    const task = await elapse(waitForTask(ID, waiting(answering(outage))));
    assert.equal(task.videoUrl, VIDEO);
  });

  test("ends an outage without end by its own timeout, with what is needed to go on", async () => {
    const fetch = answering(RUNNING, () => Promise.reject(new TypeError("fetch failed")));
    const error = await elapse(errorOf(waitForTask(ID, waiting(fetch, { timeout: 600_000 }))));
    assert.equal(error.code, "timeout");
    assert.equal(error.taskId, ID);
    assert.equal(error.task.status, "running");
  });

  test("ends with what the last read said, where the next would come too late", async () => {
    const broken = { error: { message: "broken (request id: req-7)" } };
    const fetch = answering(() => response(broken, { status: 500 }));
    const error = await elapse(errorOf(waitForTask(ID, waiting(fetch, { timeout: 20_000 }))));
    assert.deepEqual([error.code, error.status, error.requestId], ["timeout", 500, "req-7"]);
    assert.match(error.message, /did not succeed: .* broken/);
  });

  test("that ends amid odd answers ends as a timeout", async () => {
    const error = await elapse(errorOf(waitForTask(ID, waiting(answering(""), { timeout: 700 }))));
    assert.equal(error.code, "timeout");
  });

  test("keeps the time of submission by the local clock, whatever the service's says", async () => {
    const task = await elapse(submit(INPUT, waiting(answering(CREATED))));
    const ahead = record({ status: "IN_PROGRESS", submit_time: Math.round(Date.now() / 1_000) + 600 });
    const { submittedAt } = await elapse(waitForTask(task, waiting(answering(ahead, DONE))));
    assert.equal(submittedAt, task.submittedAt);
  });

  test("lasts no longer for a clock that is set back, asleep or told to come back later", async () => {
    const { now } = Date;
    const busy = () => response("", { status: 429, headers: { "retry-after": "1" } });
    for (const first of [RUNNING, busy]) {
      const began = now();
      const setBack = (request, asked) => {
        if (asked === 1) Date.now = () => now() - 3_600_000;
        return asked === 1 && first === busy ? busy() : response(RUNNING);
      };
      const options = waiting(answering(setBack), { timeout: 10_000, pollInterval: 1_500 });
      try {
        assert.equal((await elapse(errorOf(waitForTask(ID, options)))).code, "timeout");
        assert.ok(now() - began < 11_000);
      } finally {
        Date.now = now;
      }
    }
  });

  test("repeats an exchange that is answered late, body included", async () => {
    const never = () => new Promise(() => {});
    const stuck = () =>
      response(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array([123])) }));
    const fetch = answering(never, stuck, DONE);
    assert.equal((await elapse(waitForTask(ID, waiting(fetch)))).videoUrl, VIDEO);
    assert.equal(fetch.requests.length, 3);
    assert.deepEqual(
      fetch.requests.map(({ signal }) => signal.aborted),
      [true, true, false],
    );
  });

  test("honours Retry-After in seconds and as a date", async () => {
    for (const spelt of [() => "40", () => new Date(Date.now() + 40_000).toUTCString()]) {
      const began = Date.now();
      const tooFast = () => response("", { status: 429, headers: { "retry-after": spelt() } });
      await elapse(waitForTask(ID, waiting(answering(tooFast, DONE))));
      // A date has whole seconds.
      assert.ok(Date.now() - began >= 39_000, spelt());
    }
  });

  test("does not wait for a Retry-After of nonsense", async () => {
    for (const retryAfter of ["soon", "-5", "1e99", "NaN", "", "Thu, 99 Foo 2026", "0x10", "9".repeat(400)]) {
      const tooFast = () => response("", { status: 503, headers: { "retry-after": retryAfter } });
      const options = waiting(answering(tooFast, DONE));
      assert.equal((await elapse(waitForTask(ID, options), 1_000)).videoUrl, VIDEO, retryAfter);
    }
  });

  test("ends at once at a page for people", async () => {
    const page = () => response("<!doctype html><h1>hi</h1>", { headers: { "content-type": "text/html" } });
    const fetch = answering(page);
    const error = await elapse(errorOf(waitForTask(ID, waiting(fetch))));
    assert.equal(error.code, "bad_response");
    assert.equal(error.taskId, ID);
    assert.equal(fetch.requests.length, 1);
  });

  test("tries truncated and empty answers maxRetries times again", async () => {
    for (const text of ["", '{"code":"succ', "nul", "  "]) {
      const fetch = answering(text);
      const error = await elapse(errorOf(waitForTask(ID, waiting(fetch, { maxRetries: 2 }))));
      assert.equal(error.code, "bad_response", text);
      assert.equal(error.taskId, ID);
      assert.equal(fetch.requests.length, 3, text);
    }
  });

  test("repeats HTTP 500, except the one that says invalid_request", async () => {
    const failing = () => response({ error: { message: "oops", code: "" } }, { status: 500 });
    assert.equal((await elapse(waitForTask(ID, waiting(answering(failing, DONE))))).status, "succeeded");
    const invalid = () => response({ error: { message: "bad", code: "invalid_request" } }, { status: 500 });
    const fetch = answering(invalid);
    assert.equal((await elapse(errorOf(waitForTask(ID, waiting(fetch))))).code, "rejected");
    assert.equal(fetch.requests.length, 1);
  });
});

describe("a read", () => {
  test("is an error when the answer tells of another task", async () => {
    for (const other of ["another", 573772, `${ID}1`, ID.toUpperCase()]) {
      const error = await errorOf(
        getTask(ID, through(answering({ data: { task_id: other, status: "SUCCESS" } }))),
      );
      assert.equal(error.code, "bad_response");
      assert.equal(error.taskId, ID);
    }
  });

  test("takes numbers for strings and strings for numbers", async () => {
    const odd = { task_id: 4711, status: 3, video_url: VIDEO, create_time: "1724313052", progress: 100 };
    const task = await getTask("4711", through(answering({ code: "200", data: odd })));
    assert.equal(task.id, "4711");
    assert.equal(task.status, "succeeded");
    assert.equal(task.submittedAt, 1_724_313_052_000);
  });

  test("reads past a byte order mark and white space", async () => {
    const task = await getTask(ID, through(answering(`\uFEFF\r\n \t${JSON.stringify(DONE)}\n`)));
    assert.equal(task.videoUrl, VIDEO);
  });

  test("is an error when HTTP 200 carries an error code", async () => {
    const cases = {
      400: "rejected",
      401: "unauthorized",
      403: "forbidden",
      429: "rate_limited",
      500: "server_error",
    };
    for (const [code, expected] of Object.entries(cases)) {
      for (const spelt of [Number(code), code]) {
        const fetch = answering({ code: spelt, msg: "no (request id: abc123)", data: null });
        const error = await errorOf(getTask(ID, through(fetch)));
        assert.equal(error.code, expected);
        assert.equal(error.requestId, "abc123");
      }
    }
  });

  test("keeps __proto__ keys out of everything", async () => {
    const body = `{"__proto__":{"polluted":1},"code":"success","data":{"task_id":"${ID}","status":"SUCCESS",
      "result_url":"${VIDEO}","__proto__":{"task_id":"evil","status":"FAILURE"},"constructor":{"prototype":{"polluted":1}}}}`;
    const task = await getTask(ID, through(answering(body)));
    assert.equal(task.id, ID);
    assert.equal(task.status, "succeeded");
    assert.equal({}.polluted, undefined);
    assert.equal(Object.getPrototypeOf(task.raw), Object.prototype);
  });

  test("is not led astray by what Object.prototype has", async () => {
    for (const body of [{}, { data: {} }, [], { data: [] }]) {
      const error = await errorOf(getTask(ID, through(answering(body))));
      assert.equal(error.code, "bad_response", JSON.stringify(body));
    }
  });

  test("survives nesting of any depth", async () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    const task = await getTask(
      ID,
      through(answering(`{"data":{"task_id":"${ID}","status":1,"extra":${deep}}}`)),
    );
    assert.equal(task.status, "running");
    assert.equal((await errorOf(getTask(ID, through(answering(deep))))).code, "bad_response");
    const objects = `${'{"data":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    assert.equal((await errorOf(getTask(ID, through(answering(objects))))).code, "bad_response");
  });

  test("takes a URL with a space in it for a result: it plays, and has been paid for", async () => {
    const url = "https://cdn.example/my result.mp4";
    const task = await getTask(ID, through(answering(record({ status: "SUCCESS", result_url: url }))));
    assert.deepEqual([task.status, task.videoUrl], ["succeeded", url]);
    const response = await download(
      task,
      through(async () => new Response("video")),
    );
    assert.equal(await response.text(), "video");
  });

  test("takes no javascript: or relative URL for a result", async () => {
    for (const url of [
      "javascript:alert(1)",
      "/result.mp4",
      "https://",
      "data:video/mp4;base64,AA",
      {},
      ["javascript:alert(1)"],
      5,
    ]) {
      const task = await getTask(ID, through(answering(record({ status: "SUCCESS", result_url: url }))));
      assert.equal(task.videoUrl, null);
      assert.notEqual(task.status, "succeeded");
    }
  });
});

describe("a create", () => {
  const ambiguous = {
    "an empty body": "",
    "half a JSON": '{"code":200,"data":{"task',
    "a page": "<html></html>",
    "no id": { code: 200, data: {} },
    null: "null",
    "a number": "17",
    "an id that is none": { code: 200, data: { task_id: { a: 1 } } },
  };
  for (const [name, body] of Object.entries(ambiguous)) {
    test(`says that a task may exist when the answer is a success but unreadable: ${name}`, async () => {
      const fetch = answering(body);
      const error = await elapse(errorOf(submit(INPUT, waiting(fetch))));
      assert.equal(error.code, "bad_response");
      assert.equal(error.taskMayExist, true);
      assert.equal(fetch.requests.length, 1);
    });
  }

  test("is not repeated after a broken connection, a timeout or a 5xx, and says that a task may exist", async () => {
    const troubles = [
      () => Promise.reject(new TypeError("fetch failed", { cause: { code: "ECONNRESET" } })),
      () => new Promise(() => {}),
      ...[500, 502, 503, 504, 524].map((status) => () => response("", { status })),
      () => response("<html>bad gateway", { status: 502 }),
    ];
    for (const trouble of troubles) {
      const fetch = answering(trouble, CREATED);
      const error = await elapse(errorOf(submit(INPUT, waiting(fetch))));
      assert.equal(error.taskMayExist, true);
      assert.equal(error.retryable, false);
      assert.equal(fetch.requests.length, 1);
    }
  });

  test("is repeated after a 429, and keeps the doubt of an earlier try with retryCreates", async () => {
    const fetch = answering(() => response("", { status: 429 }), CREATED);
    assert.equal((await elapse(submit(INPUT, waiting(fetch)))).id, ID);
    assert.equal(fetch.requests.length, 2);

    const refused = answering(
      () => response("", { status: 502 }),
      () => response("", { status: 401 }),
    );
    const error = await elapse(errorOf(submit(INPUT, waiting(refused, { retryCreates: true }))));
    assert.equal(error.code, "unauthorized");
    assert.equal(error.taskMayExist, true);
  });

  test("is not repeated when an answer names the task, whatever else it says", async () => {
    const answers = [
      { code: 429, data: { task_id: ID } },
      () => response({ task_id: ID, status: "SUBMITTED" }, { status: 429 }),
    ];
    for (const answer of answers) {
      const fetch = answering(answer, CREATED);
      const error = await elapse(errorOf(submit(INPUT, waiting(fetch))));
      assert.deepEqual([error.code, error.taskId, error.retryable], ["rate_limited", ID, false]);
      assert.equal(fetch.requests.length, 1);
    }
  });

  test("is not repeated when what breaks is its answer, whatever that is called", async () => {
    const refused = Object.assign(new Error("client error (Connect)"), { code: "ECONNREFUSED" });
    const breaking = () => response(new ReadableStream({ pull: () => Promise.reject(refused) }));
    const fetch = answering(breaking, CREATED);
    const error = await elapse(errorOf(submit(INPUT, waiting(fetch))));
    assert.equal(error.taskMayExist, true);
    assert.equal(fetch.requests.length, 1);
  });

  test("that cannot be sent at all says that no task exists", async () => {
    const { fetch } = globalThis;
    try {
      globalThis.fetch = undefined;
      const error = await errorOf(submit(INPUT, waiting(undefined)));
      assert.deepEqual([error.code, error.taskMayExist], ["network", false]);
    } finally {
      globalThis.fetch = fetch;
    }
  });

  test("takes an empty error beside an id for none", async () => {
    assert.equal((await submit(INPUT, waiting(answering({ ...CREATED, error: "" })))).id, ID);
  });

  test("that is refused says that no task exists", async () => {
    const refusals = [
      { code: 400, msg: "image aspect ratio must be 16:9", data: null },
      () => response({ error: { message: "no", code: "invalid_request" } }, { status: 500 }),
      ...[400, 401, 403, 404, 422].map((status) => () => response({ error: { message: "no" } }, { status })),
      () => response("", { status: 429 }),
    ];
    for (const refusal of refusals) {
      const error = await elapse(errorOf(submit(INPUT, waiting(answering(refusal), { maxRetries: 1 }))));
      assert.equal(error.taskMayExist, false, error.message);
    }
  });
});

test("after all of that the module still works", assertStillWorks);
