// Puts a stream into R2: streamed, never held in memory, and there whole or not at all. It tells what the file is by its
// first bytes, whatever anybody calls it.

import { fileTypeFromBuffer } from "file-type/core";

/** R2 takes parts of 5 MiB and more; this is all that is held at once of a file whose length is not known. */
const PART_BYTES = 8 * 1024 * 1024;

/** As many bytes as the library may want to see of a file. */
const HEAD_BYTES = 4100;

export interface FileKind {
  /** Like `video/mp4`. */
  type: string;
  /** Like `mp4`. */
  ending: string;
}

/** @returns what the body is, if its first bytes tell, and the body from its beginning */
export async function recognized(
  body: ReadableStream<Uint8Array>,
): Promise<{ kind: FileKind | undefined; body: ReadableStream<Uint8Array> }> {
  const reader = body.getReader();
  let head = new Uint8Array(0);
  let isWhole = false;
  while (head.length < HEAD_BYTES && !isWhole) {
    const { done, value } = await reader.read();
    isWhole = done;
    if (value) head = joined(head, value);
  }
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  const kind = found && { type: found.mime, ending: found.ext };
  const again = new ReadableStream<Uint8Array>({
    start(controller) {
      if (head.length > 0) controller.enqueue(head);
      if (isWhole) controller.close();
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return { kind, body: again };
}

/** @returns the length of the file in bytes, once all of it is stored under `key` */
export async function store(
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  bucket: R2Bucket,
  key: string,
  options: R2PutOptions,
): Promise<number> {
  return length === undefined
    ? putParts(body, bucket, key, options)
    : putWhole(body, length, bucket, key, options);
}

/** A stream of fixed length fails when it is given less or more, and R2 stores nothing of a stream that failed. */
async function putWhole(
  body: ReadableStream<Uint8Array>,
  length: number,
  bucket: R2Bucket,
  key: string,
  options: R2PutOptions,
): Promise<number> {
  const exact = new FixedLengthStream(length);
  const stop = new AbortController();
  const stored = bucket.put(key, exact.readable, options).catch((error: unknown) => {
    // A put that fails before it has read its stream would leave the other end waiting for ever.
    stop.abort(error);
    throw error;
  });
  const piping = body.pipeTo(exact.writable, { signal: stop.signal });
  const [piped, put] = await Promise.allSettled([piping, stored]);
  if (put.status === "rejected" && stop.signal.aborted) throw put.reason;
  if (piped.status === "rejected") throw piped.reason;
  if (put.status === "rejected") throw put.reason;
  return checked(put.value, length, bucket);
}

/** Without an announced length the end is told by the connection alone: a clean end, or an error. */
async function putParts(
  body: ReadableStream<Uint8Array>,
  bucket: R2Bucket,
  key: string,
  options: R2MultipartOptions,
): Promise<number> {
  const upload = await bucket.createMultipartUpload(key, options);
  try {
    const parts: R2UploadedPart[] = [];
    let length = 0;
    for await (const part of inParts(body)) {
      parts.push(await upload.uploadPart(parts.length + 1, part));
      length += part.byteLength;
    }
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

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
