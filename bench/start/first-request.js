// One cold start in Node: prints the ms between the import of a contestant's bundle and its first request. Node itself
// tells when a request begins, before it looks for the host: both its `fetch` and its older `http`, which lumaai uses.
// Nothing is put in the place of `fetch`, because loading Node's own takes its time too, and users wait for it.
//
// node first-request.js BUNDLE

import { subscribe } from "node:diagnostics_channel";
import { writeSync } from "node:fs";

const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };
subscribe("undici:request:create", end);
subscribe("http.client.request.start", end);
const began = performance.now();
const { run } = await import(process.argv[2]);
await run(input);

function end() {
  const ms = performance.now() - began;
  writeSync(1, String(ms));
  process.exit();
}
