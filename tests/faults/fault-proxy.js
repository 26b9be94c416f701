// The bad network: an HTTP proxy on real sockets that passes requests on to a service, and does to each exchange what
// the plan has for it. It knows runs and exchanges, no client and no protocol.
//
// A run's requests come under `/run-NUMBER/…`, which is how the proxy tells them apart. That also gives each run of
// ours a base address of its own: all calls to one address slow down together after a 429, and here 429s are drawn by
// lot and say nothing of a rate. (What that sharing is good for is shown in tests/hostile/shared-rate.test.js.)

import { createServer, request as send } from "node:http";
import { buffer } from "node:stream/consumers";
import { faultOf } from "./fault-plan.js";

/** Longer than any client's time limit for one exchange, so that whoever has one gives up. */
const LATE_MS = 2_500;

/**
 * @param {{ upstreams: string[], seed: number }} options `upstreams`: the services, among which the runs take turns
 */
export async function startFaultProxy({ upstreams, seed }) {
  /** @type {Map<string, number>} */
  const attempts = new Map();
  /** @type {Record<string, number>} */
  const injected = {};

  const server = createServer(async (request, response) => {
    // A client that aborts breaks its connection; that is no failure of the proxy.
    request.on("error", () => {});
    response.on("error", () => {});
    const body = await buffer(request).catch(() => undefined);
    const [, run, path] = request.url?.match(/^\/run-(\d+)(\/.*)$/) ?? [];
    if (!body || !path) return response.destroy();

    const fault = next(Number(run), exchangeOf(request.method, path));
    const upstream = upstreams[Number(run) % upstreams.length];
    const answer = fault.processed ? await forward(upstream, request, path, body) : undefined;
    inflict(fault, response, answer);
  });

  /**
   * @param {number} run
   * @param {"create" | "read" | "cancel"} exchange
   * @returns {import("./fault-plan.js").Fault}
   */
  function next(run, exchange) {
    if (exchange === "cancel") return { kind: "none", processed: true };
    const key = `${run} ${exchange}`;
    const attempt = attempts.get(key) ?? 0;
    attempts.set(key, attempt + 1);
    const fault = faultOf(seed, run, exchange, attempt);
    injected[fault.kind] = (injected[fault.kind] ?? 0) + 1;
    return fault.kind === "none" ? { ...fault, processed: true } : fault;
  }

  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    injected,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/**
 * @param {string | undefined} method
 * @param {string} path
 */
function exchangeOf(method, path) {
  if (path.endsWith("/cancel")) return "cancel";
  return method === "POST" && !path.endsWith("/feed") ? "create" : "read";
}

/** @typedef {{ status: number, type: string, body: Buffer }} Answer */

/**
 * @param {import("./fault-plan.js").Fault} fault
 * @param {import("node:http").ServerResponse} response
 * @param {Answer} [answer] the service's own, if it was asked
 */
function inflict(fault, response, answer) {
  const { status, type, body } = answer ?? { status: 502, type: "text/plain", body: Buffer.from("") };
  switch (fault.kind) {
    case "none":
      return response.writeHead(status, { "content-type": type }).end(body);
    case "reset":
      return response.socket?.resetAndDestroy();
    case "late":
      return setTimeout(() => response.writeHead(status, { "content-type": type }).end(body), LATE_MS);
    case "silent":
      return; // The connection stays open and nothing comes.
    case "status":
      return refuse(fault, response);
    case "cut off": {
      // The connection breaks in the middle of the body.
      response.writeHead(status, { "content-type": type, "content-length": body.length });
      return response.write(body.subarray(0, body.length / 2), () => response.destroy());
    }
    case "cut short":
      // A whole answer by HTTP's measure, whose JSON stops in the middle.
      return response.writeHead(status, { "content-type": type }).end(body.subarray(0, body.length / 2));
    case "html":
      return response
        .writeHead(200, { "content-type": "text/html" })
        .end("<!doctype html><title>Wi-Fi</title>");
  }
}

/**
 * @param {import("./fault-plan.js").Fault} fault
 * @param {import("node:http").ServerResponse} response
 */
function refuse({ status = 500, retryAfter }, response) {
  const error = { message: "injected", type: "comet_api_error", param: "", code: "" };
  if (retryAfter) response.setHeader("retry-after", retryAfter);
  // 524 is the edge's own, and the edge speaks HTML.
  if (status === 524) return response.writeHead(524, { "content-type": "text/html" }).end("<html>524</html>");
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error }));
}

/**
 * @param {string} upstream
 * @param {import("node:http").IncomingMessage} incoming
 * @param {string} path
 * @param {Buffer} body
 * @returns {Promise<Answer>}
 */
async function forward(upstream, incoming, path, body) {
  const { host, connection, "transfer-encoding": _, ...headers } = incoming.headers;
  const response = await new Promise((resolve, reject) => {
    const length = { "content-length": body.length };
    send(upstream + path, { method: incoming.method, headers: { ...headers, ...length } }, resolve)
      .on("error", reject)
      .end(body);
  });
  return {
    status: response.statusCode,
    type: response.headers["content-type"] ?? "",
    body: await buffer(response),
  };
}
