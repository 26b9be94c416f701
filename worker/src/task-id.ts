// The ids that this Worker gives to tasks: they exist before the service is asked, so that a crash in between leaves
// something to come back to. Not the service's ids, which stay inside.

import { sha256 } from "./secrets.ts";

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * A random id; with an idempotency key, the one that this caller and key always get. It holds no secret, so that
 * rotating one between a create and its repeat does not pay twice; a task is shown to its own caller only.
 */
export async function newTaskId(caller: string, idempotencyKey: string | null): Promise<string> {
  if (idempotencyKey === null) return crypto.randomUUID();
  const digest = await sha256(JSON.stringify(["act-one task", caller, idempotencyKey]));
  return uuidOf(new Uint8Array(digest, 0, 16));
}

export function isTaskId(text: string): boolean {
  return FORM.test(text);
}

/** RFC 9562, version 8: a UUID whose bits mean what its maker says. */
function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
