// How this Worker says no: in the service's documented error envelope, so that the package's client shows it well. It
// decides nothing; a refusal is plain data, because it also travels from a task's object to the request's.

import type { Refusal } from "./contract.ts";

/** Ends a request's way from wherever it is noticed. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

/** `{"error": {"message", "type": "comet_api_error", "param", "code"}}`. */
export function envelope(refusal: Refusal, requestId: string): Response {
  const error = {
    message: `${refusal.message} (request id: ${requestId})`,
    type: "comet_api_error",
    param: refusal.param ?? "",
    code: refusal.code ?? "",
  };
  const headers = new Headers();
  if (refusal.retryAfter !== undefined) headers.set("Retry-After", String(refusal.retryAfter));
  return Response.json({ error }, { status: refusal.status, headers });
}

/** `{"success": false, "message"}`: how the service refuses to list tasks. */
export function listRefusal(refusal: Refusal, requestId: string): Response {
  const message = `${refusal.message} (request id: ${requestId})`;
  return Response.json({ success: false, message }, { status: refusal.status });
}

/** The service's own answer for an id that it does not know. */
export function taskNotExist(): Response {
  return Response.json({ code: "task_not_exist", message: "task_not_exist", data: null }, { status: 400 });
}
