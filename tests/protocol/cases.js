// Plays the bodies of `cases/` to the functions of the package: what each function makes of each. No assertions.

import { readFileSync } from "node:fs";

/**
 * @typedef {{ name: string, source: string, http?: number, body?: unknown, bytesOf?: unknown, expect: Record<string, unknown> }} Case
 * @typedef {Pick<typeof import("act-one"), "submit" | "getTask" | "waitForTask" | "parseCallback">} Functions
 * @typedef {{ task?: import("act-one").Task, error?: import("act-one").ActOneError, reads: number }} Outcome
 */

const ID = "task-1";
const INPUT = { video: "https://media.example/actor.mp4", image: "https://media.example/face.jpg" };
const DONE = { task_id: ID, status: "SUCCESS", result_url: "https://cdn.example/later.mp4" };

/** @param {"create" | "feed" | "callback"} kind @returns {Case[]} */
export const casesOf = (kind) =>
  JSON.parse(readFileSync(new URL(`cases/${kind}.json`, import.meta.url), "utf8"));

let services = 0;

/**
 * What `call` comes to where a service answers first as the case says, and that the task is done from then on. Each has
 * a service of its own, because a 429 slows down all calls to the same one.
 *
 * @param {Case} found
 * @param {(options: import("act-one").Options) => Promise<import("act-one").Task>} call
 */
function against({ http, body }, call) {
  let reads = 0;
  const answer = async () =>
    ++reads === 1 ? Response.json(body, { status: http ?? 200 }) : Response.json(DONE);
  const baseUrl = `https://gateway-${++services}.example`;
  const options = { baseUrl, fetch: answer, maxRetries: 0, pollInterval: 0 };
  return outcomeOf(call(options), () => reads);
}

/** @param {Promise<import("act-one").Task>} promise @param {() => number} reads @returns {Promise<Outcome>} */
function outcomeOf(promise, reads = () => 0) {
  return promise.then(
    (task) => ({ task, reads: reads() }),
    (error) => ({ error, reads: reads() }),
  );
}

/** @param {Functions} actOne @param {Case} found */
export const submitted = ({ submit }, found) => against(found, (options) => submit(INPUT, options));

/** @param {Functions} actOne @param {Case} found */
export const read = ({ getTask }, found) => against(found, (options) => getTask(ID, options));

/** @param {Functions} actOne @param {Case} found */
export const waitedFor = ({ waitForTask }, found) =>
  against(found, (options) => waitForTask(ID, { ...options, timeout: 10_000 }));

/** In each form that a server has a callback in. @param {Functions} actOne @param {Case} found */
export function received({ parseCallback }, { body, bytesOf }) {
  const text = JSON.stringify(body ?? bytesOf);
  const bytes = new TextEncoder().encode(text);
  const forms = {
    Request: new Request("https://hook.example/", { method: "POST", body: text }),
    text,
    "a decoded object": JSON.parse(text),
    Uint8Array: bytes,
    ArrayBuffer: bytes.buffer.slice(0),
    Buffer: Buffer.from(text),
  };
  return Object.entries(forms).map(
    ([form, callback]) => /** @type {const} */ ([form, outcomeOf(parseCallback(callback))]),
  );
}
