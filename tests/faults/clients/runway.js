// @runwayml/sdk with its defaults, but for `timeout` (one exchange: 1 s in place of its 60 s, like ours). Its reads
// come every 6 s or so, which no option changes.

import RunwayML from "@runwayml/sdk";

/** @type {import("../drive.js").Start} */
export function start({ baseUrl, video, image, signal }) {
  const client = new RunwayML({ apiKey: "sandbox", baseURL: baseUrl, timeout: 1_000 });
  return client.characterPerformance
    .create(
      {
        model: "act_two",
        reference: { type: "video", uri: video },
        character: { type: "image", uri: image },
      },
      { signal },
    )
    .waitForTaskOutput({ abortSignal: signal });
}
