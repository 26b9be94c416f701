// Reads what a caller sends, and refuses what is wrong with it before any money is spent. Sizes are bounded while
// reading: no more is taken in than any right request needs.

import type { Config } from "./config.ts";
import type { Order, TaskFilter } from "./contract.ts";
import { Refused } from "./errors.ts";
import { isPrivateHost } from "./private-networks.js";
import { webAddress } from "./web-address.ts";

/** Three URLs of the greatest length, and some air. */
const MAX_BODY_BYTES = 32_768;

/** The package's own limit for one URL. */
const MAX_ADDRESS_LENGTH = 8192;

/** What poll-only callers of the service send because it requires a URL: nobody waits there. */
const NOBODYS_CALLBACKS = /^https?:\/\/([^/?#]+\.)?(invalid|example\.com)([/?#]|$)/i;

export async function readOrder(request: Request, config: Config, home: string): Promise<Order> {
  const body = await readObject(request, '{"video": "https://…", "image": "https://…"}');
  const video = mediaAddress(body, "video", config, home);
  const image = mediaAddress(body, "image", config, home);
  const callback = body["callback_url"] ?? "";
  if (callback !== "" && !(typeof callback === "string" && NOBODYS_CALLBACKS.test(callback))) {
    throw wrong(
      "callback_url",
      "This Worker takes the callback itself. Leave callback_url out, and read the feed",
    );
  }
  return { video, image, runwayVersion: runwayVersion(request) };
}

export async function readTaskId(request: Request): Promise<string> {
  const { task_id: id } = await readObject(request, '{"task_id": "…"}');
  if (typeof id !== "string" || id === "") throw wrong("task_id", "field task_id is required");
  return id;
}

/** The header of draft-ietf-httpapi-idempotency-key-header, quoted as there or bare as most send it. */
export function readIdempotencyKey(request: Request): string | null {
  const header = request.headers.get("Idempotency-Key");
  if (header === null) return null;
  const key = header.trim().replace(/^"(.*)"$/, "$1");
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw wrong("Idempotency-Key", "Idempotency-Key takes 1 to 255 visible ASCII characters without a space");
}

/** The seconds for which a caller wants a read to be held: `Prefer: wait=10` (RFC 7240). */
export function readWait(request: Request): number {
  const [, seconds] =
    request.headers.get("Prefer")?.match(/(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i) ?? [];
  return Number(seconds ?? 0);
}

const LARGEST_PAGE = 100;
const USUAL_PAGE = 20;

/** What the service's own list takes; `null` where no task can match. */
export function readListQuery(
  query: URLSearchParams,
  kind: { platform: string; action: string },
): { filter: TaskFilter; page: number; pageSize: number; word: string | null } | null {
  const asked = (name: string) => query.get(name)?.trim() || null;
  if ((asked("platform") ?? kind.platform) !== kind.platform) return null;
  if ((asked("action") ?? kind.action) !== kind.action) return null;
  const page = Math.max(Math.floor(Number(asked("p"))) || 1, 1);
  const size = Math.floor(Number(asked("page_size"))) || USUAL_PAGE;
  const pageSize = Math.min(Math.max(size, 1), LARGEST_PAGE);
  const word = asked("status")?.toUpperCase() ?? null;
  const [from, until] = [seconds(asked("start_timestamp")), seconds(asked("end_timestamp"))];
  const filter: TaskFilter = {
    taskId: asked("task_id"),
    status: word === null || word === "SUCCESS" || word === "FAILURE" ? word : "running",
    from: from && from * 1000,
    until: until && until * 1000 + 999,
    offset: (page - 1) * pageSize,
    limit: pageSize,
  };
  return { filter, page, pageSize, word: filter.status === "running" ? word : null };
}

function seconds(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

/** What the caller calls a file, in characters that a header can carry. */
export function readFileName(request: Request): string {
  const header = request.headers.get("Act-One-Filename") ?? "";
  try {
    const name = decodeURIComponent(header).replace(/\.[^.]*$/, "");
    return name
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[-.]+/, "")
      .slice(0, 80);
  } catch {
    throw wrong(
      "Act-One-Filename",
      "Act-One-Filename must be percent-encoded, as encodeURIComponent does it",
    );
  }
}

/** The text of a body, no longer than `MAX_BODY_BYTES`. */
export async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BODY_BYTES) {
      throw new Refused({ status: 413, message: `The request body is longer than ${MAX_BODY_BYTES} bytes` });
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

async function readObject(request: Request, example: string): Promise<Record<string, unknown>> {
  const body = parse(await readText(request));
  if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  throw wrong("", `The request body is no JSON object like ${example}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mediaAddress(
  body: Record<string, unknown>,
  name: "video" | "image",
  config: Config,
  home: string,
): string {
  const address = body[name];
  if (typeof address !== "string" || address === "") throw wrong(name, `field ${name} is required`);
  if (address.length > MAX_ADDRESS_LENGTH) {
    throw wrong(name, `${name} is longer than ${MAX_ADDRESS_LENGTH} characters. Give a shorter URL`);
  }
  const url = webAddress(address);
  if (!url) {
    throw wrong(name, `${name} is no absolute http(s) URL. Upload the file and give its public URL`);
  }
  // This Worker's own uploads lie where it is called, in development on this machine.
  if (!config.allowPrivateMedia && url.origin !== home && isPrivateHost(url.hostname)) {
    throw wrong(name, `${name} points into a private network, where the service cannot fetch it`);
  }
  return address;
}

function runwayVersion(request: Request): string | null {
  const version = request.headers.get("X-Runway-Version");
  if (version === null || /^[\w.-]{1,64}$/.test(version)) return version;
  throw wrong("X-Runway-Version", "X-Runway-Version takes a version like 2024-11-06");
}

function wrong(param: string, message: string): Refused {
  return new Refused({ status: 400, message, param, code: "invalid_input" });
}
