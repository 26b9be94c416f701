// `download`: one body over however many connections it takes. Hands on bytes as they are asked for, and counts them; what
// to do after a connection broke is decided by the Wasm.

import { tell } from "./listener.js";

/** After so long without a byte, a connection counts as broken. */
const STALL_MS = 60_000;

/**
 * The response of the first connection, with a body that goes on over further ones.
 *
 * @param {(broken?: object) => Promise<any>} connect opens the first connection, or what follows `broken`
 * @param {{ signal?: AbortSignal, onProgress?: unknown }} options what `connect` reads its signal from, each time
 * @param {() => void} release called when nothing is left that the caller's signal could end
 */
export async function inOneBody(connect, options, release) {
  const { response, ...file } = await connect();
  // No body at all, as of a test's `new Response()`. Where a runtime has no streams, it is undefined.
  if (response.body === null) return connect({ ...file, bytes: 0, total: 0, idle: 0 });
  try {
    if (typeof response.body.getReader !== "function") return response;
    const { status, statusText, headers, url } = response;
    const body = ofKnownLength(new Download(response, file, connect, options, release).body, file);
    return Object.defineProperty(new Response(body, { status, statusText, headers }), "url", { value: url });
  } catch {
    // A runtime without streams, or a test's stand-in for a response: handed on as it is.
    return response;
  }
}

class Download {
  #file;
  #connect;
  #signal;
  #onProgress;
  #release;
  #response;
  #reader;
  #bytes = 0;
  /** Connections in a row that have brought nothing, without the present one; -1 if that has brought something. */
  #idle = 0;
  /** Whether the present connection was asked for the rest of the file. */
  #isRest = false;
  #ended = false;
  #abort;
  /** Ends the connections after the first one, and the pauses before them: the caller's signal may never. */
  #further = new AbortController();

  constructor(response, file, connect, options, release) {
    const { signal, onProgress } = options;
    options.signal = this.#further.signal;
    this.#response = response;
    this.#file = file;
    this.#connect = connect;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#release = release;
    const stream = {
      start: (controller) => {
        this.#abort = () => this.#fail(controller, signal.reason);
        signal?.addEventListener("abort", this.#abort);
      },
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => this.#end(reason),
    };
    // Nothing is read before it is asked for, so that no more than a chunk is held.
    this.body = new ReadableStream(stream, { highWaterMark: 0 });
  }

  async #pull(controller) {
    while (!this.#ended) {
      let thrown;
      try {
        const { done, value } = await unlessStalled(this.#read());
        if (this.#ended) return;
        if (!done) return this.#push(controller, value);
        if (this.#isWhole()) return this.#close(controller);
      } catch (caught) {
        thrown = caught;
      }
      if (this.#ended) return;
      await this.#goOn(controller, thrown);
    }
  }

  async #read() {
    this.#reader ??= this.#response.body.getReader();
    return this.#reader.read();
  }

  /** Whether a connection that has ended without an error was the last one. */
  #isWhole() {
    // A server may send less of a rest than it was asked for: without a total, only an answer that nothing follows ends it.
    if (!this.#isRest) this.#file.total ??= this.#bytes;
    return this.#bytes > 0 && this.#bytes === this.#file.total;
  }

  #push(controller, chunk) {
    this.#bytes += chunk.byteLength;
    if (chunk.byteLength > 0) this.#idle = -1;
    controller.enqueue(chunk);
    tell(this.#onProgress, "onProgress", { bytes: this.#bytes, total: this.#file.total, file: null });
  }

  async #goOn(controller, thrown) {
    this.#cancel(thrown);
    try {
      const part = await this.#connect({ ...this.#file, bytes: this.#bytes, idle: ++this.#idle, thrown });
      if (!part) return this.#ended || this.#close(controller);
      ({ response: this.#response, ...this.#file } = part);
      this.#isRest = this.#bytes > 0;
      if (this.#ended) this.#cancel();
    } catch (error) {
      this.#fail(controller, error);
    }
  }

  #close(controller) {
    this.#end();
    controller.close();
  }

  #fail(controller, reason) {
    if (this.#ended) return;
    this.#end(reason);
    controller.error(reason);
  }

  #end(reason) {
    this.#ended = true;
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#release();
    this.#cancel(reason);
    this.#further.abort(reason);
  }

  /** Ends a connection, if its body has not broken or come to its end by itself. A test's stand-in may not know how. */
  async #cancel(reason) {
    const source = this.#reader ?? this.#response.body;
    this.#reader = undefined;
    try {
      await source.cancel(reason);
    } catch {
      // Nothing is left to end.
    }
  }
}

/** What `read` resolves with, unless it takes too long. */
function unlessStalled(read) {
  return new Promise((resolve, reject) => {
    const stalled = () => reject(new Error(`no byte has come for ${STALL_MS / 1000} s`));
    const timer = setTimeout(stalled, STALL_MS);
    read.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** In Workers, a body of a length that R2 and `Content-Length` can rely on; elsewhere the body itself. */
function ofKnownLength(body, { total }) {
  if (typeof FixedLengthStream !== "function" || total === null) return body;
  const { readable, writable } = new FixedLengthStream(total);
  // What breaks the one breaks the other.
  body.pipeTo(writable).catch(() => {});
  return readable;
}
