// `checkMedia`: reads its arguments, has each file looked at, and judges what was found. How a file is looked at is up
// to the runtime.

import { asSignal, untilAborted } from "../abort.js";
import { ActOneError, tracedFrom } from "../error.js";
import { optionsNow, subjectNow } from "../snapshot.js";
import { wrongNames } from "../unknown.js";
import { isLocal, openLocal } from "./local-file.js";
import { judge } from "./judge.js";
import { openRemote } from "./remote-file.js";

const KINDS = ["video", "image"];

/** Milliseconds. */
const REQUEST_TIMEOUT = 30_000;
const MAX_RETRIES = 4;
const LONGEST_TIMER = 2_147_483_647;

/**
 * @param {(file: object, kind: "video" | "image", settings: object) => Promise<import("./judge.js").Found>} look tells what a file is
 */
export function checkWith(look) {
  return function checkMedia(media, options) {
    return check(look, subjectNow(media), optionsNow(options)).catch(tracedFrom(checkMedia));
  };
}

async function check(look, media, options) {
  const issues = wrongNames("checkMedia", media, options);
  if (typeof media !== "object" || media === null || isLocal(media) || Symbol.iterator in media) {
    issues.push({ path: "input", message: "The input must be an object: checkMedia({ video, image })." });
    media = {};
  }
  for (const kind of KINDS) {
    const message = problemWith(media[kind]);
    if (message) issues.push({ path: kind, message: `${kind} ${message}` });
  }
  issues.push(...wrongOptions(options));
  if (issues.length > 0) {
    const message = issues.map((issue) => issue.message).join(" ");
    throw new ActOneError({ code: "invalid_input", message: `Nothing was read. ${message}`, issues });
  }
  const lookAtBoth = async (signal) => {
    const settings = {
      fetch: options.fetch ?? globalThis.fetch,
      isOwnFetch: typeof options.fetch === "function",
      signal,
      requestTimeout: options.requestTimeout ?? REQUEST_TIMEOUT,
      maxRetries: options.maxRetries ?? MAX_RETRIES,
      onRetry: options.onRetry,
    };
    const [video, image] = await Promise.all(KINDS.map((kind) => report(look, media[kind], kind, settings)));
    return { video, image };
  };
  const signal = asSignal(options.signal);
  return signal ? untilAborted(signal, lookAtBoth, false) : lookAtBoth(undefined);
}

/** What is wrong with a file as an argument; nothing where it can be looked at, or is left out. */
function problemWith(file) {
  if (file === undefined || file === null || isLocal(file)) return undefined;
  const help = "It has to be an absolute http(s) URL, a Blob or a File";
  if (typeof file !== "string") return `is neither a URL nor a file. ${help}.`;
  const shown = JSON.stringify(file.slice(0, 60));
  if (!URL.canParse(file)) return `is no URL: ${shown}. ${help}; for a path, await fs.openAsBlob(path).`;
  return /^https?:$/.test(new URL(file).protocol) ? undefined : `cannot be fetched: ${shown}. ${help}.`;
}

function wrongOptions(options) {
  if (typeof options !== "object") return [{ path: "options", message: "options must be an object." }];
  const { fetch, requestTimeout, maxRetries, signal, onRetry } = options;
  const given = (value) => value !== undefined && value !== null;
  const wrong = (path, what) => ({ path, message: `${path} must be ${what}.` });
  const isTime = typeof requestTimeout === "number" && requestTimeout > 0 && requestTimeout <= LONGEST_TIMER;
  const isCount = Number.isInteger(maxRetries) && maxRetries >= 0 && maxRetries <= 100;
  return [
    given(fetch) && typeof fetch !== "function" && wrong("fetch", "a function"),
    given(signal) && !asSignal(signal) && wrong("signal", "an AbortSignal"),
    given(onRetry) && typeof onRetry !== "function" && wrong("onRetry", "a function"),
    given(requestTimeout) &&
      !isTime &&
      wrong("requestTimeout", `a number of milliseconds, at most ${LONGEST_TIMER}`),
    given(maxRetries) && !isCount && wrong("maxRetries", "a whole number from 0 to 100"),
  ].filter(Boolean);
}

/** What is told of a file, `null` where there is none. */
async function report(look, source, kind, settings) {
  if (source === undefined || source === null) return null;
  const file = isLocal(source) ? openLocal(source) : openRemote(source, settings);
  try {
    return judge(kind, await look(file, kind, settings), file.size);
  } finally {
    file.close();
  }
}
