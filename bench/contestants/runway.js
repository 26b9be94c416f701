// @runwayml/sdk: reads every 6 s ± 1.5 s, which no option changes; a request may take a minute.

import RunwayML from "@runwayml/sdk";

/** @type {import("../contestants.js").Client["run"]} */
export async function run({ video, image }) {
  const { output } = await new RunwayML({ apiKey: "key" }).characterPerformance
    .create({
      model: "act_two",
      reference: { type: "video", uri: video },
      character: { type: "image", uri: image },
    })
    .waitForTaskOutput();
  return output[0];
}

/** @type {import("../contestants.js").Client["connect"]} */
export function connect({ fetch }) {
  const client = new RunwayML({ apiKey: "key", fetch });
  return (id) => client.tasks.retrieve(id).waitForTaskOutput({ timeout: null });
}
