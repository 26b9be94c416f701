// The package's functions in Node, against the sandbox or a service that a test makes up.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as actOne from "act-one";
import { createSandbox } from "act-one/sandbox";

const {
  ActOneError,
  createClient,
  download,
  getTask,
  nextPollDelay,
  parseCallback,
  run,
  submit,
  waitForTask,
  watchTask,
} = actOne;

const input = { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.png" };
const apiKey = "sk-sandbox";

/** The sandbox with tasks that are over at once, and options that send everything to it. */
function quick(sandboxOptions) {
  const sandbox = createSandbox({
    checkMedia: false,
    invisibleFor: 0,
    queueTime: 0,
    runTime: 0,
    ...sandboxOptions,
  });
  return { sandbox, options: { apiKey, fetch: sandbox.fetch, pollInterval: 1 } };
}

/** A service that answers each request with what `answer` gives, and keeps the requests. */
function service(answer) {
  const requests = [];
  const fetch = async (request) => {
    requests.push({ url: request.url, headers: request.headers, body: await request.text() });
    const given = await answer(requests.length, request);
    return given instanceof Response ? given : Response.json(given);
  };
  return { requests, options: { apiKey, fetch, pollInterval: 1 } };
}

const record = (status, more = {}) => ({ task_id: "t", status, ...more });
const created = { code: 200, msg: "success", data: { task_id: "t" } };

/** The error that a promise rejects with. */
const refusal = (promise) =>
  promise.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (error) => {
      assert.ok(error instanceof ActOneError, String(error));
      return error;
    },
  );

test("what counts is what was passed at the call, before the Wasm is loaded too", async () => {
  for (const when of ["while it loads", "when it is there"]) {
    const { requests, options } = service(() => created);
    const changing = { ...input, video: new URL("https://media.example/") };
    const changingOptions = { ...options, headers: {} };
    const aborted = new AbortController();
    const submissions = ["first", "second", "aborted"].map((name) => {
      changing.video.pathname = name;
      changingOptions.headers["idempotency-key"] = name;
      changingOptions.callbackUrl = `https://callback.example/${name}`;
      changingOptions.signal = name === "aborted" ? aborted.signal : undefined;
      return submit(changing, changingOptions);
    });
    aborted.abort(when);
    assert.deepEqual(await Promise.allSettled(submissions.slice(2)), [{ status: "rejected", reason: when }]);
    await Promise.all(submissions.slice(0, 2));
    const sent = requests.map(({ body, headers }) => {
      const { video, callback_url } = JSON.parse(body);
      return [video, callback_url].map((url) => url.split("/").at(-1)).concat(headers.get("idempotency-key"));
    });
    const expected = ["first", "second"].map((name) => [name, name, name]);
    assert.deepEqual(sent.sort(), expected, when);
  }
});

for (const createShape of ["seed", "current", "flat", "record"]) {
  for (const feedShape of ["wrapped", "flat", "numeric", "words"]) {
    test(`a task runs to its end when create answers ${createShape} and feed ${feedShape}`, async () => {
      const { options, sandbox } = quick({ createShape, feedShape });
      const task = await run(input, options);
      assert.equal(task.status, "succeeded");
      assert.equal(task.progress, 1);
      assert.match(task.videoUrl, /^https:\/\/.*result\.mp4$/);
      assert.deepEqual(sandbox.counts.creates, 1);
    });
  }
}

test("submit sends what the protocol asks for, with a URL that never resolves for who only polls", async () => {
  const { requests, options } = service(() => created);
  const task = await submit(input, { ...options, runwayVersion: "2024-11-06", headers: { "x-mine": "yes" } });
  const [{ url, headers, body }] = requests;
  assert.equal(url, "https://api.cometapi.com/runway/pro/act_one");
  assert.equal(headers.get("authorization"), "Bearer sk-sandbox");
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("x-runway-version"), "2024-11-06");
  assert.equal(headers.get("x-mine"), "yes");
  const { callback_url: callbackUrl, ...sent } = JSON.parse(body);
  assert.deepEqual(sent, input);
  // New for each create: so its task can be told from others in the account's list.
  assert.match(callbackUrl, /^https:\/\/callback\.invalid\/act-one\/[0-9a-z]{16}$/);
  assert.equal(task.id, "t");
  assert.equal(task.status, "queued");
  assert.deepEqual(task.raw, created);
});

