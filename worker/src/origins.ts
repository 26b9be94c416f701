// Which pages may call, as browsers ask it (CORS). It keeps out pages, not programs: those can say any origin, and it
// is the access check that stops them.

import type { Config } from "./config.ts";
import { Refused } from "./errors.ts";

const ALLOWED_HEADERS =
  "authorization, content-type, x-runway-version, idempotency-key, prefer, act-one-filename, range, if-range";
const EXPOSED_HEADERS =
  "retry-after, x-request-id, idempotent-replayed, act-one-wait, content-length, content-range, accept-ranges, etag, " +
  "content-disposition";

/** A day; browsers cut it to what they think is right. */
const PREFLIGHT_SECONDS = 86_400;

/** Refuses a page that is not on the list. What comes from no page has no origin. */
export function checkOrigin(request: Request, config: Config): void {
  const origin = request.headers.get("Origin");
  if (origin === null || config.origins.has(origin)) return;
  throw new Refused({
    status: 403,
    message: `Pages of ${origin.slice(0, 200)} may not call this Worker. Its owner can add the origin to ALLOWED_ORIGINS`,
    code: "origin_not_allowed",
  });
}

export function preflight(methods: string): Response {
  const headers = {
    "Access-Control-Allow-Methods": methods,
    "Access-Control-Allow-Headers": ALLOWED_HEADERS,
    "Access-Control-Max-Age": String(PREFLIGHT_SECONDS),
  };
  return new Response(null, { status: 204, headers });
}

/** Lets the page read the answer, refusals too. */
export function withCors(response: Response, request: Request, config: Config | undefined): Response {
  const origin = request.headers.get("Origin");
  response.headers.append("Vary", "Origin");
  if (origin !== null && config?.origins.has(origin)) {
    response.headers.set("Access-Control-Allow-Origin", origin);
    response.headers.set("Access-Control-Expose-Headers", EXPOSED_HEADERS);
  }
  return response;
}
