// Keys and tokens as functions: asked before each request and once more after a 401, and never the reason why a call
// hangs, pays twice or gives the key away. Time is virtual. Then: what a refusal says of the key and of baseUrl.

import assert from "node:assert/strict";
import { after, before, describe, mock, test } from "node:test";
import { inspect } from "node:util";
import { getTask, listTasks, run, submit, waitForTask } from "../../npm/node.js";
import { CREATED, DONE, ID, INPUT, KEY, RUNNING, VIDEO } from "./answers.js";
import { answering, assertStillWorks, errorOf, rejectionOf, response, through } from "./answers.js";
import { elapse } from "./virtual-time.js";

const SERVICE = "https://api.cometapi.com";

const refused = () => response({ error: { message: "token expired" } }, { status: 401 });
const missing = () => response({ error: { message: "no such route" } }, { status: 404 });

/** A function that returns `key-000001`, `key-000002` and so on. */
function numbered() {
  let asked = 0;
  const apiKey = () => `key-${String(++asked).padStart(6, "0")}`;
  return apiKey;
}

const sent = (fetch) => fetch.requests.map((request) => request.headers.get("authorization"));

before(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 10, 26) }));
after(() => mock.timers.reset());

describe("a key that a function returns", () => {
  test("is asked for before each request of a run", async () => {
    const fetch = answering(CREATED, RUNNING, RUNNING, DONE);
    const task = await elapse(run(INPUT, through(fetch, { apiKey: numbered() })));
    assert.equal(task.videoUrl, VIDEO);
    assert.deepEqual(
      sent(fetch),
      ["1", "2", "3", "4"].map((number) => `Bearer key-00000${number}`),
    );
  });

  test("may come later, and as it is often copied", async () => {
    const fetch = answering(DONE);
    await elapse(getTask(ID, through(fetch, { apiKey: async () => ` Bearer ${KEY}\n` })));
    assert.deepEqual(sent(fetch), [`Bearer ${KEY}`]);
  });

  test("is asked for once more after a 401, for a create too, and whatever maxRetries says", async () => {
    for (const call of [getTask, (_, options) => submit(INPUT, options)]) {
      const fetch = answering(refused, call === getTask ? DONE : CREATED);
      const retries = [];
      const onRetry = ({ error, attempt, delay }) => void retries.push([error.code, attempt, delay]);
      assert.equal((await elapse(call(ID, through(fetch, { apiKey: numbered(), onRetry })))).id, ID);
      assert.deepEqual(sent(fetch), ["Bearer key-000001", "Bearer key-000002"]);
      assert.deepEqual(retries, [["unauthorized", 1, 0]]);
    }
  });

  test("is not asked for a third time, and a text is sent once", async () => {
    for (const [apiKey, requests] of [
      [numbered(), 2],
      [KEY, 1],
    ]) {
      const fetch = answering(refused);
      const error = await errorOf(elapse(submit(INPUT, through(fetch, { apiKey, maxRetries: 4 }))));
      assert.equal(error.code, "unauthorized");
      assert.equal(error.taskMayExist, false);
      assert.equal(fetch.requests.length, requests);
    }
  });

  test("is asked for after a 401 outside of maxRetries, whenever that comes", async () => {
    const busy = () => response("", { status: 503 });
    for (const answers of [
      [busy, refused, DONE],
      [refused, busy, DONE],
    ]) {
      const fetch = answering(...answers);
      const task = await elapse(getTask(ID, through(fetch, { apiKey: numbered(), maxRetries: 1 })));
      assert.equal(task.id, ID);
    }
  });

  test("has a pace of its own: another's 429 does not hold it back", async () => {
    const { baseUrl } = through(answering(DONE));
    const turnedAway = () => response("", { status: 429, headers: { "retry-after": "60" } });
    const options = (fetch, key) => through(fetch, { apiKey: () => key, baseUrl });
    await errorOf(elapse(getTask(ID, options(answering(turnedAway), "sk-tenant-aaaa"))));
    const began = Date.now();
    await elapse(getTask(ID, options(answering(DONE), "sk-tenant-bbbb")));
    assert.ok(Date.now() - began < 1_000, "in virtual time");
  });

  test("may be asked for by a call of the package itself", async () => {
    const inner = through(answering(DONE));
    const apiKey = async () => `sk-for-${(await getTask(ID, inner)).status}`;
    const fetch = answering(DONE);
    await elapse(getTask(ID, through(fetch, { apiKey })));
    assert.deepEqual(sent(fetch), ["Bearer sk-for-succeeded"]);
  });

  test("can expire in the middle of a wait", async () => {
    const fetch = answering(RUNNING, refused, RUNNING, refused, DONE);
    const task = await elapse(waitForTask(ID, through(fetch, { apiKey: numbered() })));
    assert.equal(task.videoUrl, VIDEO);
  });

  test("counts as a key for the service itself", async () => {
    const fetch = answering(DONE);
    const options = through(fetch, { apiKey: () => KEY, baseUrl: SERVICE });
    assert.equal((await elapse(getTask(ID, options))).id, ID);
  });

  test("may be missing behind a proxy, but not for the service", async () => {
    const fetch = answering(DONE);
    await elapse(getTask(ID, through(fetch, { apiKey: () => undefined })));
    assert.deepEqual(sent(fetch), [null]);
    const error = await errorOf(
      elapse(getTask(ID, through(fetch, { apiKey: () => null, baseUrl: SERVICE }))),
    );
    assert.equal(error.code, "invalid_input");
    assert.equal(fetch.requests.length, 1);
  });

  test("is kept out of errors as a text is", async () => {
    const quoting = (request) =>
      response({ error: { message: `bad ${request.headers.get("authorization")}` } }, { status: 400 });
    const error = await errorOf(elapse(getTask(ID, through(answering(quoting), { apiKey: () => KEY }))));
    assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes(KEY));
    assert.match(error.message, /bad/);
  });
});