test("URLs may be URL objects, and the input's callback goes before the option's", async () => {
  const { requests, options } = service(() => created);
  const callbackUrl = new URL("https://mine.example/hook");
  await submit({ video: new URL(input.video), image: new URL(input.image) }, { ...options, callbackUrl });
  await submit({ ...input, callbackUrl: "https://other.example/hook" }, { ...options, callbackUrl });
  const sent = requests.map(({ body }) => JSON.parse(body));
  assert.deepEqual(sent[0], { ...input, callback_url: callbackUrl.href });
  assert.equal(sent[1].callback_url, "https://other.example/hook");
});

test("all that is wrong with input and options is told in one error, before any request", async () => {
  const { requests, options } = service(() => created);
  const wrong = { video: "clip.mp4", image: new Blob(["x"]), callbackUrl: "blob:https://a/b" };
  const error = await refusal(
    run(wrong, {
      ...options,
      apiKey: undefined,
      timeout: "1 min",
      maxRetries: 1.5,
      signal: {},
      onUpdate: 1,
      onRetry: 1,
      headers: 5,
    }),
  );
  assert.equal(error.code, "invalid_input");
  const paths = error.issues.map(({ path }) => path).sort();
  assert.deepEqual(paths, [
    "apiKey",
    "callbackUrl",
    "headers",
    "image",
    "maxRetries",
    "onRetry",
    "onUpdate",
    "signal",
    "timeout",
    "video",
  ]);
  for (const issue of error.issues) assert.ok(error.message.includes(issue.message));
  assert.equal(requests.length, 0);
});

test("a missing input, id, task or option object is invalid input", async () => {
  for (const call of [
    () => run(undefined, { apiKey }),
    () => run("https://a/b", { apiKey }),
    () => submit({}, { apiKey }),
    () => submit(input, 5),
    () => getTask(undefined, { apiKey }),
    () => getTask(7, { apiKey }),
    () => waitForTask({}, { apiKey }),
    () => waitForTask("", { apiKey }),
    () => download({ videoUrl: null }, { apiKey }),
    () => nextPollDelay(3),
    () => parseCallback(undefined),
  ]) {
    assert.equal((await refusal(call())).code, "invalid_input", String(call));
  }
});

test("onUpdate sees the accepted task first, each change once, and progress that never falls", async () => {
  const answers = [
    record("IN_PROGRESS", { progress: "30%" }),
    record("IN_PROGRESS", { progress: "30%", exec_time: 2 }),
    record("IN_PROGRESS", { progress: "10%" }),
    record("IN_PROGRESS", { progress: null }),
    record("SUCCESS", { progress: "100%", result_url: "https://a/b.mp4" }),
  ];
  const { options } = service((count) => (count === 1 ? created : answers[count - 2]));
  const seen = [];
  await run(input, { ...options, onUpdate: (task) => seen.push([task.status, task.progress]) });
  assert.deepEqual(seen, [
    ["queued", null],
    ["running", 0.3],
    ["succeeded", 1],
  ]);
});

test("a wait goes on when onUpdate throws or rejects", async (context) => {
  const complaints = context.mock.method(console, "error", () => {});
  for (const onUpdate of [
    () => {
      throw new Error("mine");
    },
    async () => Promise.reject(new Error("mine")),
  ]) {
    const { options } = quick();
    assert.equal((await run(input, { ...options, onUpdate })).status, "succeeded");
  }
  await new Promise(setImmediate);
  assert.ok(complaints.mock.callCount() >= 2);
});

test("a failed task rejects with the task and its reason", async () => {
  const { options } = quick({ outcome: "fail", failReason: "no face detected" });
  const error = await refusal(run(input, options));
  assert.equal(error.code, "task_failed");
  assert.match(error.message, /no face detected/);
  assert.equal(error.task.status, "failed");
  assert.equal(error.task.failReason, "no face detected");
  assert.equal(error.taskId, error.task.id);
  assert.equal(error.taskMayExist, false);
});

