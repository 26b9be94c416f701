// What a beginner gets wrong in a call is refused before anything is sent, and the message says what is meant.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ActOneError,
  createClient,
  download,
  getTask,
  listTasks,
  nextPollDelay,
  run,
  submit,
  waitForTask,
  watchTask,
} from "act-one";

const input = { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.png" };
const fetch = () => assert.fail("something was sent");
const options = { apiKey: "sk-sandbox", fetch };

async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail("was not refused"),
    (reason) => reason,
  );
  assert.ok(error instanceof ActOneError, String(error));
  assert.equal(error.code, "invalid_input");
  return error;
}

test("a misspelled option is refused with the name that is meant", async () => {
  for (const [given, meant] of [
    ["api_key", "apiKey"],
    ["timeOut", "timeout"],
    ["maxRetry", "maxRetries"],
    ["fecth", "fetch"],
  ]) {
    const { issues } = await refusal(submit(input, { ...options, [given]: 1 }));
    assert.deepEqual(issues, [{ path: given, message: `unknown option "${given}". Did you mean ${meant}?` }]);
  }
});

test("two letters that changed places are seen through in the shortest names too", async () => {
  const { issues } = await refusal(submit({ viedo: input.video, imgae: input.image }, options));
  const hints = issues.map(({ message }) => message.match(/Did you mean (\w+)/)?.[1]);
  assert.deepEqual(hints.slice(0, 2), ["video", "image"]);
  assert.match((await refusal(listTasks({ lal: true }, options))).message, /Did you mean all\?/);
});

test("an option in the input is sent to its place", async () => {
  assert.match((await refusal(run({ ...input, apiKey: "x" }, options))).message, /second argument/);
});

test("a promise in place of a task says to await it", async () => {
  assert.match((await refusal(waitForTask(Promise.resolve({ id: "t" }), options))).message, /Await it/);
  assert.match((await refusal(getTask(Promise.resolve({ id: "t" }), options))).message, /Await it/);
});

test("a promise of options is refused, a client's too: what is in it would not count", async () => {
  const promised = Promise.resolve({ signal: AbortSignal.abort() });
  for (const call of [
    submit(input, promised),
    nextPollDelay({ id: "t" }, promised),
    createClient(options).getTask("t", promised),
    createClient(promised).getTask("t", options),
    watchTask("t", promised)[Symbol.asyncIterator]().next(),
  ]) {
    const [{ path, message }] = (await refusal(call)).issues;
    assert.equal(path, "options");
    assert.match(message, /no promise of one/);
  }
});

test("headers that nothing can be read of are refused, and none at all are not", async () => {
  for (const headers of [() => ({ "x-tenant": "a" }), Promise.resolve({ "x-tenant": "a" }), new Date()]) {
    const [{ path, message }] = (await refusal(submit(input, { ...options, headers }))).issues;
    assert.equal(path, "headers");
    assert.match(message, /Pass \{ name: value \}/);
  }
  for (const headers of [{}, [], new Headers(), new Map(), Object.create(null), null]) {
    const error = await refusal(submit(input, { ...options, headers, apiKey: "" }));
    assert.deepEqual(
      error.issues.map(({ path }) => path),
      ["apiKey"],
    );
  }
});

test("headers of another message's own are refused, where a create would be in doubt that never left", async () => {
  for (const name of ["Content-Length", "transfer-encoding", "Expect"]) {
    const headers = new Headers({ "X-Tenant": "a", [name]: "5" });
    const [{ path, message }] = (await refusal(submit(input, { ...options, headers }))).issues;
    assert.equal(path, "headers");
    assert.match(message, /content-length, for the runtime to set/);
  }
});

test("a key, a token or a version that is cut before it is sent would be another one", async () => {
  const long = "x".repeat(20_000);
  const wrong = { ...options, apiKey: long, accessToken: () => long, runwayVersion: long };
  const { issues } = await refusal(submit(input, wrong));
  assert.deepEqual(
    issues.map(({ path }) => path),
    ["apiKey", "runwayVersion"],
  );
  const byFunction = await refusal(getTask("t", { ...options, apiKey: () => long }));
  assert.match(byFunction.message, /too long/);
});

test("options of the wrong type are refused by nextPollDelay as by every other call", async () => {
  for (const wrong of [3, "unchanged", () => 3]) {
    assert.equal((await refusal(nextPollDelay({ id: "t" }, wrong))).issues[0].path, "options");
  }
});

test("a video's URL with a password in it is refused, and the password is not repeated", async () => {
  const { issues, message } = await refusal(download("https://user:secret@media.example/a.mp4", options));
  assert.equal(issues[0].path, "videoUrl");
  assert.doesNotMatch(message, /secret/);
});

test("a key in place of options says how they look, and is not quoted", async () => {
  const { message } = await refusal(createClient("sk-secret-secret").submit(input));
  assert.match(message, /must be an object, such as/);
  assert.doesNotMatch(message, /sk-secret/);
});

test("several issues are a list, and a URL out of the service's reach is refused", async () => {
  const local = { video: "http://localhost:3000/a.mp4", image: "http://192.168.1.2/b.png" };
  const { message } = await refusal(submit(local, options));
  assert.equal(message.split("\n- ").length, 3);
  assert.match(message, /private network/);
});

test("what only looks like a URL is refused before it is paid for", async () => {
  const broken = {
    video: "https://a.example:99999/v.mp4",
    image: "https://%zz/i",
    callbackUrl: "https://[::1/",
  };
  const { issues } = await refusal(submit(broken, options));
  assert.deepEqual(
    issues.map(({ message }) => message),
    ["video is no valid URL.", "image is no valid URL.", "callbackUrl is no valid URL."],
  );
});

test("an error's stack begins at the caller, and its fields are plain data", async () => {
  const error = await refusal(submit({}, options));
  assert.doesNotMatch(error.stack, /wasm/);
  assert.match(error.stack.split("\n    at ")[1], /names\.test\.js/);
  assert.equal(JSON.parse(JSON.stringify(error)).code, "invalid_input");
});

test("a count of the wrong type is not called a time", async () => {
  const task = { id: "t", status: "running", checkedAt: 0 };
  for (const unchanged of ["3", -1, 0.5]) {
    const { issues } = await refusal(nextPollDelay(task, { unchanged }));
    assert.match(issues[0].message, /^unchanged must be a whole number/);
  }
});
