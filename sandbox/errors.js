// The answers that are not a task: the error envelope, `task_not_exist`, the refusal that comes with HTTP 200, and
// 429. What is wrong is said in them for a person to read; the caller's key is in none of them.

/** @typedef {import("./index.js").Clock} Clock */

/**
 * `error.envelope.json`.
 *
 * @param {number} status
 * @param {string} message
 * @param {Clock} clock
 * @param {HeadersInit} [headers]
 */
export function envelope(status, message, clock, headers) {
  const error = {
    message: `${message} (request id: ${requestId(clock)})`,
    type: "comet_api_error",
    param: "",
    code: "",
  };
  return Response.json({ error }, { status, headers });
}

/** `error.task_not_exist.json`: not visible yet, or never there. */
export function taskNotExist() {
  return Response.json({ code: "task_not_exist", message: "task_not_exist", data: null }, { status: 400 });
}

/**
 * `create.refused.json`: the gateway took the request, the service behind it does not like what it says.
 *
 * @param {string} message
 * @param {number} seconds
 */
export function refused(message, seconds) {
  return Response.json({ code: 400, msg: message, data: null, exec_time: seconds });
}

/**
 * @param {number} waitSeconds until the limit lets the next request through
 * @param {NonNullable<import("./index.js").SandboxOptions["rateLimit"]>} limit
 * @param {Clock} clock
 */
export function tooManyRequests(waitSeconds, limit, clock) {
  const headers = new Headers();
  if (limit.retryAfter !== false) headers.set("Retry-After", String(waitSeconds));
  if (limit.emptyBody) return new Response(null, { status: 429, headers });
  return envelope(429, "too many requests", clock, headers);
}

/**
 * The time down to the nanosecond, then eight letters and digits: what support asks for.
 *
 * @param {Clock} clock
 */
function requestId(clock) {
  const time = new Date(clock.now()).toISOString().replace(/\D/g, "");
  const random = crypto.randomUUID().replace(/-/g, "");
  return `${time}000000${random.slice(0, 8)}`;
}
