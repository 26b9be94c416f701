// The way from the page to the real service: the two routes and nothing else, with the key added here. What comes back
// is passed on without anything that names the key. It repeats nothing: that is the client's decision.

import { limitRequestBody } from "srvx/body-limit";
import { isFromOwnPage } from "./visitors.js";

const SERVICE_URL = "https://api.cometapi.com";
const routes = new Set(["/runway/pro/act_one", "/runway/feed"]);

/** Three addresses of the greatest length that anything on the way accepts. */
const MAX_BODY_BYTES = 65_536;

/** Above the client's own limit of 30 s for one exchange, so that the client is the one to give up. */
const SERVICE_TIMEOUT_MS = 60_000;

const requestHeaders = ["Content-Type", "X-Runway-Version"];
const answerHeaders = ["Content-Type", "Retry-After"];

/**
 * @param {string} home the path that it is mounted on
 * @param {{ apiKey: string, serviceUrl?: string }} options
 * @returns {(request: Request) => Promise<Response>}
 */
export function createService(home, { apiKey, serviceUrl = SERVICE_URL }) {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new Error("The API key holds a space or a character that no HTTP header can carry. Copy it again.");
  }

  return async (request) => {
    const path = new URL(request.url).pathname.slice(home.length);
    if (request.method !== "POST" || !routes.has(path))
      return problem(404, "this server forwards only the two routes");
    if (!isFromOwnPage(request)) return problem(403, "this server spends its key for its own page only");
    const body = await limitRequestBody(request, MAX_BODY_BYTES)
      .text()
      .catch(() => undefined);
    if (body === undefined) return problem(413, `the request body is longer than ${MAX_BODY_BYTES} bytes`);
    return forward(`${serviceUrl}${path}`, body, request);
  };

  /** @param {string} address @param {string} body @param {Request} request */
  async function forward(address, body, request) {
    const headers = only(requestHeaders, request.headers);
    headers.set("Authorization", `Bearer ${apiKey}`);
    try {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(SERVICE_TIMEOUT_MS)]);
      const answer = await fetch(address, { method: "POST", headers, body, redirect: "manual", signal });
      if (answer.status >= 300 && answer.status < 400)
        return problem(400, "the service redirects: its address is wrong");
      const text = withoutKey(await answer.text());
      return new Response(text, { status: answer.status, headers: only(answerHeaders, answer.headers) });
    } catch {
      return problem(502, `no answer from ${new URL(serviceUrl).host}`);
    }
  }

  /** @param {string} text */
  function withoutKey(text) {
    return text.replaceAll(apiKey, "[key]").replaceAll(JSON.stringify(apiKey).slice(1, -1), "[key]");
  }
}

/** @param {string[]} names @param {Headers} headers */
function only(names, headers) {
  return new Headers(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? ""]] : [])));
}

/** An error of this server's own, in the service's envelope so that the client reads it like any other. */
function problem(/** @type {number} */ status, /** @type {string} */ message) {
  const error = {
    message: `${message} (said by the dev server)`,
    type: "comet_api_error",
    param: "",
    code: "",
  };
  return Response.json({ error }, { status });
}
