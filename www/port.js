// The port of the demo page: the one that PORT names, or 8080; the next free one where that is taken.

import getPort from "get-port";

const DEFAULT_PORT = 8080;

/** How many are tried. Then any free one will do. */
const TRIED = 100;

export async function freePort() {
  const wanted = Number(process.env.PORT || DEFAULT_PORT);
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) {
    throw new Error(`PORT must be a whole number from 0 to 65535, got ${process.env.PORT}.`);
  }
  if (wanted === 0) return 0;
  const candidates = Array.from({ length: TRIED }, (_, n) => wanted + n).filter((port) => port <= 65_535);
  const port = await getPort({ port: candidates, host: "127.0.0.1" });
  if (port !== wanted) console.log(`Port ${wanted} is taken; ${port} is used instead.`);
  return port;
}
