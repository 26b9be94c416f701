// Each call under way: ended by the Rust, and by its panic, which it cannot survive and which would otherwise leave the
// caller waiting for ever.

import { ActOneError } from "./error.js";

/**
 * @typedef {object} CallRecord what is known of a call under way; the Rust writes the id and the time, and ends it
 * @property {(value: any) => void} resolve
 * @property {(reason: unknown) => void} reject
 * @property {string | null} taskId
 * @property {{ path: string, message: string }[]} issues what is wrong with the names in its arguments
 * @property {() => Promise<CallRecord["issues"]> | undefined} checkMedia finds what is wrong with its files, if that is wanted
 * @property {number | undefined} createSentAt when a create left whose outcome is not known, in ms since the epoch
 */

/** @type {Set<CallRecord>} */
const underWay = new Set();

/**
 * A promise of what the call ends with that `start` starts. `start` is given the record of the call, for the Rust.
 *
 * @param {(record: CallRecord) => void} start
 * @param {CallRecord["issues"]} issues
 * @param {CallRecord["checkMedia"]} checkMedia
 * @returns {Promise<any>}
 */
export function follow(start, issues, checkMedia) {
  return new Promise((resolve, reject) => {
    const ending = (/** @type {(value: any) => void} */ settle) => (/** @type {any} */ value) => {
      underWay.delete(record);
      settle(value);
    };
    /** @type {CallRecord} */
    const record = {
      resolve: ending(resolve),
      reject: ending(reject),
      taskId: null,
      issues,
      checkMedia,
      createSentAt: undefined,
    };
    underWay.add(record);
    try {
      start(record);
    } catch (thrown) {
      record.reject(thrown);
    }
  });
}

/** Rejects every call under way. Called by the Rust's panic hook. */
export function panicked(/** @type {string} */ message) {
  for (const { reject, taskId, createSentAt } of underWay) {
    reject(
      new ActOneError({
        code: "internal",
        untraced: true,
        message:
          `A bug in act-one ended this call (${message}). Please report it. The next call starts afresh.` +
          (createSentAt !== undefined
            ? " A paid task may have been created: check the account before submitting again."
            : ""),
        taskId,
        taskMayExist: createSentAt !== undefined,
        sentAt: createSentAt,
      }),
    );
  }
}
