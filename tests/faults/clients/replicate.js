// replicate with its defaults, but for `wait: { mode: "poll" }` (a read every 500 ms), its option for predictions that
// take longer than the minute for which its service holds a request open.

import Replicate from "replicate";

/** @type {import("../drive.js").Start} */
export function start({ baseUrl, video, image, signal, named }) {
  const client = new Replicate({ auth: "sandbox", baseUrl });
  const options = { input: { video, image }, wait: { mode: /** @type {const} */ ("poll") }, signal };
  return client.run("runway/act-one", options, (prediction) => named(prediction.id));
}
