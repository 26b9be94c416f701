// The API key is in nothing that is handed back: no message, cause, raw answer, stack or request id, whoever quotes it
// and however it is spelt; and it goes to no other URL than the one it was meant for.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
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
import { DONE, ID, INPUT, KEY, RUNNING, VIDEO } from "./answers.js";
import { answering, errorOf, rejectionOf, response, through } from "./answers.js";

const escaped = [...KEY]
  .map((letter) => `\\u${letter.codePointAt(0).toString(16).padStart(4, "0")}`)
  .join("");
const halfEscaped = KEY.replace(/[0-9]/g, (digit) => `\\u003${digit}`);

/** Fails if the key is anywhere in a value: properties that do not show included, prototypes and stacks too. */
function assertWithoutKey(value, seen = new Set()) {
  if (typeof value === "string") assert.ok(!value.includes(KEY), `the key is in: ${value}`);
  if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
  seen.add(value);
  assert.ok(!inspect(value, { depth: 10, showHidden: true }).includes(KEY));
  for (const name of Reflect.ownKeys(value)) {
    assertWithoutKey(String(name), seen);
    assertWithoutKey(value[name], seen);
  }
}

describe("a service that quotes the key", () => {
  const quotes = {
    plainly: KEY,
    "in JSON escapes": escaped,
    "half in escapes": halfEscaped,
    "within a sentence": `the token Bearer ${KEY}. is bad`,
    twice: `${KEY}${KEY}`,
  };
  for (const [how, quoted] of Object.entries(quotes)) {
    const bodies = [
      `{"error":{"message":"invalid token ${quoted} (request id: ${quoted})","code":"${quoted}"}}`,
      `{"code":400,"msg":"${quoted}","data":null}`,
      `{"code":"success","data":{"task_id":"${ID}","status":"FAILURE","fail_reason":"${quoted}"}}`,
      `{"code":"success","data":{"task_id":"${ID}","status":"SUCCESS","video_url":"${VIDEO}?k=${quoted}","${quoted}":1}}`,
      `{"code":"success","data":{"task_id":"${quoted}","status":"SUCCESS"}}`,
      `{"data":"${quoted}"}`,
      `${quoted}`,
      `"${quoted}"`,
      `<html>${quoted}</html>`,
      `{"a":"${quoted}`,
    ];
    test(`${how} does not get it into what is handed back`, async () => {
      for (const body of bodies) {
        for (const status of [200, 400, 401, 403, 429, 500, 502]) {
          const fetch = answering(() => response(body, { status, headers: { "x-request-id": KEY } }));
          const uploading = upload(new Uint8Array(1), through(fetch));
          for (const call of [getTask(ID, through(fetch)), submit(INPUT, through(fetch)), uploading]) {
            assertWithoutKey(await call.catch((error) => error));
          }
        }
        const updates = [];
        const fetch = answering(() => response(body));
        const options = through(fetch, { timeout: 5, onUpdate: (task) => updates.push(task) });
        assertWithoutKey(await waitForTask(ID, options).catch((error) => error));
        assertWithoutKey(updates);
      }
    });
  }
});

test("a key that was given in a header of the caller's own is kept as well", async () => {
  for (const gap of [" ", "\t"]) {
    const headers = { Authorization: `Bearer${gap}${KEY}` };
    const body = { error: { message: `invalid token ${KEY}` } };
    const fetch = answering(() => response(body, { status: 401 }));
    assertWithoutKey(await errorOf(getTask(ID, through(fetch, { apiKey: undefined, headers }))));
  }
});

