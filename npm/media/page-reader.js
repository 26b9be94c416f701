// The Wasm's reader in pages and their workers: compiled while it streams in from beside this file.

import { isLocal } from "./local-file.js";
import { setOrigin } from "./load.js";
import { nothing, read as readPieces } from "./reader.js";

setOrigin("browser", () => new URL("../wasm/media_bg.wasm", import.meta.url));

export async function read(file, settings) {
  const isForeign = !isLocal(file.source) && new URL(file.source).origin !== location.origin;
  // A page is not told a server that forbids it to read (CORS) from one that is not there, and the former does not pass.
  if (isForeign) file.maxRetries = 0;
  const found = await readPieces(file);
  const isHidden = isForeign && found.problem?.code === "unreachable" && !file.isAnswered;
  if (!isHidden || !(await isThere(file.source, settings))) return found;
  const message =
    "cannot be read by this page: the browser cannot decode it, and its server does not let pages of other origins read " +
    "it (CORS). Check the file itself before it is uploaded, or on a server.";
  return nothing({ code: "unreadable", message });
}

/** Whether a server answers at all, which a page may know of any. */
async function isThere(url, { fetch, signal, requestTimeout }) {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), requestTimeout);
  const stop = () => aborter.abort();
  signal?.addEventListener("abort", stop);
  try {
    await fetch.call(
      undefined,
      new Request(url, { method: "HEAD", mode: "no-cors", signal: aborter.signal }),
    );
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
