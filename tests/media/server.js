// A web server for the tests: it serves what it is given, and counts what it sends.

import { createServer } from "node:http";

/**
 * @typedef {object} Served
 * @property {number} length
 * @property {(from: number, to: number) => Buffer} read
 *
 * @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse, file: Served) => void} Manner
 */

/** A file out of bytes. @param {Uint8Array} bytes @returns {Served} */
export const fileOf = (bytes) => ({
  length: bytes.length,
  read: (from, to) => Buffer.from(bytes.subarray(from, to)),
});

/** A file of that length, all zeros but for bytes at its beginning and its end. @param {Uint8Array} head @param {number} length @param {Uint8Array} tail @returns {Served} */
export const sparse = (head, length, tail) => ({
  length,
  read(from, to) {
    const bytes = Buffer.alloc(Math.min(to, length) - from);
    bytes.set(head.subarray(Math.min(from, head.length), Math.min(to, head.length)), 0);
    const start = length - tail.length;
    if (to > start)
      bytes.set(tail.subarray(Math.max(0, from - start), to - start), Math.max(0, start - from));
    return bytes;
  },
});

/** As most servers do. @type {Manner} */
export function withRanges(request, response, file) {
  const [, from, to] = request.headers.range?.match(/^bytes=(\d+)-(\d+)$/) ?? [];
  if (from === undefined) return withoutRanges(request, response, file);
  if (Number(from) >= file.length) {
    response.writeHead(416, { "Content-Range": `bytes */${file.length}` });
    return void response.end();
  }
  const end = Math.min(Number(to) + 1, file.length);
  response.writeHead(206, {
    "Content-Length": end - Number(from),
    "Content-Range": `bytes ${from}-${end - 1}/${file.length}`,
  });
  response.end(file.read(Number(from), end));
}

/** The whole file, whatever was asked for. @type {Manner} */
export function withoutRanges(_request, response, file) {
  response.writeHead(200, { "Content-Length": file.length });
  sendInChunks(response, file, 65_536);
}

/** The whole file without saying how long it is, first byte by byte. @type {Manner} */
export function inTinyChunks(_request, response, file) {
  response.writeHead(200);
  let sent = 0;
  const next = () => {
    if (sent === 64) return sendInChunks(response, file, 65_536, sent);
    response.write(file.read(sent, (sent += 1)), () => setImmediate(next));
  };
  next();
}

/** @param {import("node:http").ServerResponse} response @param {Served} file @param {number} size */
function sendInChunks(response, file, size, from = 0) {
  const next = () => {
    if (response.destroyed) return;
    if (from >= file.length) return void response.end();
    const chunk = file.read(from, Math.min(from + size, file.length));
    from += chunk.length;
    response.write(chunk, next);
  };
  next();
}

/** Serves files by name, until it is closed. */
export async function serve() {
  /** @type {Map<string, { file: Served, manner: Manner }>} */
  const files = new Map();
  const counts = { requests: 0, bytes: 0 };
  const server = createServer((request, response) => {
    counts.requests += 1;
    const write = response.write.bind(response);
    const end = response.end.bind(response);
    Object.assign(response, {
      write: (/** @type {Buffer} */ chunk, /** @type {any[]} */ ...rest) => {
        counts.bytes += chunk.length;
        return write(chunk, ...rest);
      },
      end: (/** @type {Buffer | undefined} */ chunk) => {
        counts.bytes += chunk?.length ?? 0;
        return end(chunk);
      },
    });
    const served = files.get(request.url ?? "");
    if (!served) return void response.writeHead(404).end();
    served.manner(request, response, served.file);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  let next = 0;
  return {
    counts,
    /** The URL of a file from now on. @param {Served} file @param {Manner} [manner] */
    put(file, manner = withRanges) {
      const path = `/${(next += 1)}`;
      files.set(path, { file, manner });
      Object.assign(counts, { requests: 0, bytes: 0 });
      return `http://127.0.0.1:${port}${path}`;
    },
    missing: `http://127.0.0.1:${port}/missing`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
