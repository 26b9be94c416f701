// The floor: what a careful person writes in an hour. Every request may take 30 s, body included, and a refusal is an
// error; there are no repeats, no abort, no shared rate, one shape of answers.

const BASE = "https://api.cometapi.com";
const POLL_MS = 3_000;
const REQUEST_MS = 30_000;

/** @type {import("../contestants.js").Client["run"]} */
export const run = (input) => runBy((url, init) => fetch(url, init), input);

/** @type {import("../contestants.js").Client["connect"]} */
export const connect =
  ({ fetch, pollInterval }) =>
  (id) =>
    wait(fetch, id, pollInterval);

/** @param {(url: string, init: RequestInit) => Promise<Response>} send @param {{ video: string, image: string }} input */
export async function runBy(send, { video, image }) {
  const task = { video, image, callback_url: "https://callback.invalid/" };
  const created = await exchange(send, "/runway/pro/act_one", task);
  return wait(send, created.data.task_id);
}

/** @param {(url: string, init: RequestInit) => Promise<Response>} send @param {string} id */
export async function wait(send, id, pollMs = POLL_MS) {
  for (;;) {
    const { data: task } = await exchange(send, "/runway/feed", { task_id: id });
    if (task.status === "SUCCESS") return task.data.output[0];
    if (task.status === "FAILURE") throw new Error(task.fail_reason);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** @param {(url: string, init: RequestInit) => Promise<Response>} send @param {string} path @param {object} body */
async function exchange(send, path, body) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("no answer")), REQUEST_MS);
  try {
    const response = await send(BASE + path, {
      method: "POST",
      headers: { Authorization: "Bearer key", "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: controller.signal,
    });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return await response.json();
  } finally {
    clearTimeout(timer);
  }
}