describe("a fetch that quotes the key as it fails", () => {
  const withCause = (cause) => new TypeError("fetch failed", { cause });
  const withProperty = (name, value) => Object.assign(new Error("failed"), { [name]: value });
  const thrown = {
    "in text": KEY,
    "in a message": new TypeError(`Invalid header value Bearer ${KEY}`),
    "in a cause": withCause(new Error(`Bearer ${KEY}`)),
    "in a cause's cause": withCause(withCause(new Error(KEY))),
    "in the request that it attaches": withProperty("request", {
      headers: { authorization: `Bearer ${KEY}` },
    }),
    "in a Headers object": withProperty("headers", new Headers({ authorization: `Bearer ${KEY}` })),
    "in a code": withProperty("code", KEY),
    "in a name": withProperty("name", KEY),
    "in an object that is no error": { config: { headers: { Authorization: KEY } } },
    "in an array": [[KEY]],
    "in an AggregateError": new AggregateError([new Error(KEY)], "all failed"),
    "in a property's name": withProperty(KEY, 1),
    "in a hidden property": Object.defineProperty(new Error("failed"), "secret", { value: KEY }),
  };
  for (const [where, value] of Object.entries(thrown)) {
    test(`${where} does not get it into the error`, async () => {
      const given = [{ apiKey: KEY }, { apiKey: undefined, headers: { Authorization: `Bearer ${KEY}` } }];
      const file = new Uint8Array(1);
      const own = (_, options) => upload(file, { ...options, upload: options.fetch });
      const others = [(_, options) => submit(INPUT, options), (_, options) => upload(file, options), own];
      for (const call of [getTask, waitForTask, ...others]) {
        for (const key of given) {
          const options = through(() => Promise.reject(value), { timeout: 5, ...key });
          assertWithoutKey(await errorOf(call(ID, options)));
        }
      }
    });
  }
});

test("input that is refused quotes no key, a wrong key included", async () => {
  for (const options of [
    { apiKey: `"${KEY}"` },
    { apiKey: `${KEY} ${KEY}` },
    { apiKey: { [KEY]: KEY } },
    { headers: { authorization: `${KEY}\n${KEY}` } },
    { baseUrl: `ftp://${KEY}@gateway.example` },
  ]) {
    assertWithoutKey(await errorOf(run(INPUT, through(answering(DONE), options))));
    assertWithoutKey(await errorOf(createClient(through(answering(DONE), options)).run(INPUT)));
  }
});

test("a task and what watchTask gives hold no key", async () => {
  for await (const task of watchTask(ID, through(answering(RUNNING, DONE)))) assertWithoutKey(task);
});

test("a download sends no key, to whatever URL", async () => {
  const fetch = answering(() => response("video"));
  await download(VIDEO, through(fetch, { headers: { "x-secret": "mine" } }));
  const [request] = fetch.requests;
  assert.deepEqual([...request.headers], []);
});

describe("a redirect", () => {
  /** @type {import("node:http").Server} */
  let server;
  /** @type {import("node:http").Server} */
  let elsewhere;
  let location = "";
  let status = 0;
  const reached = [];

  before(async () => {
    elsewhere = createServer((request, answer) => {
      reached.push(request.headers);
      answer.end(JSON.stringify(DONE));
    });
    server = createServer((_, answer) => answer.writeHead(status, { location }).end("<html>moved</html>"));
    for (const one of [server, elsewhere])
      await new Promise((resolve) => one.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    for (const one of [server, elsewhere]) {
      one.closeAllConnections();
      one.close();
    }
  });

  for (const code of [301, 302, 303, 307, 308, 304, 399]) {
    test(`of HTTP ${code} is not followed: neither key nor request gets to the other URL`, async () => {
      status = code;
      location = `http://127.0.0.1:${elsewhere.address().port}/`;
      const baseUrl = `http://127.0.0.1:${server.address().port}/${code}`;
      const options = { apiKey: KEY, baseUrl, maxRetries: 2 };
      const read = await errorOf(waitForTask(ID, options));
      assert.equal(read.code, "bad_response");
      assert.equal(read.taskId, ID);
      const created = await errorOf(submit(INPUT, options));
      assert.equal(created.code, "bad_response");
      const uploaded = await errorOf(upload(new Uint8Array(8), options));
      assert.equal(uploaded.code, "bad_response");
      assertWithoutKey([read, created, uploaded]);
      assert.equal(reached.length, 0);
    });
  }

  test("that a fetch of the caller's own has followed all the same ends well", async () => {
    const opaque = {
      type: "opaqueredirect",
      status: 0,
      headers: new Headers(),
      body: null,
      text: async () => "",
    };
    const { reason } = await rejectionOf(
      getTask(
        ID,
        through(() => opaque),
      ),
    );
    assert.equal(reason.code, "bad_response");
  });
});
