// A file behind a URL, read by requests for ranges. From a server that knows no ranges, one response is read up to what
// is needed, and then given up.

import { ActOneError } from "../error.js";
import { tell } from "../listener.js";
import { reasonOf } from "./reason.js";

/** The most that is read of a file, in bytes: the reader asks for no more in all. */
const MAX_BYTES = 2 * 1024 * 1024;

/** From this distance on, asking for a later part of the file beats reading up to it. */
const WORTH_SKIPPING = 256 * 1024;

/** A chunk of fewer bytes is a small one. */
const SMALL_CHUNK = 64;
/** So many bytes may be missing in small chunks, all taken together: a response of empty ones would never end. */
const MAX_MISSING = 2 * 1024 * 1024;

/** Milliseconds before the first retry; each further one waits twice as long. */
const FIRST_DELAY = 200;
const LONGEST_DELAY = 5_000;

/** Statuses of servers that answer no request for a range, but may answer one for the whole file. */
const RANGE_REFUSED = [416, 501];
/** What a runtime unpacks by itself: ranges of such a response are parts of the package. */
const PACKED = /\b(gzip|deflate|br|zstd|compress)\b/i;

/** Statuses that may pass. */
const PASSING = [408, 425, 429, 500, 502, 503, 504];

const ADVICE = "Check that the URL is public and still valid: the service has to fetch it too.";

/** Why a file cannot be reached. */
class Unreachable extends Error {
  constructor(message, status, cause) {
    super(message, { cause });
    this.status = status;
    this.mayPass = status === undefined || PASSING.includes(status);
  }
}

/** Why no request can be made of a URL. */
class NoRequest extends Error {}

/** Too much would have to be read of a response that cannot be skipped in. */
class TooFar extends Error {}

/** @param {string} url @param {{ fetch: typeof fetch, signal?: AbortSignal, requestTimeout: number, maxRetries: number, onRetry?: unknown }} settings */
export function openRemote(url, settings) {
  return new RemoteFile(url, settings);
}

class RemoteFile {
  /** Its length in bytes, once that is known. */
  size = null;
  /** Whether a response has come, whatever it said. */
  isAnswered = false;
  maxRetries;
  #settings;
  /** The response of a server that has sent the whole file in place of a part, and what has been read of it. */
  #whole;
  #knowsRanges = true;
  /** Whether its server is asked for no range any more. */
  #refusesRanges = false;

  constructor(url, settings) {
    this.source = url;
    this.maxRetries = settings.maxRetries;
    this.#settings = settings;
  }

