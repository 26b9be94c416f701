// A page: the DOM's own types go in and come out.

import { download, init, parseCallback, run, submit, upload, watchTask } from "act-one";
import { createSandbox } from "act-one/sandbox";

export async function inAPage(video: HTMLVideoElement, file: File): Promise<void> {
  const controller = new AbortController();
  const task = await run(
    { video: new URL("https://media.example/a.mp4"), image: "https://media.example/a.jpg" },
    {
      baseUrl: new URL("/api", location.href),
      signal: controller.signal,
      fetch,
      headers: new Headers(),
      onUpdate: (task) => (video.title = task.status),
    },
  );
  video.src = task.videoUrl;
  const response: Response = await download(task, { fetch: createSandbox().fetch });
  await response.blob();
  await parseCallback(new Request("https://example.org"));
  await init(new URL("https://media.example/act_one_bg.wasm"));
  await init(fetch("/act_one_bg.wasm"));
  await init(new WebAssembly.Module(new Uint8Array()));
  await run(
    { video: "", image: "" },
    { headers: [["a", "b"]], fetch: async (request) => new Response(request.url) },
  );
  for await (const { progress } of watchTask(task, { signal: AbortSignal.timeout(1) }))
    video.title = String(progress);
  await submit({ video: file, image: new Blob([]) });
  const { url } = await upload(file, {
    upload: async (blob: Blob, { signal }) =>
      (await fetch("/put", { method: "PUT", body: blob, signal })).url,
  });
  video.src = url;
}
