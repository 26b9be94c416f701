// Somebody who calls a sandbox whose clock stands still until told otherwise: what the tests here share.

import { createClock, createSandbox } from "../../sandbox/index.js";

/** @typedef {import("../../sandbox/index.js").SandboxOptions} SandboxOptions */

export const base = "https://api.cometapi.com";

export const input = {
  video: "https://media.example/performance.mp4",
  image: "https://media.example/portrait.jpg",
  callback_url: "https://callback.invalid/act-one",
};

/**
 * A sandbox with no media check, unless asked for, and the ways to call it.
 *
 * @param {SandboxOptions & { start?: number }} [options]
 */
export function open({ start, ...options } = {}) {
  const clock = createClock(start);
  const sandbox = createSandbox({ clock, checkMedia: false, ...options });

  /** @param {string} path @param {unknown} body @param {string | null} [key] */
  const post = async (path, body, key = "sk-sandbox") => {
    /** @type {Record<string, string>} */
    const headers = { "Content-Type": "application/json" };
    if (key !== null) headers.Authorization = `Bearer ${key}`;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await sandbox.fetch(base + path, { method: "POST", headers, body: text });
    return response;
  };
  /** @param {Partial<typeof input>} [changes] */
  const create = (changes) => post("/runway/pro/act_one", { ...input, ...changes });
  /** @param {string} id */
  const feed = (id) => post("/runway/feed", { task_id: id });
  /** Makes a task and gives its id. @param {Partial<typeof input>} [changes] */
  const accepted = async (changes) => {
    await create(changes);
    return /** @type {string} */ ([...sandbox.tasks.keys()].at(-1));
  };
  return { clock, sandbox, post, create, feed, accepted };
}
