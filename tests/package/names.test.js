// What a beginner gets wrong in a call is refused before anything is sent, and the message says what is meant.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ActOneError, createClient, getTask, nextPollDelay, run, submit, waitForTask } from "act-one";

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
  ]) {
    const { issues } = await refusal(submit(input, { ...options, [given]: 1 }));
    assert.deepEqual(issues, [{ path: given, message: `unknown option "${given}". Did you mean ${meant}?` }]);
  }
});

test("an option in the input is sent to its place", async () => {
  assert.match((await refusal(run({ ...input, apiKey: "x" }, options))).message, /second argument/);
});

test("a promise in place of a task says to await it", async () => {
  assert.match((await refusal(waitForTask(Promise.resolve({ id: "t" }), options))).message, /Await it/);
  assert.match((await refusal(getTask(Promise.resolve({ id: "t" }), options))).message, /Await it/);
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
