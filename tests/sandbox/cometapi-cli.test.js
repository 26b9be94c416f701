import assert from "node:assert/strict";
import { test } from "node:test";
import { submit } from "act-one";
import { serve } from "act-one/sandbox/node";
import { cannotInstall, tasksByTool } from "../cometapi-cli.js";

const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };

test("CometAPI's own command line tool lists the sandbox's tasks", { skip: cannotInstall() }, async (t) => {
  const service = await serve({ checkMedia: false, speed: 1_000 });
  t.after(() => service.close());
  const options = { apiKey: "sk-sandbox", baseUrl: service.url };
  const [first, second] = [await submit(input, options), await submit(input, options)];

  const listed = await tasksByTool(service.url, "at-sandbox");
  assert.deepEqual(
    listed.map((task) => task.task_id),
    [second.id, first.id],
  );
  const [found] = await tasksByTool(service.url, "at-sandbox", ["--task-id", first.id]);
  assert.equal(found.task_id, first.id);
  assert.equal(found.platform, "runway");
});
