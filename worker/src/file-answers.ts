// Serves what is stored, videos and uploads alike: whole, in ranges, and on conditions.

import { precondition, rangeApplies } from "./conditions.ts";

/** As long as players like; the URL never shows another file. */
const CACHE_CONTROL = "private, max-age=86400, immutable";

/** When an upload has had its time, whether it is swept yet or not; ms since the epoch, in the object's metadata. */
export const EXPIRES_AT = "expiresAt";

type Span = { offset: number; length: number };

/** @returns undefined when there is no such file (any more) */
export async function serveFile(
  request: Request,
  key: string,
  bucket: R2Bucket,
): Promise<Response | undefined> {
  const object = await bucket.head(key);
  if (!object || Number(object.customMetadata?.[EXPIRES_AT] ?? Infinity) <= Date.now()) return undefined;
  const headers = headersOf(object);
  const file = { etag: object.httpEtag, lastModified: object.uploaded };
  const status = precondition(request, file);
  if (status) return new Response(null, { status, headers });
  if (request.method === "HEAD") {
    headers.set("Content-Length", String(object.size));
    return new Response(null, { headers });
  }

  const span = rangeApplies(request, file) ? wantedSpan(request, object.size) : undefined;
  if (span === "none") {
    headers.set("Content-Range", `bytes */${object.size}`);
    return new Response(null, { status: 416, headers });
  }
  const body = (await bucket.get(key, span && { range: span }))?.body;
  if (!body) return undefined;
  headers.set("Content-Length", String(span?.length ?? object.size));
  if (!span) return new Response(body, { headers });
  headers.set("Content-Range", `bytes ${span.offset}-${span.offset + span.length - 1}/${object.size}`);
  return new Response(body, { status: 206, headers });
}

/** `bytes=a-b`, `bytes=a-`, `bytes=-n`; anything else is ignored, as HTTP asks for. */
function wantedSpan(request: Request, size: number): Span | "none" | undefined {
  const [, first, last] = request.headers.get("Range")?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  if (!first && !last) return undefined;
  if (first && last && Number(last) < Number(first)) return undefined;
  const offset = first ? Number(first) : Math.max(size - Number(last), 0);
  const end = first && last ? Math.min(Number(last) + 1, size) : size;
  return offset < end ? { offset, length: end - offset } : "none";
}

function headersOf(object: R2Object): Headers {
  const { contentType = "video/mp4", contentDisposition } = object.httpMetadata ?? {};
  const headers = new Headers({
    "Content-Type": contentType,
    "Content-Disposition": contentDisposition ?? "inline",
    "Accept-Ranges": "bytes",
    "Cache-Control": CACHE_CONTROL,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Last-Modified": object.uploaded.toUTCString(),
    ETag: object.httpEtag,
  });
  return headers;
}
