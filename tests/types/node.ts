// Node, by its own types and without the DOM's.

import { openAsBlob } from "node:fs";
import { readFile } from "node:fs/promises";
import { download, init, run, upload } from "act-one";
import { serve } from "act-one/sandbox/node";

export async function inNode(): Promise<void> {
  const { url } = await serve({ speed: 10 });
  await init(await readFile("act_one_bg.wasm"));
  const options = { baseUrl: new URL(url), fetch, signal: AbortSignal.timeout(1000), headers: new Headers() };
  const task = await run({ video: new URL("https://media.example/a.mp4"), image: "" }, options);
  await run({ video: await openAsBlob("a.mp4"), image: await readFile("a.jpg") }, options);
  await upload(await openAsBlob("a.mp4"), {
    ...options,
    upload: (blob: Blob) => new URL(`https://a/${blob.size}`),
  });
  const response: Response = await download(task);
  await response.arrayBuffer();
}
