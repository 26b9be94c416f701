// An error as a run keeps it: plain data that survives a reload. What is said about it is failure-words.js.

import { ActOneError } from "act-one";

/**
 * @typedef {object} KeptError
 * @property {string} code one of the package's, or this page's own: `interrupted`, `too_large`, `upload_refused`, `page`
 * @property {string} message
 * @property {number | null} status
 * @property {string | null} requestId
 * @property {string | null} taskId
 * @property {boolean} taskMayExist
 * @property {{ path: string, message: string }[]} issues
 * @property {import("act-one").Task | null} task
 */

/** @type {KeptError} */
const nothing = {
  ...{ code: "page", message: "", status: null, requestId: null, taskId: null },
  ...{ taskMayExist: false, issues: [], task: null },
};

export const kept = {
  /** @param {unknown} error @returns {KeptError} */
  from(error) {
    if (error instanceof ActOneError) {
      const { code, message, status, requestId, taskId, taskMayExist, task } = error;
      const issues = error.issues.map(({ path, message }) => ({ path, message }));
      return { ...nothing, code, message, status, requestId, taskId, taskMayExist, issues, task };
    }
    if (!(error instanceof Error)) return { ...nothing, message: String(error) };
    const { code = "page", status = null } = /** @type {{ code?: string, status?: number | null }} */ (error);
    return { ...nothing, code: String(code), status, message: error.message };
  },
  /** The page was closed, or watching was stopped, before there was a task. @param {boolean} wasSending */
  interrupted: (wasSending) => ({ ...nothing, code: "interrupted", taskMayExist: wasSending }),
};

/** Whether the task itself has ended by this. @param {KeptError} error */
export const isOverFor = ({ code }) => code === "task_failed" || code === "task_not_found";
