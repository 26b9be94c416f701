// Ours. Times are compressed by options: 30 s for one exchange become 1 s, 15 min for a wait become 40 s, and reads
// come every 300 ms where the adaptive schedule would look a few times in minutes.

import { run } from "../../../npm/node.js";

/** @type {import("../drive.js").Start} */
export const start = ({ baseUrl, video, image, signal, named }) =>
  run(
    { video, image },
    {
      baseUrl,
      apiKey: "sk-sandbox",
      signal,
      requestTimeout: 1_000,
      timeout: 40_000,
      pollInterval: 300,
      onUpdate: (/** @type {{ id: string }} */ task) => named(task.id),
    },
  );