describe("a token that a function returns", () => {
  test("is sent with the list, and asked for once more after a 401", async () => {
    const fetch = answering(refused, { code: 0, success: true, data: { items: [], total: 0 } });
    const { tasks } = await elapse(listTasks({}, through(fetch, { accessToken: numbered() })));
    assert.deepEqual(tasks, []);
    assert.deepEqual(sent(fetch), ["Bearer key-000001", "Bearer key-000002"]);
  });

  test("finds the task of a lost create", async () => {
    const fetch = answering(
      () => Promise.reject(new TypeError("broken")),
      async () => {
        const { callback_url, video, image } = await fetch.requests[0].clone().json();
        const properties = { callback_url, video, image };
        const item = {
          task_id: ID,
          platform: "runway",
          action: "act_one",
          status: "IN_PROGRESS",
          properties,
        };
        return response({ success: true, data: { items: [item], total: 1 } });
      },
    );
    const options = through(fetch, { accessToken: () => "token-0123456789", soleCreator: true });
    const outcome = await elapse(submit(INPUT, options)).catch((error) => error);
    assert.ok(
      sent(fetch)
        .slice(1)
        .every((header) => header === "Bearer token-0123456789"),
    );
    assert.ok(fetch.requests.length > 1, "the list was read");
    assert.ok(outcome.id === ID || outcome.taskMayExist);
  });
});

