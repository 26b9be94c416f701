// The documented names. They are read of whatever object a caller passes, a class with getters too.

export const OPTIONS = [
  "accessToken",
  "apiKey",
  "baseUrl",
  "callbackUrl",
  "checkMedia",
  "fetch",
  "headers",
  "idempotencyKey",
  "maxRetries",
  "notFoundGrace",
  "onProgress",
  "onRetry",
  "onUpdate",
  "pollInterval",
  "requestTimeout",
  "retryCreates",
  "runwayVersion",
  "signal",
  "soleCreator",
  "timeout",
  "unchanged",
  "upload",
];

export const INPUT = ["video", "image", "callbackUrl"];

export const FILTER = ["since", "until", "status", "page", "pageSize", "all"];

const TASK = [
  "id",
  "status",
  "progress",
  "videoUrl",
  "posterUrl",
  "lastFrameUrl",
  "failReason",
  "submittedAt",
  "startedAt",
  "finishedAt",
  "checkedAt",
  "raw",
];

/** What the first argument of a function may have, where it is an object: an input, a task, or a filter. */
export const SUBJECT = [...INPUT, ...FILTER, ...TASK];
