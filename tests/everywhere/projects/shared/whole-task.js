// One whole task against the sandbox, written as a user's own code would be. It runs unchanged in every runtime, so
// it uses nothing but the package and the web's own globals; the project around it imports the package in its way.

const INPUT = { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.jpg" };

/** Long enough for a busy machine, short enough to say something before the whole proof gives up. */
const TIMEOUT_MS = 30_000;

/** Rejections that this runtime says nobody has handled: each of them fails the proof, because all are. */
const unhandled = [];
globalThis.addEventListener?.("unhandledrejection", ({ reason }) => unhandled.push(String(reason)));

/**
 * @param {Pick<typeof import("act-one"), "ActOneError" | "createClient" | "run" | "watchTask"> &
 *   Partial<typeof import("act-one/media")>} actOne
 * @param {string} baseUrl the sandbox's address
 */
export async function wholeTask({ ActOneError, createClient, run, watchTask, checkMedia }, baseUrl) {
  const options = { baseUrl, apiKey: "sk-sandbox", pollInterval: 25, timeout: TIMEOUT_MS };
  const client = createClient(options);

  const updates = [];
  // At once, before the Wasm is there: concurrent first calls.
  const [task, submitted] = await Promise.all([
    run(INPUT, { ...options, onUpdate: (task) => updates.push(task.status) }),
    client.submit(INPUT),
  ]);
  expect(
    task.status === "succeeded" && task.videoUrl.startsWith(baseUrl),
    "run gives the video's address",
    task,
  );
  expect(updates.at(-1) === "succeeded", "onUpdate is told of the end", updates);

  const kept = JSON.parse(JSON.stringify(submitted));
  const [watched, alsoWatched] = await Promise.all([
    watch(watchTask(kept, options)),
    watch(client.watchTask(kept)),
  ]);
  expect(watched.at(-1) === "succeeded", "watchTask ends with the finished task", watched);
  expect(alsoWatched.at(-1) === "succeeded", "two iterators at once both end", alsoWatched);
  for await (const first of watchTask(kept, options)) {
    expect(first.id === submitted.id, "an iteration can be left early", first);
    break;
  }
  const unstarted = watchTask(kept, options)[Symbol.asyncIterator]();
  expect((await unstarted.return()).done, "return() ends an iterator");

  const video = await client.download(task);
  expect((await video.arrayBuffer()).byteLength > 1000, "download gives the video");

  if (checkMedia) {
    const { video: report } = await checkMedia({ video: task.videoUrl });
    expect(report.width === 640 && report.height === 360, "checkMedia reads the video", report);
  }

  const failing = { ...INPUT, video: `${INPUT.video}?sandbox=fail` };
  const failure = await run(failing, options).catch((error) => error);
  expect(failure instanceof ActOneError, "a failed task rejects with an ActOneError", failure);
  expect(
    failure.code === "task_failed" && failure.task.status === "failed",
    "a failed task says so",
    failure,
  );

  const refusal = await run({ video: "clip.mp4" }, options).catch((error) => error);
  expect(
    refusal.code === "invalid_input" && refusal.issues.length === 2,
    "bad input is refused in full",
    refusal,
  );

  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(unhandled.length === 0, "no rejection is reported that was handled", unhandled);
  return "ok";
}

async function watch(tasks) {
  const seen = [];
  for await (const task of tasks) seen.push(task.status);
  return seen;
}

function expect(holds, what, found) {
  if (!holds) throw new Error(`Expected: ${what}. Found: ${found?.stack ?? JSON.stringify(found)}`);
}
