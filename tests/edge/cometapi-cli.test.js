import assert from "node:assert/strict";
import { test } from "node:test";
import { cannotInstall, tasksByTool } from "../cometapi-cli.js";
import { ACCESS_TOKEN, input, startEdge } from "./edge.js";

test("CometAPI's own command line tool lists the Worker's tasks", { skip: cannotInstall() }, async (t) => {
  const edge = await startEdge();
  t.after(() => edge.close());
  const task = await edge.client.run(input);
  const [listed] = await tasksByTool(edge.url, ACCESS_TOKEN, ["--status", "success"]);
  assert.equal(listed.task_id, task.id);
  assert.equal(listed.status, "SUCCESS");
});