  /** Bytes of the file, fewer only where it ends; or the problem that there is. */
  async read(offset, length) {
    try {
      return { bytes: await this.#retried(offset, length) };
    } catch (thrown) {
      this.#settings.signal?.throwIfAborted();
      if (thrown instanceof TooFar) return { problem: { code: "unreadable", message: thrown.message } };
      if (thrown instanceof NoRequest) return { problem: { code: "unreachable", message: thrown.message } };
      const reason = thrown instanceof Unreachable ? thrown.message : `gave no answer (${reasonOf(thrown)})`;
      return { problem: { code: "unreachable", message: `${reason}. ${ADVICE}` } };
    }
  }

  close() {
    this.#whole?.close();
    this.#whole = undefined;
  }

  async #retried(offset, length) {
    const { onRetry, signal } = this.#settings;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#once(offset, length);
      } catch (thrown) {
        this.close();
        signal?.throwIfAborted();
        if (!thrown?.mayPass || attempt > this.maxRetries) throw thrown;
        const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
        const { message, status } = thrown;
        const error = new ActOneError({
          code: "network",
          message: `The file ${message}.`,
          status,
          retryable: true,
        });
        tell(onRetry, "onRetry", { error, attempt, delay });
        await pause(delay, signal);
      }
    }
  }

  /** One request, or more of the response that is being read. */
  async #once(offset, length) {
    const { requestTimeout, signal } = this.#settings;
    const aborter = new AbortController();
    const ended = new Promise((_, reject) =>
      aborter.signal.addEventListener("abort", () => reject(aborter.signal.reason)),
    );
    // Whoever waits for it is told; nobody may be.
    ended.catch(() => {});
    const late = new Unreachable(`gave no answer within ${requestTimeout} ms`);
    const timer = setTimeout(() => aborter.abort(late), requestTimeout);
    const stop = () => aborter.abort(signal.reason);
    signal?.addEventListener("abort", stop);
    const unlessEnded = (/** @type {Promise<any>} */ work) => Promise.race([work, ended]);
    try {
      signal?.throwIfAborted();
      if (this.#whole && this.#knowsRanges && offset - this.#whole.length > WORTH_SKIPPING) {
        const part = await unlessEnded(this.#later(offset, length, aborter.signal));
        if (part) return part;
      }
      if (!this.#whole) {
        const part = await unlessEnded(this.#request(offset, length, aborter.signal));
        if (part instanceof Uint8Array) return part;
        this.#whole = part;
      }
      return await unlessEnded(this.#whole.read(offset, length, (size) => (this.size = size)));
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** A part behind the one that was answered with the whole file, as caches do that are still fetching it. */
  async #later(offset, length, signal) {
    const part = await this.#request(offset, length, signal).catch(() => undefined);
    if (part instanceof Uint8Array) return part;
    signal.throwIfAborted();
    part?.close();
    this.#knowsRanges = false;
    return undefined;
  }

  /** The bytes; or the whole body, of a server that knows no ranges. */
  async #request(offset, length, signal) {
    const isForPart = !this.#refusesRanges;
    const headers = isForPart ? { Range: `bytes=${offset}-${offset + length - 1}` } : {};
    const request = requestOf(this.source, { headers, signal });
    let response;
    try {
      response = await this.#settings.fetch.call(undefined, request);
    } catch (thrown) {
      throw new Unreachable(`gave no answer (${reasonOf(thrown)})`, undefined, thrown);
    }
    this.isAnswered = true;
    const { status } = response;
    const [, from, to, total] =
      response.headers.get("content-range")?.match(/^bytes (?:(\d+)-(\d+)|\*)\/(\d{1,15}|\*)$/i) ?? [];
    const isPacked = PACKED.test(response.headers.get("content-encoding") ?? "");
    if (total !== undefined && total !== "*" && !isPacked) this.size = Number(total);
    const body = new Body(response);
    if (status === 206 && isForPart && !isPacked) {
      const start = from === undefined ? offset : Number(from);
      if (start > offset)
        throw new Unreachable("was answered with another part of it than was asked for", status);
      try {
        const bytes = await body.read(offset - start, length, () => {});
        if (bytes.length === length) return bytes;
        if (bytes.length === 0) throw new Unreachable("was answered with an empty part of it", status);
        // A server may send less than it is asked for (RFC 9110, section 15.3.7).
        const isAll = to !== undefined && Number(to) + 1 === offset + bytes.length;
        if (isAll && total !== undefined && Number(to) + 1 !== this.size) return bytes;
        this.size ??= offset + bytes.length;
        if (offset + bytes.length < this.size) throw new Unreachable("broke off as it was read");
        return bytes;
      } finally {
        body.close();
      }
    }
    // The file ends before what was asked for, if it says so.
    if (status === 416 && this.size !== null && this.size <= offset) {
      body.close();
      return new Uint8Array(0);
    }
    if (isForPart && (status === 206 || RANGE_REFUSED.includes(status))) {
      body.close();
      this.#refusesRanges = true;
      this.#knowsRanges = false;
      return this.#request(offset, length, signal);
    }
    // 203 is a 200 that a proxy has changed something of (RFC 9110, section 15.3.4).
    if (status !== 200 && status !== 203) {
      body.close();
      throw new Unreachable(`could not be fetched: its URL answered HTTP ${status}`, status);
    }
    const stated = response.headers.get("content-length");
    // Of what is packed, the length is that of the package.
    if (stated !== null && !isPacked) this.size = Number(stated);
    return body;
  }
}

/**
 * Keeps the parts out of the browser's cache. Chromium would complete them by a request that a server with weak ETags answers
 * with the whole file, and then show no more of a picture than was read here.
 */
const NOT_KEPT = /** @type {const} */ ({ cache: "no-store" });

/** Whether this runtime's `Request` takes that: older workerd throws. Asked at the first request, for Node's is slow. */
let takesCache;

function takes(init) {
  try {
    return Boolean(new Request("https://act-one.invalid/", init));
  } catch {
    return false;
  }
}

function requestOf(url, init) {
  takesCache ??= takes(NOT_KEPT);
  try {
    return new Request(url, takesCache ? { ...init, ...NOT_KEPT } : init);
  } catch (thrown) {
    const { username, password } = new URL(url);
    // The runtime's own words would repeat them.
    throw new NoRequest(
      username || password
        ? "cannot be fetched: its URL has a user name or password in it, which fetch refuses. " +
            "Take them out; where the server asks for them, pass a signed URL or the file itself."
        : `cannot be fetched: no request can be made of its URL (${reasonOf(thrown)}).`,
    );
  }
}

/** The body of a response, from its beginning as far as it was read. */
class Body {
  #response;
  #reader;
  #bytes = new Uint8Array(64 * 1024);
  #length = 0;
  #missing = 0;
  #isAtEnd = false;

  constructor(response) {
    this.#response = response;
  }

  /** How much of it has been read. */
  get length() {
    return this.#length;
  }

  /** Bytes of it; `atEnd` is told its length where it ends before them. */
  async read(offset, length, atEnd) {
    if (offset >= MAX_BYTES) {
      const far = `its server knows no ranges, and what says its size lies ${Math.round(offset / 1e6)} MB into it`;
      throw new TooFar(
        `cannot be checked: ${far}. Put the file elsewhere, or its index first (ffmpeg -movflags +faststart).`,
      );
    }
    const end = Math.min(offset + length, MAX_BYTES);
    while (this.#length < end && !this.#isAtEnd) await this.#readOn();
    if (this.#length < end) atEnd(this.#length);
    return this.#bytes.slice(offset, Math.min(end, this.#length));
  }

  async #readOn() {
    let chunk;
    try {
      chunk = await this.#next();
    } catch (thrown) {
      throw new Unreachable(`broke off as it was read (${reasonOf(thrown)})`, undefined, thrown);
    }
    if (!chunk) return void (this.#isAtEnd = true);
    this.#missing += Math.max(0, SMALL_CHUNK - chunk.length);
    if (this.#missing > MAX_MISSING) throw new Unreachable("comes in pieces too small to be read");
    // What is more than can be asked for is not kept.
    const kept = chunk.subarray(0, MAX_BYTES - this.#length);
    if (this.#length + kept.length > this.#bytes.length) {
      const larger = new Uint8Array(
        Math.min(MAX_BYTES, Math.max(this.#bytes.length * 2, this.#length + kept.length)),
      );
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(kept, this.#length);
    this.#length += kept.length;
  }

  async #next() {
    const { body } = this.#response;
    if (typeof body?.getReader !== "function") {
      // A runtime without streams, or a test's stand-in for a response.
      if (this.#reader) return undefined;
      this.#reader = { cancel: async () => {} };
      return new Uint8Array(await this.#response.arrayBuffer());
    }
    this.#reader ??= body.getReader();
    const { done, value } = await this.#reader.read();
    return done ? undefined : value;
  }

  close() {
    // It may have broken, or come to its end by itself.
    const cancel = async () => (this.#reader ?? this.#response.body)?.cancel?.();
    cancel().catch(() => {});
  }
}

function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve(undefined);
    }, ms);
    signal?.addEventListener("abort", stop);
  });
}
