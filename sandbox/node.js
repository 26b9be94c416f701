// The sandbox behind a port, for Node: what `npm start`, the tests and users' own development servers talk to. Only
// this file needs Node.

import { createSandbox } from "./index.js";
import { needOptions } from "./options.js";
import { loadSrvx } from "./peers.js";

/** @type {typeof import("./node.js").serve} */
export async function serve(given = {}) {
  needOptions("serve", given);
  const { port = 0, hostname = "127.0.0.1", ...options } = given;
  const { serve: listen } = await loadSrvx();
  const sandbox = createSandbox(options);
  const server = listen({
    port,
    hostname,
    silent: true,
    // Whoever embeds the sandbox decides what happens on SIGINT.
    gracefulShutdown: false,
    fetch: (request) =>
      sandbox.fetch(request).catch((error) => {
        // Nobody is listening any more; the answer only ends the exchange.
        if (request.signal.aborted) return new Response(null, { status: 499 });
        throw error;
      }),
  });
  await server.ready();
  const url = withoutSlash(server.url) + (options.basePath ?? "");
  return { url, sandbox, close: async () => void (await server.close(true)) };
}

/** @param {string | undefined} url */
function withoutSlash(url) {
  if (!url) throw new Error("the sandbox's server is not listening");
  return url.replace(/\/$/, "");
}
