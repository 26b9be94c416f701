// Copies a finished video from the service's temporary URL into R2. Repeating it is harmless, so whoever calls decides
// when to try again; the errors say what a further try can mend.

import type { Config } from "./config.ts";
import { Deadline } from "./deadline.ts";
import { isPrivateHost } from "./private-networks.js";
import { recognized, store } from "./storing.ts";
import { webAddress } from "./web-address.ts";

/** How long the source may be silent in the middle of a file. */
const SILENCE_MS = 20_000;

/** An alarm that works for longer than 15 minutes is ended by the platform. */
const LONGEST_COPY_MS = 10 * 60_000;

const MOST_REDIRECTS = 5;

const VIDEO_TYPES = new Set(["video/mp4", "video/x-m4v", "video/quicktime", "video/webm"]);

/** The file is larger than is allowed. No further try can mend it. */
export class TooLarge extends Error {}

/** What came is no video. */
export class NotAVideo extends Error {}

/** @returns the length of the video in bytes, once all of it is stored under `key` */
export async function copyVideo(
  url: string,
  bucket: R2Bucket,
  key: string,
  fileName: string,
  config: Config,
): Promise<number> {
  // From a try that a crash cut off between storing the file and noting it.
  const present = await bucket.head(key);
  if (present) return present.size;

  const deadline = new Deadline(LONGEST_COPY_MS, "the source is too slow");
  const silence = new Silence();
  const signal = AbortSignal.any([deadline.signal, silence.signal]);
  try {
    const response = await download(url, signal, config);
    const length = announcedLength(response, config);
    const watched = watch(response, config, silence, signal);
    const { kind, body } = await recognized(watched);
    if (!kind || !VIDEO_TYPES.has(kind.type)) {
      await body.cancel().catch(() => {});
      throw new NotAVideo(`the result's URL gave ${kind?.type ?? shownType(response)} in place of a video`);
    }
    return await store(body, length, bucket, key, {
      httpMetadata: {
        contentType: kind.type,
        contentDisposition: `inline; filename="${fileName}.${kind.ending}"`,
      },
    });
  } finally {
    deadline.clear();
    silence.end();
  }
}

/** Redirects are followed by hand, so that each URL is looked at. Compressed, the announced length would be another. */
async function download(first: string, signal: AbortSignal, config: Config): Promise<Response> {
  let url = first;
  for (let followed = 0; followed <= MOST_REDIRECTS; followed++) {
    checkUrl(url, config);
    const response = await fetch(url, {
      headers: { "Accept-Encoding": "identity" },
      redirect: "manual",
      signal,
    });
    const location = response.headers.get("Location");
    if (response.status < 300 || response.status >= 400 || location === null) return usable(response);
    await response.body?.cancel();
    if (!URL.canParse(location, url))
      throw new Error("the result's URL redirects to something that is no URL");
    url = new URL(location, url).href;
  }
  throw new Error(`the result's URL redirects more than ${MOST_REDIRECTS} times`);
}

/** The service names the URL, but not every place: not one inside a private network, unless the service is there too. */
function checkUrl(url: string, { allowPrivateMedia, baseUrl }: Config): void {
  const { hostname } = webAddress(url) ?? {};
  if (hostname === undefined) throw new Error("the result's URL is no http(s) URL");
  if (allowPrivateMedia || hostname === new URL(baseUrl).hostname || !isPrivateHost(hostname)) return;
  throw new Error(`the result's URL points into a private network (${hostname.slice(0, 100)})`);
}

function usable(response: Response): Response {
  if (response.status === 200) return response;
  void response.body?.cancel();
  const message = `the result's URL was answered with HTTP ${response.status}`;
  throw response.ok ? new NotAVideo(message) : new Error(message);
}

/** The announced length, if it can be relied on. */
function announcedLength(response: Response, { maxVideoBytes }: Config): number | undefined {
  const header = response.headers.get("Content-Length");
  const length = header === null || response.headers.has("Content-Encoding") ? undefined : Number(header);
  if (length !== undefined && length > maxVideoBytes) {
    void response.body?.cancel();
    throw tooLarge(maxVideoBytes);
  }
  return length;
}

/** The body, cut off when it grows past what is allowed or falls silent. */
function watch(
  response: Response,
  { maxVideoBytes }: Config,
  silence: Silence,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  if (response.body === null) throw new NotAVideo("the result's URL gave an empty file");
  let length = 0;
  silence.begin();
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      silence.begin();
      length += chunk.byteLength;
      if (length > maxVideoBytes) throw tooLarge(maxVideoBytes);
      controller.enqueue(chunk);
    },
  });
  return response.body.pipeThrough(counted, { signal });
}

/** Aborts when nothing has come for a while. */
class Silence {
  readonly #stop = new AbortController();
  #timer: ReturnType<typeof setTimeout> | null = null;

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  begin(): void {
    clearTimeout(this.#timer);
    const message = `the source was silent for ${SILENCE_MS / 1000} seconds`;
    this.#timer = setTimeout(() => this.#stop.abort(new Error(message)), SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function shownType(response: Response): string {
  const type = response.headers.get("Content-Type")?.split(";")[0]?.trim() ?? "";
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) && !type.startsWith("video/")
    ? type.slice(0, 60)
    : "something else";
}

function tooLarge(maxBytes: number): TooLarge {
  return new TooLarge(`the video is larger than the ${maxBytes / 1_000_000} MB that MAX_VIDEO_MB allows`);
}
