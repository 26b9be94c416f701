// Reads what a caller sends, and refuses what is wrong with it before any money is spent. Sizes are bounded while
// reading: no more is taken in than any right request needs.

import type { Config } from "./config.ts";
import { Refused } from "./errors.ts";
import { isPrivateHost } from "./private-networks.ts";
import { webAddress } from "./web-address.ts";

/** Three addresses of the greatest length, and some air. */
const MAX_BODY_BYTES = 32_768;

/** The package's own limit for one address. */
const MAX_ADDRESS_LENGTH = 8192;

/** What poll-only callers of the service send because it requires an address: nobody waits there. */
const NOBODYS_CALLBACKS = /^https?:\/\/([^/?#]+\.)?(invalid|example\.com)([/?#]|$)/i;

export interface Order {
  video: string;
  image: string;
  runwayVersion: string | null;
}

export async function readOrder(request: Request, config: Config): Promise<Order> {
  const body = await readObject(request);
  const video = mediaAddress(body, "video", config);
  const image = mediaAddress(body, "image", config);
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
  const { task_id: id } = await readObject(request);
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

async function readObject(request: Request): Promise<Record<string, unknown>> {
  const body = parse(await readText(request));
  if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  throw wrong("", 'The request body is no JSON object like {"video": "https://…", "image": "https://…"}');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mediaAddress(body: Record<string, unknown>, name: "video" | "image", config: Config): string {
  const address = body[name];
  if (typeof address !== "string" || address === "") throw wrong(name, `field ${name} is required`);
  if (address.length > MAX_ADDRESS_LENGTH) {
    throw wrong(name, `${name} is longer than ${MAX_ADDRESS_LENGTH} characters. Give a shorter address`);
  }
  const url = webAddress(address);
  if (!url) {
    throw wrong(name, `${name} is no absolute http(s) address. Upload the file and give its public address`);
  }
  if (!config.allowPrivateMedia && isPrivateHost(url.hostname)) {
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
