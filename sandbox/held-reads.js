// Held reads: an offer on the answers to creates and feeds, and the waiting of a feed's answer for callers who then ask
// for it with `Prefer: wait=<seconds>` (RFC 7240). It says when an answer is due; what the answer is, others decide.

import { nextChange } from "./task.js";

/** @typedef {import("./index.js").SandboxTask} SandboxTask */
/** @typedef {import("./options.js").Settings} Settings */

/**
 * How long progress alone does not end a held read, in milliseconds at the service's own pace: otherwise a task would
 * take as many reads held as polled.
 */
const PROGRESS_HELD = 12_000;

/**
 * Says in an answer's headers that reads can be held.
 *
 * @param {Response} response
 * @param {Settings} settings
 */
export function withOffer(response, { heldReads }) {
  if (heldReads > 0) response.headers.set("Act-One-Wait", String(heldReads));
  return response;
}

/**
 * @param {Request} request
 * @param {Settings} settings
 * @returns {number} the seconds that this read is to be held at most; 0 where nobody asks for it
 */
export function secondsToHold(request, { heldReads }) {
  const [, seconds = "0"] =
    request.headers.get("Prefer")?.match(/(?:^|[,;])\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i) ?? [];
  return Math.min(Number(seconds), heldReads);
}

/**
 * Waits until the task has news, or the time is up.
 *
 * @param {SandboxTask | undefined} task undefined for an id that was never given out: its news never comes
 * @param {number} seconds
 * @param {Settings} settings
 * @param {AbortSignal} signal ends the wait when nobody listens any more
 */
export async function untilNews(task, seconds, settings, signal) {
  const { clock } = settings;
  const from = clock.now();
  const until = from + seconds * 1000;
  const progressFrom = from + PROGRESS_HELD / settings.speed;
  const { visible, status, progress } = task ?? {};
  const hasEnded = visible && (status === "succeeded" || status === "failed");
  if (hasEnded) return;

  for (let now = from; now < until && !signal.aborted; now = clock.now()) {
    if (visible !== task?.visible || (visible && status !== task?.status)) return;
    if (visible && progress !== task?.progress && now >= progressFrom) return;
    const next = task ? nextChange(task, now, settings) : Infinity;
    const wake = Math.min(until, now < progressFrom ? Math.min(next, progressFrom) : next);
    await /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        /** @type {void | (() => void)} */
        let cancel;
        const goOn = () => {
          signal.removeEventListener("abort", goOn);
          // The timer of a read that nobody waits for any more would keep the process alive.
          if (typeof cancel === "function") cancel();
          resolve();
        };
        cancel = clock.after(wake - now, goOn, { keepsAlive: true });
        signal.addEventListener("abort", goOn);
      })
    );
  }
}
