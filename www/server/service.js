// The way from the page to the real service, or to the Worker on this machine: the routes that the page needs and
// nothing else, with the key added here. What comes back is passed on without anything that names the key. It repeats
// nothing: that is the client's decision.

import { limitRequestBody } from "srvx/body-limit";
import { isPrivateHost } from "../../worker/src/private-networks.js";
import { isFromOwnPage } from "./visitors.js";

const SERVICE_URL = "https://api.cometapi.com";
const CREATE = "/runway/pro/act_one";
const UPLOADS = "/uploads";
const routes = new Set([CREATE, "/runway/feed", UPLOADS]);

/** Three URLs of the greatest length that anything on the way accepts. */
const MAX_BODY_BYTES = 65_536;

/** Above the client's own limit of 30 s for one exchange, so that the client is the one to give up. */
const SERVICE_TIMEOUT_MS = 60_000;

/** The Worker's own limit by default. */
const MAX_UPLOAD_BYTES = 100_000_000;

const requestHeaders = ["Content-Type", "X-Runway-Version", "Prefer", "Idempotency-Key", "Act-One-Filename"];
const answerHeaders = ["Content-Type", "Retry-After", "Act-One-Wait", "Idempotent-Replayed"];

/**
 * @param {string} home the path that it is mounted on
 * @param {object} options
 * @param {string} options.apiKey
 * @param {string} [options.serviceUrl]
 * @param {boolean} [options.isWorker] whether the Worker stands there: it takes uploads, and may fetch from this machine
 * @returns {(request: Request) => Promise<Response>}
 */
export function createService(home, { apiKey, serviceUrl = SERVICE_URL, isWorker = false }) {
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new Error("The API key holds a space or a character that no HTTP header can carry. Copy it again.");
  }

  return async (request) => {
    const path = new URL(request.url).pathname.slice(home.length);
    if (request.method !== "POST" || !routes.has(path))
      return problem(404, "this server forwards only creates, feeds and uploads");
    if (!isFromOwnPage(request)) return problem(403, "this server spends its key for its own page only");
    if (path === UPLOADS && !isWorker) return problem(501, NO_UPLOADS);
    const most = path === UPLOADS ? MAX_UPLOAD_BYTES : MAX_BODY_BYTES;
    const body = await limitRequestBody(request, most)
      .arrayBuffer()
      .catch(() => undefined);
    if (body === undefined) return problem(413, `the request body is longer than ${most} bytes`);
    const unreachable = path === CREATE && !isWorker ? unreachableMedia(body) : undefined;
    if (unreachable) return problem(400, unreachable);
    return forward(`${serviceUrl}${path}`, body, request);
  };

  /** @param {string} address @param {ArrayBuffer} body @param {Request} request */
  async function forward(address, body, request) {
    const headers = only(requestHeaders, request.headers);
    headers.set("Authorization", `Bearer ${apiKey}`);
    try {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(SERVICE_TIMEOUT_MS)]);
      const answer = await fetch(address, { method: "POST", headers, body, redirect: "manual", signal });
      if (answer.status >= 300 && answer.status < 400)
        return problem(400, "the service redirects: its URL is wrong");
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

const NO_UPLOADS =
  "the service cannot fetch files from this machine. Deploy the Worker, which takes uploads (npm run deploy:edge), or " +
  "give URLs of files that are on the Internet";

/**
 * @param {ArrayBuffer} body of a create
 * @returns {string | undefined} which file the service could not fetch, if there is one
 */
function unreachableMedia(body) {
  /** @type {unknown} */
  let fields;
  try {
    fields = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined; // The service says what is wrong with it.
  }
  for (const name of ["video", "image"]) {
    const url = /** @type {Record<string, unknown> | null} */ (fields)?.[name];
    if (typeof url === "string" && URL.canParse(url) && isPrivateHost(new URL(url).hostname)) {
      return `${name} lies in a private network, where the service cannot fetch it: ${url}`;
    }
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
