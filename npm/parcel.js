// A file on its way: moves its bytes, and tells how many have gone. What is sent along, how often, and when it is given up
// is decided by the Wasm, which reads and calls what is public here.

import { tell } from "./listener.js";

/** As much is handed to the runtime at a time: a file may come in one piece. */
const CHUNK_BYTES = 65_536;

/** Longer file names are cut. */
const MAX_NAME = 200;

export class Parcel {
  /** Which file it is, for messages: "video", "image" or "file". */
  path;
  size;
  /** Its media type; empty where it has none. */
  type;
  /** Its name, percent-encoded; `undefined` where it has none. */
  encodedName;
  /** What keeps its content from being read. */
  problem;
  /**
   * "prepared" before it is sent, then "moving" and "sent" where the runtime shows how much has gone, else "unseen", until
   * it is "answered".
   */
  stage = "prepared";
  /** When a byte last moved, or the stage began, in ms since the epoch. */
  movedAt = 0;
  #bytes;
  #blob;
  #name;
  #onProgress;
  #told = -1;

  constructor(path, { bytes, blob, size, type, name }, onProgress) {
    this.path = path;
    this.size = size;
    this.type = type;
    // Lone surrogates have no encoding.
    this.encodedName = name
      ? encodeURIComponent(name.slice(0, MAX_NAME).replace(/\p{Surrogate}/gu, "\ufffd"))
      : undefined;
    this.#bytes = bytes;
    this.#blob = blob;
    this.#name = name;
    this.#onProgress = onProgress;
  }

  /** The file itself: a `Blob`, or bytes. */
  get content() {
    return this.#blob ?? this.#bytes;
  }

  /** Sends `request` with the file as its body. */
  async send(request, fetch) {
    this.enter("unseen");
    this.#tell(0);
    try {
      const reply = await this.#sendBody(request, fetch);
      this.enter("answered");
      if (reply?.ok === true) this.#tell(this.size);
      return reply;
    } catch (thrown) {
      await this.#findProblem();
      throw thrown;
    }
  }

  /** Hands the file to the caller's own `upload`, and resolves with what that returns, a URL as text. */
  async handOver(upload, signal) {
    this.#tell(0);
    const file = this.#blob ?? new Blob([this.#bytes]);
    const name = this.#name ?? (this.path === "file" ? null : this.path);
    const url = await upload(file, { name, signal });
    this.#tell(this.size);
    return typeof url?.href === "string" ? url.href : url;
  }

