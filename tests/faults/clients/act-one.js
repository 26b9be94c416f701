// Ours. Times are compressed by options: 30 s for one exchange become 1 s, an hour for a wait becomes 40 s, and reads
// come every 300 ms where the adaptive schedule would look a few times in minutes.

import { run } from "../../../npm/node.js";

/** @type {import("../drive.js").Start} */
export const start = (task) => startWith(task);

/**
 * @param {Parameters<import("../drive.js").Start>[0]} task
 * @param {import("act-one").Options} [options]
 */
export const startWith = ({ baseUrl, video, image, signal, named }, options) =>
  run(
    { video, image },
    {
      ...options,
      baseUrl,
      apiKey: "sk-sandbox",
      signal,
      requestTimeout: 1_000,
      timeout: 40_000,
      pollInterval: 300,
      onUpdate: (/** @type {{ id: string }} */ task) => named(task.id),
    },
  );