describe("a function that returns no key", () => {
  const wrong = {
    "throws at once": () => {
      throw new RangeError("the vault is shut");
    },
    rejects: () => Promise.reject(new Error("the vault is shut")),
    "rejects with nothing": () => Promise.reject(undefined),
    "returns a number": () => 7,
    "returns an empty text": () => "",
    "returns a text with a line break": () => "sk 1\n2",
    "returns a symbol": () => Symbol("sk"),
    "returns an object": () => ({ toString: () => KEY }),
    "returns a function": () => () => KEY,
    "returns what throws when awaited": () => ({
      get then() {
        throw new Error("the vault is shut");
      },
    }),
  };
  for (const [how, apiKey] of Object.entries(wrong)) {
    test(`because it ${how}, ends the call before anything is sent`, async () => {
      const fetch = answering(CREATED);
      const error = await errorOf(elapse(submit(INPUT, through(fetch, { apiKey, maxRetries: 4 }))));
      assert.equal(error.code, "invalid_input");
      assert.equal(error.issues[0].path, "apiKey");
      assert.match(error.message, /apiKey is a function/);
      assert.equal(error.taskMayExist, false);
      assert.equal(fetch.requests.length, 0);
      await elapse(assertStillWorks());
    });
  }

  test("tells what it threw", async () => {
    const error = await errorOf(elapse(getTask(ID, through(answering(DONE), { apiKey: wrong.rejects }))));
    assert.match(error.message, /the vault is shut/);
    assert.equal(error.cause.message, "the vault is shut");
  });

  test("is retried where it has worked before: a wait outlives that", async () => {
    let asked = 0;
    const apiKey = () => (++asked === 2 ? Promise.reject(new Error("the vault is shut")) : KEY);
    const fetch = answering(RUNNING, DONE);
    const task = await elapse(waitForTask(ID, through(fetch, { apiKey })));
    assert.equal(task.videoUrl, VIDEO);
    assert.equal(asked, 3);
  });

  test("and never settles ends with the time of the request, and nothing was paid", async () => {
    const fetch = answering(CREATED);
    const apiKey = () => new Promise(() => {});
    const error = await errorOf(elapse(submit(INPUT, through(fetch, { apiKey, requestTimeout: 1_000 }))));
    assert.equal(error.code, "timeout");
    assert.equal(error.taskMayExist, false);
    assert.match(error.message, /apiKey is a function/);
    assert.equal(fetch.requests.length, 0);
  });

  test("is left when the call is aborted", async () => {
    const controller = new AbortController();
    const options = through(answering(DONE), {
      apiKey: () => new Promise(() => {}),
      signal: controller.signal,
    });
    const rejection = rejectionOf(getTask(ID, options));
    await null;
    controller.abort("enough");
    assert.equal((await rejection).reason, "enough");
  });
});

test("what is neither a text nor a function is refused", async () => {
  for (const apiKey of [7, {}, Promise.resolve(KEY), true]) {
    const error = await errorOf(getTask(ID, through(answering(DONE), { apiKey })));
    assert.match(error.message, /apiKey is neither a string nor a function/);
  }
});

describe("a refusal", () => {
  test("of a key of Runway's own API says whose key it is, and quotes none", async () => {
    const apiKey = "key_0123456789abcdef";
    const error = await errorOf(getTask(ID, through(answering(refused), { apiKey })));
    assert.match(error.message, /Runway's own API.*CometAPI/);
    assert.ok(!error.message.includes(apiKey));
  });

  test("of the list's token names accessToken", async () => {
    const error = await errorOf(
      listTasks({}, through(answering(refused), { accessToken: "token-0123456789" })),
    );
    assert.equal(error.code, "unauthorized");
    assert.match(error.message, /accessToken/);
  });

  test("with a 404 says what baseUrl should be, where it ends with what is no part of it", async () => {
    for (const end of ["/v1", "/v1/", "/v1beta", "/runway/pro/act_one", "/runway/feed", "/runway"]) {
      for (const answer of [missing, () => response("<html>not here</html>", { status: 404 })]) {
        const baseUrl = `https://wrong.example/act${end}`;
        const error = await errorOf(submit(INPUT, through(answering(answer), { baseUrl })));
        assert.match(error.message, /Try https:\/\/wrong\.example\/act\.$/);
      }
    }
    const error = await errorOf(submit(INPUT, through(answering(missing))));
    assert.doesNotMatch(error.message, /Try/);
  });
});
