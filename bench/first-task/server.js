// Serves the contestants' pages and stands for their services, and counts the bytes of both as they pass its sockets.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync } from "node:zlib";
import { pacedServiceOf } from "../services.js";

/** @typedef {{ package: number, service: number, requests: number }} Moved bytes; `requests`: those to the service */

const TYPES = /** @type {Record<string, string>} */ ({
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
});

/** For so long Replicate's service holds a create that asks for it. */
const HELD_MS = 60_000;

export async function serveCounted() {
  /** @type {Map<string, Moved & { answer: () => string }>} */
  const tasks = new Map();
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

  return { url: `http://127.0.0.1:${port}`, movedBy, close };

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response */
  async function answer(request, response) {
    const count = bytesOf(request, response);
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const [, service] = /^\/service\/([^/]+)/.exec(pathname) ?? [];
    if (service) {
      const text = taskOf(service).answer();
      if (request.headers.prefer) await delay(HELD_MS);
      response.setHeader("Content-Type", "application/json");
      request.resume().on("end", () => response.end(text));
      await once(response, "finish");
      taskOf(service).requests += 1;
      taskOf(service).service += count();
      return;
    }
    response.setHeader("Content-Type", TYPES[extname(pathname)]);
    response.setHeader("Content-Encoding", "br");
    response.end(brotliCompressSync(await readFile(new URL(`..${pathname}`, import.meta.url))));
    await once(response, "finish");
    const [, contestant] = /\/bundles\/page\/([^/]+)/.exec(pathname) ?? [];
    if (contestant) taskOf(contestant).package += count();
  }

  /** @param {string} contestant */
  function taskOf(contestant) {
    const task = tasks.get(contestant) ?? {
      package: 0,
      service: 0,
      requests: 0,
      answer: pacedServiceOf(contestant),
    };
    tasks.set(contestant, task);
    return task;
  }

  /** @param {string} contestant @returns {Moved} */
  function movedBy(contestant) {
    const { package: ofPackage, service, requests } = taskOf(contestant);
    return { package: ofPackage, service, requests };
  }

  async function close() {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** What each socket had moved when its last request was over: one request follows the other on it. @type {WeakMap<object, number>} */
const counted = new WeakMap();

/**
 * @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response
 * @returns {() => number} the bytes of this request and its answer, once that is sent
 */
function bytesOf({ socket }, response) {
  const before = counted.get(socket) ?? 0;
  return () => {
    const all = socket.bytesRead + socket.bytesWritten;
    counted.set(socket, all);
    return all - before;
  };
}