test("a snapshot survives JSON and structuredClone and is waited for like the task itself", async () => {
  const { options } = quick();
  const task = await submit(input, options);
  for (const kept of [JSON.parse(JSON.stringify(task)), structuredClone(task), task.id]) {
    assert.equal((await waitForTask(kept, options)).status, "succeeded");
  }
});

test("a snapshot that says succeeded is a hint, and the feed decides", async () => {
  const { options, requests } = service(() => record("FAILURE", { fail_reason: "no face" }));
  const forged = {
    id: "t",
    status: "succeeded",
    videoUrl: "https://evil.example/x.mp4",
    checkedAt: Date.now(),
  };
  assert.equal((await refusal(waitForTask(forged, options))).code, "task_failed");
  assert.equal(requests.length, 1);
});

test("getTask reads once", async () => {
  const { options, requests } = service(() => record("QUEUED", { progress: "0%" }));
  const task = await getTask("t", options);
  assert.deepEqual([task.status, task.progress, requests.length], ["queued", 0, 1]);
  assert.equal(requests[0].url, "https://api.cometapi.com/runway/feed");
  assert.deepEqual(JSON.parse(requests[0].body), { task_id: "t" });
});

test("task_not_exist means not yet within the grace period, and unknown after it", async () => {
  const missing = () =>
    Response.json({ code: "task_not_exist", message: "task_not_exist", data: null }, { status: 400 });
  const late = service((count) => (count < 4 ? missing() : record("SUCCESS", { result_url: "https://a/b" })));
  assert.equal((await waitForTask("t", late.options)).status, "succeeded");
  const never = service(missing);
  const error = await refusal(waitForTask("t", { ...never.options, notFoundGrace: 0 }));
  assert.deepEqual([error.code, error.taskId, error.status], ["task_not_found", "t", 400]);
});

test("the wait's timeout points to the task, which goes on", async () => {
  const { options } = quick({ queueTime: 60_000 });
  const task = await submit(input, options);
  const error = await refusal(waitForTask(task, { ...options, timeout: 20 }));
  assert.deepEqual([error.code, error.taskId, error.retryable], ["timeout", task.id, true]);
});

test("an answer that does not come within requestTimeout is a timeout, its body included", async () => {
  const silent = { apiKey, fetch: () => new Promise(() => {}), requestTimeout: 20, maxRetries: 0 };
  const error = await refusal(submit(input, silent));
  assert.deepEqual([error.code, error.taskMayExist, error.retryable], ["timeout", true, false]);
  const stuck = { ...silent, fetch: async () => new Response(new ReadableStream({})) };
  assert.equal((await refusal(getTask("t", stuck))).code, "timeout");
});

test("a create is sent once on doubt, again on proof, and again on doubt when the caller pays for it", async () => {
  for (const broken of [
    () => Promise.reject(new TypeError("broken")),
    () => new Response("", { status: 502 }),
    () => new Response("{", { status: 200 }),
  ]) {
    const { options, requests } = service(broken);
    assert.equal((await refusal(submit(input, options))).taskMayExist, true);
    assert.equal(requests.length, 1);
  }
  const slow = service((count) => (count < 3 ? new Response("", { status: 429 }) : created));
  assert.equal((await submit(input, slow.options)).id, "t");
  const paid = service((count) => (count < 3 ? new Response("", { status: 503 }) : created));
  assert.equal((await submit(input, { ...paid.options, retryCreates: true })).id, "t");
  assert.deepEqual([slow.requests.length, paid.requests.length], [3, 3]);
});

test("a refused connection proves that nothing was sent", async () => {
  const refused = Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });
  const { options, requests } = service(() => Promise.reject(refused));
  const error = await refusal(submit(input, { ...options, maxRetries: 1 }));
  assert.deepEqual([error.code, error.taskMayExist, requests.length], ["network", false, 2]);
  assert.deepEqual([error.cause.message, error.cause.cause.code], ["fetch failed", "ECONNREFUSED"]);
});

