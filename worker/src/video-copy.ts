// Copies a finished video from the service's temporary address into R2: streamed, never held in memory, and there
// whole or not at all. Repeating it is harmless, so whoever calls decides when to try again.

import { download } from "act-one";
import type { Config } from "./config.ts";

/** How long the source may be silent in the middle of a file. */
const SILENCE_MS = 20_000;

/** An alarm that works for longer than 15 minutes is ended by the platform. */
const LONGEST_COPY_MS = 10 * 60_000;

/** R2 takes parts of 5 MiB and more; this is all that is held at once of a file whose length is not known. */
const PART_BYTES = 8 * 1024 * 1024;

/** What no further try can mend. */
export class Unstorable extends Error {}

/** @returns the length of the video in bytes, once all of it is stored under `key` */
export async function copyVideo(
  address: string,
  bucket: R2Bucket,
  key: string,
  { maxVideoBytes: maxBytes }: Config,
): Promise<number> {
  // From a try that a crash cut off between storing the file and noting it.
  const present = await bucket.head(key);
  if (present) return present.size;

  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(new Error("the source is too slow")), LONGEST_COPY_MS);
  try {
    const options = { maxRetries: 0, signal: stop.signal, fetch: uncompressed };
    const response = await download(address, options);
    const { length, type } = describe(response, maxBytes);
    const body = watched(response, maxBytes, stop);
    const stored =
      length === undefined
        ? await putParts(body, bucket, key, type)
        : await putWhole(body, length, bucket, key, type);
    return stored;
  } finally {
    clearTimeout(late);
    stop.abort();
  }
}

/** Compressed on the way, the length that is announced would not be the file's. */
function uncompressed(request: RequestInfo | URL): Promise<Response> {
  return fetch(request as Request, { headers: { "Accept-Encoding": "identity" } });
}

/** The announced length, if it can be relied on, and the type to serve it as. */
function describe(response: Response, maxBytes: number): { length: number | undefined; type: string } {
  const said = response.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  // Error pages and login forms come with HTTP 200 too. A type is needed that a browser runs no script from.
  if (said !== "" && !/^(video\/[\w.+-]+|application\/(mp4|octet-stream)|binary\/octet-stream)$/.test(said)) {
    throw new Error(`the address gave ${said.slice(0, 100)} in place of a video`);
  }
  const header = response.headers.get("Content-Length");
  const length = header === null || response.headers.has("Content-Encoding") ? undefined : Number(header);
  if (length === 0) throw new Error("the address gave an empty file");
  if (length !== undefined && length > maxBytes) throw tooLarge(maxBytes);
  return { length, type: said.startsWith("video/") ? said : "video/mp4" };
}

/** The body, cut off when it grows past `maxBytes` or falls silent. */
function watched(response: Response, maxBytes: number, stop: AbortController): ReadableStream<Uint8Array> {
  if (response.body === null) throw new Error("the address gave no file");
  let length = 0;
  const silent = () => stop.abort(new Error(`the source was silent for ${SILENCE_MS / 1000} seconds`));
  let timer = setTimeout(silent, SILENCE_MS);
  stop.signal.addEventListener("abort", () => clearTimeout(timer));
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      clearTimeout(timer);
      timer = setTimeout(silent, SILENCE_MS);
      length += chunk.byteLength;
      if (length > maxBytes) throw tooLarge(maxBytes);
      controller.enqueue(chunk);
    },
  });
  return response.body.pipeThrough(watch, { signal: stop.signal });
}

/** A stream of fixed length fails when it is given less or more, and R2 stores nothing of a stream that failed. */
async function putWhole(
  body: ReadableStream<Uint8Array>,
  length: number,
  bucket: R2Bucket,
  key: string,
  type: string,
): Promise<number> {
  const exact = new FixedLengthStream(length);
  const stored = bucket.put(key, exact.readable, { httpMetadata: { contentType: type } });
  const [piped, put] = await Promise.allSettled([body.pipeTo(exact.writable), stored]);
  if (piped.status === "rejected") throw piped.reason;
  if (put.status === "rejected") throw put.reason;
  return checked(put.value, length, bucket);
}

/** Without an announced length the end is told by the connection alone: a clean end, or an error. */
async function putParts(
  body: ReadableStream<Uint8Array>,
  bucket: R2Bucket,
  key: string,
  type: string,
): Promise<number> {
  const upload = await bucket.createMultipartUpload(key, { httpMetadata: { contentType: type } });
  try {
    const parts: R2UploadedPart[] = [];
    let length = 0;
    for await (const part of inParts(body)) {
      parts.push(await upload.uploadPart(parts.length + 1, part));
      length += part.byteLength;
    }
    if (length === 0) throw new Error("the address gave an empty file");
    return await checked(await upload.complete(parts), length, bucket);
  } catch (error) {
    // R2 drops unfinished uploads after a week by itself.
    await upload.abort().catch(() => {});
    throw error;
  }
}

async function* inParts(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let part = new Uint8Array(PART_BYTES);
  let filled = 0;
  for await (let chunk of body) {
    while (chunk.byteLength > 0) {
      const taken = chunk.subarray(0, PART_BYTES - filled);
      part.set(taken, filled);
      filled += taken.byteLength;
      chunk = chunk.subarray(taken.byteLength);
      if (filled === PART_BYTES) {
        yield part;
        part = new Uint8Array(PART_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}

async function checked(stored: R2Object, length: number, bucket: R2Bucket): Promise<number> {
  if (stored.size === length) return length;
  await bucket.delete(stored.key);
  throw new Error(`${stored.size} bytes were stored of ${length}`);
}

function tooLarge(maxBytes: number): Unstorable {
  return new Unstorable(`the video is larger than the ${maxBytes / 1_000_000} MB that MAX_VIDEO_MB allows`);
}
