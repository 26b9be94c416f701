import { ActOneError, createClient, run, watchTask } from "act-one";
import { wholeTask } from "../whole-task.js";

test("a whole task", async () => {
  expect(await wholeTask({ ActOneError, createClient, run, watchTask }, process.env.SERVICE)).toBe("ok");
});
