// What lets a page on another origin call the sandbox. As the open gateway does it, a browser refuses a call with a
// key: `*` in Access-Control-Allow-Headers does not cover Authorization (https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name).
// By default the sandbox is more generous, so that a page can talk to it directly.

/** @typedef {import("./index.js").SandboxOptions["cors"]} Cors */

/**
 * The answer to a preflight; undefined when the request is none, or when CORS is off.
 *
 * @param {Request} request
 * @param {Cors} cors
 */
export function preflight(request, cors) {
  const isPreflight = request.method === "OPTIONS" && request.headers.has("Access-Control-Request-Method");
  if (!cors || !isPreflight) return undefined;
  const asked = request.headers.get("Access-Control-Request-Headers");
  const headers = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": cors === "gateway" ? "*" : (asked ?? "*"),
    "Access-Control-Max-Age": "43200",
  };
  return new Response(null, { status: 204, headers });
}

/**
 * @param {Response} response
 * @param {Cors} cors
 */
export function withCors(response, cors) {
  if (!cors) return response;
  const headers = new Headers(response.headers);
  headers.set("Access-Control-Allow-Origin", "*");
  if (cors === true) headers.set("Access-Control-Expose-Headers", "*");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
