// Who may talk to the dev server: this machine's own browser, on pages of this machine. A web page from elsewhere can
// send requests to 127.0.0.1 too, under a name of its own that points here or across origins; both are refused here.

const loopbackNames = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Refuses requests that came here under another name than this machine's: that is how a foreign page makes itself
 * same-origin with a local server (DNS rebinding).
 *
 * @param {Request} request
 * @returns {Response | undefined}
 */
export function refusalOfVisitor(request) {
  const host = request.headers.get("Host") ?? "";
  if (isLoopback(`http://${host}`)) return undefined;
  return new Response("This server answers on 127.0.0.1 and localhost only\n", { status: 421 });
}

/**
 * Refuses pages of other sites; programs and this machine's other dev servers may call.
 *
 * @param {Request} request
 * @returns {Response | undefined}
 */
export function refusalOfOrigin(request) {
  const origin = request.headers.get("Origin");
  if (origin === null ? !isCrossSite(request) : isLoopback(origin)) return undefined;
  return new Response("Pages of other sites may not use this server\n", { status: 403 });
}

/**
 * Whether this server's own page sent the request, as only a browser vouches for it.
 *
 * @param {Request} request
 */
export function isFromOwnPage(request) {
  const site = request.headers.get("Sec-Fetch-Site");
  return (
    request.headers.get("Origin") === new URL(request.url).origin && (site === null || site === "same-origin")
  );
}

/** @param {Request} request */
function isCrossSite(request) {
  return request.headers.get("Sec-Fetch-Site") === "cross-site";
}

/** @param {string} origin */
function isLoopback(origin) {
  return URL.canParse(origin) && loopbackNames.has(new URL(origin).hostname);
}
