// Tells a task's `callback_url` how the task ended, by one POST of JSON. As with the real service, nothing is signed
// and nothing is repeated when the receiver does not answer; `callbackCopies` loses or repeats them on purpose.

import { callbackBody } from "./shapes.js";

/** @typedef {import("./index.js").SandboxTask} SandboxTask */
/** @typedef {import("./index.js").Sandbox["counts"]} Counts */
/** @typedef {import("./options.js").Settings} Settings */

/** Longest wait for a receiver, in milliseconds: it should store the body and answer at once. */
const RECEIVER_TIMEOUT = 10_000;

/**
 * @param {Settings} settings
 * @param {Counts} counts
 */
export function createCallbacks(settings, counts) {
  const { clock } = settings;
  /** @type {Map<SandboxTask, () => void>} */
  const due = new Map();
  /** @type {Set<Promise<void>>} */
  const underway = new Set();

  /** @param {SandboxTask} task */
  async function deliver(task) {
    for (let copy = 0; copy < settings.callbackCopies; copy++) {
      counts.callbacks++;
      if (!(await post(task, settings))) counts.callbackFailures++;
    }
  }

  function sendDue() {
    for (const [task, sent] of due) {
      if (clock.now() < task.finishesAt) continue;
      due.delete(task);
      const delivery = deliver(task).finally(() => {
        underway.delete(delivery);
        sent();
      });
      underway.add(delivery);
    }
  }

  return {
    /**
     * Books the callback for the task's end. The promise is fulfilled when it has been sent; a Worker passes it to
     * `waitUntil`.
     *
     * @param {SandboxTask} task
     * @returns {Promise<void>}
     */
    book(task) {
      if (!hasReceiver(task) || task.outcome === "stall") return Promise.resolve();
      clock.after(task.finishesAt - clock.now(), sendDue);
      return new Promise((resolve) => due.set(task, resolve));
    },
    /** A Worker can lose its timers between requests, so each request also looks for callbacks that are due. */
    sendDue,
    /** Waits for the deliveries that have begun. */
    async idle() {
      while (underway.size) await Promise.all(underway);
    },
  };
}

/**
 * Poll-only callers send a URL under `.invalid`, which never resolves (RFC 6761).
 *
 * @param {SandboxTask} task
 */
function hasReceiver(task) {
  return !/(^|\.)invalid\.?$/.test(new URL(task.callbackUrl).hostname);
}

/**
 * @param {SandboxTask} task
 * @param {Settings} settings
 * @returns {Promise<boolean>} whether the receiver took it
 */
async function post(task, settings) {
  try {
    const response = await settings.fetch(task.callbackUrl, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(callbackBody(settings.callbackShape, task)),
      signal: AbortSignal.timeout(RECEIVER_TIMEOUT),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