  async #sendBody(request, fetch) {
    const streaming = isInPage() ? undefined : this.#streaming(request);
    if (streaming) {
      this.enter("moving");
      return fetch(streaming);
    }
    const body = this.#bytes ?? (isTakenByFetch(this.#blob) ? this.#blob : await this.#read());
    if (isSeenByXhr(request, fetch)) return this.#sendByXhr(request, body);
    return fetch(new Request(request, { body }));
  }

  /** `request` with a body that counts what is taken of it; `undefined` where the runtime takes none. */
  #streaming(request) {
    try {
      const streaming = new Request(request, { body: ofLength(this.size, this.#stream()), duplex: "half" });
      streaming.headers.set("content-length", String(this.size));
      return streaming;
    } catch {
      return undefined;
    }
  }

  #stream() {
    /** @type {ReadableStreamDefaultReader | undefined} */
    let reader;
    const chunks = this.#chunks((opened) => (reader = opened));
    let moved = 0;
    let isCancelled = false;
    const pull = async (controller) => {
      const { done, value } = await this.#next(chunks);
      if (isCancelled) return;
      moved += done ? 0 : value.byteLength;
      if (moved > this.size || (done && moved < this.size)) {
        throw this.#cannotBeRead(new Error(`it has changed: it had ${this.size} bytes`));
      }
      if (done) return controller.close();
      this.#count(moved);
      controller.enqueue(value);
    };
    const cancel = () => {
      isCancelled = true;
      // A generator that waits for the reader cannot be ended.
      reader?.cancel().catch(() => {});
    };
    return new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  }

  async #next(chunks) {
    try {
      return await chunks.next();
    } catch (thrown) {
      throw this.#cannotBeRead(thrown);
    }
  }

  async *#chunks(onOpen) {
    if (this.#bytes || typeof this.#blob.stream !== "function") {
      yield* pieces(this.#bytes ?? (await this.#read()));
      return;
    }
    const reader = this.#blob.stream().getReader();
    onOpen(reader);
    try {
      for (let read; !(read = await reader.read()).done;) yield* pieces(read.value);
    } finally {
      reader.cancel().catch(() => {});
    }
  }

  async #read() {
    const { arrayBuffer } = this.#blob;
    const source = typeof arrayBuffer === "function" ? this.#blob : new Response(this.#blob.stream());
    return new Uint8Array(await source.arrayBuffer());
  }

  /** As a page sees how much has gone: its `fetch` does not tell. */
  #sendByXhr(request, body) {
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open(request.method, request.url);
      request.headers.forEach((value, name) => xhr.setRequestHeader(name, value));
      xhr.upload.onprogress = ({ loaded }) => this.#count(Math.min(loaded, this.size));
      xhr.upload.onload = () => this.enter("sent");
      xhr.onload = () => resolve(responseOf(xhr, request.url));
      xhr.onerror = () => reject(new TypeError("the upload failed"));
      request.signal.addEventListener("abort", () => {
        xhr.abort();
        reject(request.signal.reason);
      });
      this.enter("moving");
      xhr.send(body);
    });
  }

  enter(stage) {
    this.stage = stage;
    this.movedAt = Date.now();
  }

  #count(moved) {
    this.enter(moved < this.size ? "moving" : "sent");
    this.#tell(moved);
  }

  /** Tells a progress that never falls: what is sent once more was told of before. */
  #tell(bytes) {
    if (bytes <= this.#told) return;
    this.#told = bytes;
    const file = this.path === "file" ? null : this.path;
    tell(this.#onProgress, "onProgress", { bytes, total: this.size, file });
  }

  /** A `fetch` that fails does not say whether it was the file's fault. */
  async #findProblem() {
    try {
      const part = typeof this.#blob?.slice === "function" ? this.#blob.slice(0, 1) : undefined;
      if (typeof part?.arrayBuffer === "function") await part.arrayBuffer();
    } catch (thrown) {
      this.#cannotBeRead(thrown);
    }
  }

  #cannotBeRead(thrown) {
    this.problem ??= `cannot be read (${thrown?.message ?? "it does not say why"}). Choose the file again`;
    return thrown;
  }
}

function* pieces(bytes) {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.slice(at, at + CHUNK_BYTES);
}

/** Pages and their workers. Their `fetch` takes streams over HTTP/2 at the most. */
const isInPage = () => typeof document === "object" || typeof importScripts === "function";

/** Whether the runtime's `fetch` knows it for a `Blob`: one of a polyfill or another realm it would send as text. */
function isTakenByFetch(blob) {
  try {
    return new Response(blob.slice(0, 0, "a/b")).headers.get("content-type") === "a/b";
  } catch {
    return false;
  }
}

/**
 * Whether `XMLHttpRequest` may stand in for `fetch`: not for one that somebody has put in its place, and not with a key,
 * which it would carry along a redirect.
 */
function isSeenByXhr(request, fetch) {
  return (
    typeof XMLHttpRequest === "function" &&
    fetch === globalThis.fetch &&
    /\[native code\]/.test(Function.prototype.toString.call(fetch)) &&
    !request.headers.has("authorization")
  );
}

function responseOf(xhr, url) {
  // It has followed a redirect, which the Wasm does not want.
  if (xhr.responseURL !== url) return new Response(null, { status: 307 });
  const lines = xhr.getAllResponseHeaders().trim().split("\r\n").filter(Boolean);
  const headers = lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
  const body = [204, 205, 304].includes(xhr.status) ? null : xhr.responseText;
  return new Response(body, { status: xhr.status, headers });
}

/** In Workers, a body of a length that is known, which is then announced; elsewhere the body itself. */
function ofLength(size, body) {
  if (typeof FixedLengthStream !== "function") return body;
  const { readable, writable } = new FixedLengthStream(size);
  // What breaks the one breaks the other.
  body.pipeTo(writable).catch(() => {});
  return readable;
}