test("the service's refusals have their codes, what to do, and the request id", async () => {
  const envelope = {
    error: { message: "no (request id: abc)", type: "comet_api_error", param: "", code: "" },
  };
  for (const [status, code] of [
    [400, "rejected"],
    [401, "unauthorized"],
    [403, "forbidden"],
  ]) {
    const { options, requests } = service(() => Response.json(envelope, { status }));
    const error = await refusal(submit(input, options));
    assert.deepEqual([error.code, error.status, error.requestId, requests.length], [code, status, "abc", 1]);
    assert.equal(error.taskMayExist, false);
  }
});

test("a base URL that serves pages or redirects is told so at once", async () => {
  for (const answer of [
    () => new Response("<!doctype html><p>hello", { headers: { "content-type": "text/html" } }),
    () => new Response(null, { status: 301, headers: { location: "https://elsewhere.example" } }),
    () => new Response("<html>", { status: 404 }),
  ]) {
    const { options, requests } = service(answer);
    const error = await refusal(waitForTask("t", options));
    assert.equal(error.code, "bad_response");
    assert.match(error.message, /baseUrl/);
    assert.equal(requests.length, 1);
  }
});

test("done without a URL becomes a task that is still running", async () => {
  const { options } = service((count) =>
    record("SUCCESS", count < 3 ? {} : { result_url: "https://a/b.mp4" }),
  );
  assert.equal((await waitForTask("t", options)).videoUrl, "https://a/b.mp4");
});

test("createClient puts defaults under each call's own options", async () => {
  const { sandbox } = quick();
  const client = createClient({ apiKey: "sk-wrong", fetch: sandbox.fetch, pollInterval: 1 });
  assert.equal((await refusal(client.run(input))).code, "unauthorized");
  const task = await client.run(input, { apiKey, maxRetries: undefined });
  assert.equal((await client.getTask(task.id, { apiKey })).status, "succeeded");
  assert.deepEqual(Object.keys(client).sort(), [
    "download",
    "getTask",
    "listTasks",
    "nextPollDelay",
    "parseCallback",
    "run",
    "submit",
    "upload",
    "waitForTask",
    "watchTask",
  ]);
});

test("options may be inherited, by a client's calls and by watchTask as by every other call", async () => {
  const { options } = service(() => record("SUCCESS", { result_url: "https://cdn.example/a.mp4" }));
  const inheriting = Object.create(options);
  assert.equal((await createClient(inheriting).getTask("t", Object.create({ maxRetries: 0 }))).id, "t");
  for await (const { id } of watchTask("t", inheriting)) assert.equal(id, "t");
});

test("what yield* throws into watchTask comes out of it, and ends the polling", async () => {
  const { options } = service(() => record("RUNNING"));
  const tasks = (async function* () {
    yield* watchTask("t", options);
  })();
  await tasks.next();
  await assert.rejects(tasks.throw(new Error("thrown in")), /thrown in/);
});

test("a file in a data: URL is refused without taking it in", async () => {
  const { options } = service(() => created);
  const error = await refusal(
    submit({ ...input, video: `data:video/mp4;base64,${"A".repeat(2e7)}` }, options),
  );
  assert.match(error.message, /Pass the file itself: await \(await fetch\(url\)\)\.blob\(\)/);
});

test("watchTask gives every change up to a failed last one, and breaking off stops the polling", async () => {
  const { options, requests } = service((count) =>
    count === 1 ? record("QUEUED") : count === 2 ? record("RUNNING", { progress: 50 }) : record("FAILED"),
  );
  const seen = [];
  for await (const task of watchTask("t", options)) seen.push(task.status);
  assert.deepEqual(seen, ["queued", "running", "failed"]);
  const before = requests.length;
  const endless = service((count) => record("RUNNING", { progress: count % 100 }));
  for await (const task of watchTask("t", endless.options)) if (task.progress > 0.02) break;
  const reads = endless.requests.length;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(endless.requests.length <= reads + 1);
  assert.equal(requests.length, before);
});

test("options that are a function are refused by watchTask too, and not called", async () => {
  let called = false;
  const options = () => (called = true);
  const error = await refusal(watchTask("t", options)[Symbol.asyncIterator]().next());
  assert.deepEqual([error.code, called], ["invalid_input", false]);
});

