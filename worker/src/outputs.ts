// Serves the stored videos. Their addresses are unguessable and end with the video, so they need no token: a player
// cannot send one.

/** As long as players like; the address never shows another file. */
const CACHE_CONTROL = "private, max-age=86400, immutable";

/** `randomSecret`'s form: nothing else is ever asked of the bucket. */
const FORM = /^\/outputs\/([\w-]{43})$/;

export function outputKey(outputId: string): string {
  return `outputs/${outputId}`;
}

export function readOutputPath(path: string): string | undefined {
  return path.match(FORM)?.[1];
}

/** @returns undefined when there is no such video (any more) */
export async function serveOutput(
  request: Request,
  outputId: string,
  bucket: R2Bucket,
): Promise<Response | undefined> {
  const key = outputKey(outputId);
  if (request.method === "HEAD") {
    const object = await bucket.head(key);
    return object ? new Response(null, { headers: headersOf(object, object.size) }) : undefined;
  }
  const range = wantedRange(request);
  if (range === "none") return unsatisfiable(await bucket.head(key));
  try {
    const object = await bucket.get(key, { onlyIf: request.headers, ...(range && { range }) });
    return object ? respond(object, range !== undefined) : undefined;
  } catch (error) {
    const head = range && (await bucket.head(key));
    // R2 refuses a range that begins behind the end.
    if (head && "offset" in range && (range.offset ?? 0) >= head.size) return unsatisfiable(head);
    throw error;
  }
}

function respond(object: R2ObjectBody | R2Object, isPart: boolean): Response {
  // Without a body: the caller has it already (If-None-Match), or another one (If-Match).
  if (!("body" in object)) return new Response(null, { status: 304, headers: headersOf(object) });
  if (!isPart) return new Response(object.body, { headers: headersOf(object, object.size) });
  const { start, length } = span(object);
  const headers = headersOf(object, length);
  headers.set("Content-Range", `bytes ${start}-${start + length - 1}/${object.size}`);
  return new Response(object.body, { status: 206, headers });
}

function span({ range, size }: R2ObjectBody): { start: number; length: number } {
  const { suffix, offset, length }: { suffix?: number; offset?: number; length?: number } = range ?? {};
  if (suffix !== undefined) return { start: Math.max(size - suffix, 0), length: Math.min(suffix, size) };
  const start = offset ?? 0;
  return { start, length: Math.min(length ?? size, size - start) };
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n`; anything else is ignored, as HTTP asks for. */
function wantedRange(request: Request): R2Range | "none" | undefined {
  const [, first, last] = request.headers.get("Range")?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  if (!first && !last) return undefined;
  if (!first) return Number(last) === 0 ? "none" : { suffix: Number(last) };
  if (!last) return { offset: Number(first) };
  if (Number(last) < Number(first)) return undefined;
  return { offset: Number(first), length: Number(last) - Number(first) + 1 };
}

function unsatisfiable(object: R2Object | null): Response | undefined {
  if (!object) return undefined;
  const headers = headersOf(object);
  headers.set("Content-Range", `bytes */${object.size}`);
  return new Response(null, { status: 416, headers });
}

function headersOf(object: R2Object, length?: number): Headers {
  const headers = new Headers({
    "Content-Type": object.httpMetadata?.contentType ?? "video/mp4",
    "Accept-Ranges": "bytes",
    "Cache-Control": CACHE_CONTROL,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Last-Modified": object.uploaded.toUTCString(),
    ETag: object.httpEtag,
  });
  if (length !== undefined) headers.set("Content-Length", String(length));
  return headers;
}
