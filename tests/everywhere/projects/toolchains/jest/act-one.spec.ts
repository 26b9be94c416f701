import { ActOneError, createClient, run, watchTask, type Task } from "act-one";
import { wholeTask } from "../whole-task.js";

test("a whole task", async () => {
  const updates: Task[] = [];
  expect(await wholeTask({ ActOneError, createClient, run, watchTask }, process.env.SERVICE!)).toBe("ok");
  expect(updates).toEqual([]);
});
