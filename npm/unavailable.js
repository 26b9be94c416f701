// The error of a Wasm that could not be loaded: which build was picked, where it looked, and what to do, by cause.

import { ActOneError } from "./error.js";

/**
 * @param {unknown} cause what was thrown
 * @param {object} trace how far the loading came
 * @param {string} trace.build
 * @param {string} trace.file
 * @param {string} trace.elsewhere how else to get it, as advice
 * @param {string[]} [trace.missing] the globals that are not there
 * @param {boolean} [trace.isForeign] whether what was loaded is something else
 * @param {string} [trace.url]
 * @param {boolean} [trace.isAwaited] whether no response came
 * @param {number} [trace.status] of the response
 * @param {string} [trace.type] its media type
 */
export function unavailable(cause, trace) {
  const { problem, advice, retryable = false } = diagnose(cause, trace);
  const place = trace.url ? `, at ${shown(trace.url)}` : "";
  return new ActOneError({
    code: "wasm_unavailable",
    message:
      `act-one could not load its WebAssembly (${trace.file}): ${problem}. Nothing was sent. ${advice}. ` +
      `Looked for by ${trace.build}${place}.`,
    retryable,
    cause,
  });
}

function diagnose(
  cause,
  { elsewhere, missing = [], isForeign, url = "", isAwaited, status = 200, type = "" },
) {
  const thrown = textOf(cause);
  if (missing.includes("WebAssembly")) {
    return {
      problem: "this runtime has no WebAssembly, like React Native's Hermes, or Safari in Lockdown Mode",
      advice: "Call act-one on a server or in a Worker, and that from here",
    };
  }
  if (missing.length > 0) {
    return {
      problem: `this runtime has no ${missing.join(", ")}`,
      advice: "In a test environment such as jsdom, set Node's own on globalThis, in a setup file",
    };
  }
  if (isForeign) {
    return {
      problem: "what is there is the WebAssembly of another program or version",
      advice: "Serve the file of the installed version, under a URL that caches can tell from the last one's",
    };
  }
  if (/unsafe-eval|content.security|\bCSP\b|embedder/i.test(thrown)) {
    return {
      problem: `this page or runtime does not allow to compile it (${thrown})`,
      advice:
        "In a page, add 'wasm-unsafe-eval' to script-src in the Content-Security-Policy. At the edge, bundle with " +
        'the condition "workerd" or "edge-light", or pass a compiled module to init()',
    };
  }
  if (status > 399) {
    const retryable = status > 499 || status === 429 || status === 408;
    return { problem: `the server answered HTTP ${status}`, advice: whereToPut(url, elsewhere), retryable };
  }
  if (type.includes("html")) {
    return { problem: "the server sent a web page in its place", advice: whereToPut(url, elsewhere) };
  }
  if (isAwaited && /^(?!https?:)/.test(url)) {
    return { problem: `it could not be read (${thrown})`, advice: `Serve it by HTTP, ${elsewhere}` };
  }
  if (isAwaited) {
    return {
      problem: `it could not be fetched (${thrown})`,
      advice: `Check the connection, and that the Content-Security-Policy's connect-src allows its origin; or ${elsewhere}`,
      retryable: true,
    };
  }
  if (/ENOENT|no such file/i.test(thrown)) return { problem: thrown, advice: whereToPut(url, elsewhere) };
  return {
    problem: thrown,
    advice: whereToPut(url, elsewhere),
    // The response may have broken off; what is no WebAssembly will be none the next time.
    retryable: url !== "" && !/CompileError|LinkError/.test(nameOf(cause)),
  };
}

function whereToPut(url, elsewhere) {
  return /\/deps\/|\/\.vite\//.test(url)
    ? `Vite has bundled act-one ahead without it: set optimizeDeps.exclude to ["act-one"] in its configuration, ${elsewhere}`
    : `Serve it beside the script, ${elsewhere}`;
}

/** Without what may be secret in it. */
function shown(url) {
  return url.startsWith("data:") ? "a data: URL" : url.replace(/[?#].*/s, "").replace(/\/\/[^/]*@/, "//");
}

/** What was thrown, in words; it may be any value. */
function textOf(thrown) {
  try {
    return String(thrown?.message ?? thrown).replace(/\.$/, "");
  } catch {
    return "for an unknown reason";
  }
}

function nameOf(thrown) {
  try {
    return String(thrown?.name);
  } catch {
    return "";
  }
}
