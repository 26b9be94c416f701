// Conditional requests for a stored video (RFC 9110, section 13), and the name it is saved under.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { input, startEdge } from "./edge.js";

/** @type {Awaited<ReturnType<typeof startEdge>>} */
let edge;
let url = "";
let etag = "";
let modified = "";
let size = 0;
before(async () => {
  edge = await startEdge();
  url = (await edge.client.run(input)).videoUrl ?? "";
  const whole = await fetch(url);
  [etag, modified] = [whole.headers.get("ETag") ?? "", whole.headers.get("Last-Modified") ?? ""];
  size = (await whole.arrayBuffer()).byteLength;
});
after(() => edge.close());

/** @param {Record<string, string>} headers @param {string} [method] */
async function ask(headers, method = "GET") {
  const response = await fetch(url, { method, headers });
  return {
    status: response.status,
    headers: response.headers,
    length: (await response.arrayBuffer()).byteLength,
  };
}

const LONG_AGO = "Mon, 01 Jan 2024 00:00:00 GMT";
const bare = () => etag.replaceAll('"', "");

test("a tag is compared quoted, unquoted, weak, in lists and as *, and never ends in a 500", async () => {
  assert.match(etag, /^"[^"]+"$/);
  for (const [header, expected] of /** @type {[Record<string, string>, number][]} */ ([
    [{ "If-None-Match": etag }, 304],
    [{ "If-None-Match": bare() }, 304],
    [{ "If-None-Match": `W/${etag}` }, 304],
    [{ "If-None-Match": `"other", ${etag}` }, 304],
    [{ "If-None-Match": "*" }, 304],
    [{ "If-None-Match": '"other"' }, 200],
    [{ "If-None-Match": "other" }, 200],
    [{ "If-None-Match": '"' }, 200],
    [{ "If-None-Match": "" }, 200],
    [{ "If-Match": etag }, 200],
    [{ "If-Match": bare() }, 200],
    [{ "If-Match": "*" }, 200],
    [{ "If-Match": `"other", ${etag}` }, 200],
    [{ "If-Match": '"other"' }, 412],
    [{ "If-Match": `W/${etag}` }, 412],
    [{ "If-Unmodified-Since": LONG_AGO }, 412],
    [{ "If-Unmodified-Since": modified }, 200],
    [{ "If-Unmodified-Since": "yesterday" }, 200],
    [{ "If-Modified-Since": modified }, 304],
    [{ "If-Modified-Since": LONG_AGO }, 200],
    [{ "If-Modified-Since": "yesterday" }, 200],
    [{ "If-Match": etag, "If-Unmodified-Since": LONG_AGO }, 200],
    [{ "If-None-Match": '"other"', "If-Modified-Since": modified }, 200],
    [{ "If-Match": '"other"', "If-None-Match": etag }, 412],
  ])) {
    for (const method of ["GET", "HEAD"]) {
      const answer = await ask(header, method);
      assert.equal(answer.status, expected, `${method} ${JSON.stringify(header)}`);
      assert.equal(answer.length, method === "GET" && expected === 200 ? size : 0);
    }
  }
});

test("a range is of this very file, or the whole is sent", async () => {
  const Range = "bytes=0-9";
  for (const [condition, expected] of /** @type {[string, number][]} */ ([
    [etag, 206],
    [bare(), 206],
    [modified, 206],
    [`W/${etag}`, 200],
    ['"other"', 200],
    [LONG_AGO, 200],
  ])) {
    const answer = await ask({ Range, "If-Range": condition });
    assert.deepEqual([answer.status, answer.length], [expected, expected === 206 ? 10 : size], condition);
  }
  assert.equal((await ask({ Range, "If-Match": '"other"' })).status, 412);
  assert.equal((await ask({ Range, "If-None-Match": etag })).status, 304);
});

test("a video has a name to be saved under, and no type is guessed", async () => {
  const { headers } = await ask({}, "HEAD");
  assert.match(headers.get("Content-Disposition") ?? "", /^inline; filename="act-one-[0-9a-f]{8}\.mp4"$/);
  assert.equal(headers.get("X-Content-Type-Options"), "nosniff");
  assert.equal(headers.get("Content-Length"), String(size));
});
