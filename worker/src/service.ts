// The way to the service, through the package: one create, one read. It turns what can go wrong with a create into
// what this Worker's caller is told, and says whether a task may have been made all the same.

import { ActOneError, getTask, submit, type Task } from "act-one";
import type { Config } from "./config.ts";
import type { Order, Refusal } from "./contract.ts";

/** The package gives a create 30 s by default; this Worker's own caller waits as long for this Worker. */
const CREATE_TIMEOUT_MS = 20_000;
const READ_TIMEOUT_MS = 20_000;

/**
 * Sends the create once. Repeats are the caller's, who knows whether they are worth it; a repeat in here would also
 * blur which of two sends a crash fell into.
 *
 * @param signal ends it, the time spent queueing for a turn included.
 * @param beforeSending is awaited immediately before the request leaves; if it rejects, nothing is sent.
 */
export function createAtService(
  order: Order,
  callbackUrl: string,
  config: Config,
  signal: AbortSignal,
  beforeSending: () => Promise<void>,
): Promise<Task> {
  const { video, image, runwayVersion } = order;
  return submit(
    { video, image, callbackUrl },
    {
      apiKey: config.apiKey,
      baseUrl: config.baseUrl,
      ...(runwayVersion !== null && { runwayVersion }),
      maxRetries: 0,
      requestTimeout: CREATE_TIMEOUT_MS,
      signal,
      fetch: async (request: RequestInfo | URL) => {
        await beforeSending();
        return fetch(request as Request);
      },
    },
  );
}

/** One read, with no repeats of its own: an alarm costs less than an object that sleeps awake. */
export function readAtService(serviceId: string, config: Config): Promise<Task> {
  const { apiKey, baseUrl } = config;
  return getTask(serviceId, { apiKey, baseUrl, maxRetries: 0, requestTimeout: READ_TIMEOUT_MS });
}

/** Whether a create that ended in `error` may have made a task. Whatever is no proof of the contrary may have. */
export function mayHaveMadeTask(error: unknown): boolean {
  return !(error instanceof ActOneError) || error.taskMayExist;
}

/** What the caller is told when the service did not make a task. */
export function refusalOf(error: ActOneError): Refusal {
  switch (error.code) {
    case "rate_limited":
      return tooBusy("The service is asked too much at once. Nothing was created; try again shortly");
    case "unauthorized":
    case "forbidden":
      return {
        status: 403,
        message:
          "The service refused this Worker's key. Its owner has to look at COMETAPI_KEY and the account",
        code: "service_refused_key",
      };
    default:
      return { status: 400, message: error.message, code: error.code };
  }
}

/** A 429 is what proves to the package's client that nothing was created, so that it tries again by itself. */
export function tooBusy(message: string): Refusal {
  return { status: 429, message, code: "too_busy", retryAfter: 5 };
}

/** A 5xx is what makes the package's client say `taskMayExist`. */
export function outcomeUnknown(taskId: string): Refusal {
  return {
    status: 502,
    message:
      "The service did not say whether it made the task, so a paid task may exist. It is not sent again by itself; " +
      `the feed for ${taskId} says what becomes of it`,
    code: "task_may_exist",
  };
}