test("an abort rejects with the signal's own reason and cancels the request", async () => {
  for (const reason of ["stop", { any: "thing" }, new DOMException("x", "AbortError"), 0, null]) {
    const controller = new AbortController();
    let cancelled = false;
    const fetch = (request) => {
      request.signal.addEventListener("abort", () => (cancelled = true));
      queueMicrotask(() => controller.abort(reason));
      return new Promise(() => {});
    };
    const outcome = await submit(input, { apiKey, fetch, signal: controller.signal }).catch((thrown) => ({
      thrown,
    }));
    assert.equal(outcome.thrown, reason);
    assert.ok(cancelled);
    await assert.rejects(submit(input, { apiKey, signal: AbortSignal.abort(new Error("before")) }), /before/);
  }
});

test("download gives a Response, without sending the key to whoever holds the file", async () => {
  const { sandbox, options } = quick();
  const task = await run(input, options);
  let authorization = "unseen";
  const fetch = (request) => {
    authorization = request.headers.get("authorization");
    return sandbox.fetch(request);
  };
  const response = await download(task, { ...options, fetch });
  assert.equal(response.headers.get("content-type"), "video/mp4");
  assert.ok((await response.arrayBuffer()).byteLength > 1000);
  assert.equal(authorization, null);
  const gone = await refusal(
    download(task.videoUrl, { apiKey, fetch: async () => new Response("", { status: 403 }) }),
  );
  assert.match(gone.message, /temporary/);
});

test("parseCallback reads a Request, a string and an object", async () => {
  const body = record("3", { video_url: "https://a/b.mp4" });
  const request = new Request("https://mine.example/hook", { method: "POST", body: JSON.stringify(body) });
  for (const callback of [request, JSON.stringify(body), `\uFEFF${JSON.stringify(body)}`, body]) {
    assert.equal((await parseCallback(callback)).videoUrl, "https://a/b.mp4");
  }
  assert.equal((await refusal(parseCallback("<html>"))).code, "bad_response");
});

test("nextPollDelay is a pure function of the snapshot, and endless for an ended task", async () => {
  const task = {
    id: "t",
    status: "running",
    progress: 0.5,
    startedAt: 1e12,
    submittedAt: 1e12,
    checkedAt: 1e12 + 30_000,
  };
  const delay = await nextPollDelay(task);
  assert.ok(delay > 0 && delay <= 60_000);
  assert.equal(await nextPollDelay(task), delay);
  assert.equal(await nextPollDelay({ ...task, status: "succeeded" }), Infinity);
  assert.equal(await nextPollDelay(task, { unchanged: 0 }), delay);
  const stalled = { ...task, progress: 0.9 };
  assert.ok((await nextPollDelay(stalled, { unchanged: 30 })) > 2 * (await nextPollDelay(stalled)));
  for (const unchanged of [-1, 0.5, NaN, "3"]) {
    assert.equal((await refusal(nextPollDelay(task, { unchanged }))).issues[0].path, "unchanged");
  }
});

test("a fetch of two arguments is told how it is called", async () => {
  const fetch = async (url, init) => Response.json({ url: url.toString(), body: JSON.parse(init.body) });
  const error = await refusal(submit(input, { apiKey, fetch }));
  assert.match(error.message, /called with one Request, as fetch\(request\)/);
});

test("a fetch that has read the answer itself is not told how it is called", async () => {
  const fetch = async () => {
    const response = Response.json({});
    await response.text();
    return response;
  };
  const error = await refusal(submit(input, { apiKey, fetch }));
  assert.equal(error.code, "network");
  assert.doesNotMatch(error.message, /called with one Request/);
});

test("a result of a sandbox in the same process has a URL under .invalid, which the sandbox's own fetch has", async () => {
  const { options } = quick();
  const { videoUrl } = await run(input, options);
  assert.match(new URL(videoUrl).hostname, /\.invalid$/);
  const response = await download(videoUrl, options);
  assert.equal(response.headers.get("content-type"), "video/mp4");
  assert.ok((await response.arrayBuffer()).byteLength > 10_000);
});
