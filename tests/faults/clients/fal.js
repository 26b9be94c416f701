// @fal-ai/client with its defaults (a read every 500 ms, no timeouts). Its address is fixed; `requestMiddleware` is
// its documented way to send requests elsewhere.

import { createFalClient } from "@fal-ai/client";

/** @type {import("../drive.js").Start} */
export function start({ baseUrl, video, image, signal, named }) {
  const client = createFalClient({
    credentials: "sandbox",
    requestMiddleware: async (request) => ({
      ...request,
      url: request.url.replace("https://queue.fal.run", baseUrl),
    }),
  });
  return client.subscribe("fal-ai/act-one", {
    input: { video, image },
    abortSignal: signal,
    onEnqueue: named,
  });
}
