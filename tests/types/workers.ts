// A Cloudflare Worker: no DOM, the Workers' own types instead.

import { createClient, download, init, parseCallback, run, upload } from "act-one";
import { createSandbox } from "act-one/sandbox";

declare const compiled: WebAssembly.Module;

interface Env {
  COMETAPI_KEY: string;
  SERVICE: Fetcher;
}

export default {
  async fetch(request, env, context): Promise<Response> {
    const client = createClient({ apiKey: env.COMETAPI_KEY, fetch: (request) => env.SERVICE.fetch(request) });
    const task = await client.run(
      { video: new URL("https://media.example/a.mp4"), image: "https://media.example/a.jpg" },
      { signal: request.signal, headers: new Headers(), fetch },
    );
    context.waitUntil(parseCallback(request));
    await init(compiled);
    await run({ video: "", image: "" }, { fetch: createSandbox().fetch });
    await upload(await request.blob(), {
      upload: async (file, { signal }) => (signal.aborted ? "" : file.type),
    });
    return download(task);
  },
} satisfies ExportedHandler<Env>;
