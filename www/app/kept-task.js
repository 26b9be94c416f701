// Remembers the running task across a reload, and only that. It is kept per tab: two tabs watching two tasks must not
// pick up each other's. A page may hold its task in `localStorage` in the same way if it should outlive the tab.

/** @typedef {import("act-one").Task} Task */
/** @typedef {{ task: Task, input: { video: string, image: string }, options: { baseUrl: string, pollInterval?: number } }} KeptTask */

const KEY = "act-one.task";

/** @param {KeptTask} kept */
export function keepTask(kept) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Storage can be full or forbidden. The run goes on; only a reload would lose it.
  }
}

/** @returns {KeptTask | null} */
export function keptTask() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    return typeof kept?.task?.id === "string" ? kept : null;
  } catch {
    return null;
  }
}

export function forgetTask() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Forbidden storage keeps nothing.
  }
}
