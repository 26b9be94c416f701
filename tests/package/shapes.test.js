// Whole tasks against the sandbox in each further form of its answers, to the good and to the bad end.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCallback, run, waitForTask, submit } from "act-one";
import { createSandbox } from "act-one/sandbox";

const input = { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.png" };
const failReason = "no face detected";
/** Forms that no published page has a whole example of. */
const shapes = /** @type {const} */ ([
  "failReason",
  "runway",
  "video",
  "url",
  "result",
  "rawVideo",
  "envelope",
  "code",
  "full",
  "application",
  "task",
  "text",
  "output",
  "late",
]);

/** @param {import("act-one/sandbox").SandboxOptions} options */
function quick(options) {
  const sandbox = createSandbox({
    checkMedia: false,
    invisibleFor: 0,
    queueTime: 20,
    runTime: 20,
    failReason,
    ...options,
  });
  return { apiKey: "sk-sandbox", fetch: sandbox.fetch, pollInterval: 5 };
}

for (const feedShape of shapes) {
  test(`a task in the form "${feedShape}" runs to its end, and fails with its reason`, async () => {
    for (const createShape of /** @type {const} */ (["bareId", "emptyError"])) {
      const task = await run(input, quick({ createShape, feedShape }));
      assert.equal(task.status, "succeeded");
      assert.match(task.videoUrl ?? "", /result\.mp4$/);
    }
    const options = quick({ feedShape, outcome: "fail" });
    const error = await waitForTask(await submit(input, options), options).then(
      () => assert.fail("it was meant to fail"),
      (/** @type {import("act-one").ActOneError} */ error) => error,
    );
    assert.equal(error.code, "task_failed");
    assert.equal(error.task?.failReason, failReason);
  });
}

for (const callbackShape of /** @type {const} */ (["codeOnly", ...shapes])) {
  test(`a callback in the form "${callbackShape}" is read`, async () => {
    for (const outcome of /** @type {const} */ (["succeed", "fail"])) {
      /** @type {string[]} */
      const bodies = [];
      const sandbox = createSandbox({
        checkMedia: false,
        queueTime: 0,
        runTime: 0,
        failReason,
        callbackShape,
        outcome,
        fetch: async (_, init) => {
          bodies.push(String(init?.body));
          return new Response();
        },
      });
      const options = { apiKey: "sk-sandbox", fetch: sandbox.fetch };
      const { id } = await submit({ ...input, callbackUrl: "https://receiver.example/" }, options);
      while (bodies.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      const task = await parseCallback(bodies[0] ?? "");
      assert.equal(task.id, id);
      assert.equal(task.status, outcome === "fail" ? "failed" : "succeeded");
      assert.equal(task.failReason, outcome === "fail" ? failReason : null);
    }
  });
}
