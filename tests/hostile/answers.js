// What the tests in this folder let a service say: `fetch` functions that answer without a network, and the bodies
// that come over and over. No assertions.

import { ActOneError, getTask } from "../../npm/node.js";
import assert from "node:assert/strict";

export const KEY = "sk-hostile-0123456789abcdef";
export const ID = "573772da-c2ec-4a60-987f-80b5ecc79b20";
export const VIDEO = "https://cdn.example/act-one/result.mp4";
export const INPUT = { video: "https://media.example/actor.mp4", image: "https://media.example/face.jpg" };

/** A running and a finished task as the feed tells of them. */
export const RUNNING = { code: "success", data: { task_id: ID, status: "IN_PROGRESS", progress: "30%" } };
export const DONE = { code: "success", data: { task_id: ID, status: "SUCCESS", result_url: VIDEO } };
export const CREATED = { code: 200, msg: "success", data: { task_id: ID } };

let addresses = 0;

/**
 * Options of a call that neither leaves the process nor waits between tries. Each has a base URL of its own,
 * because what one call is told (429) slows down all calls to the same URL.
 */
export function through(fetch, options = {}) {
  const baseUrl = `https://gateway-${++addresses}.example`;
  return { apiKey: KEY, baseUrl, fetch, maxRetries: 0, pollInterval: 0, ...options };
}

/** A `fetch` that answers with each of `answers` in turn, and with the last one from then on. */
export function answering(...answers) {
  let asked = 0;
  const fetch = async (request) => {
    const answer = answers[Math.min(fetch.requests.push(request), answers.length) - 1];
    asked++;
    return typeof answer === "function" ? answer(request, asked) : response(answer);
  };
  fetch.requests = [];
  return fetch;
}

/** A response of whatever is given: a `Response`, text or bytes as they are, anything else as JSON. */
export function response(body, init = {}) {
  if (body instanceof Response) return body.clone();
  const isRaw = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  return new Response(isRaw ? body : JSON.stringify(body), init);
}

/** A `fetch` that never settles by itself, and rejects as the real one does when its request is aborted. */
export function neverAnswering() {
  const fetch = (request) =>
    new Promise((_, reject) => {
      fetch.requests.push(request);
      request.signal.addEventListener("abort", () => reject(request.signal.reason));
    });
  fetch.requests = [];
  return fetch;
}

/** What a promise rejects with, in a box: a reason may be a promise itself. Fails if it does not reject. */
export async function rejectionOf(promise) {
  try {
    await promise;
  } catch (reason) {
    return { reason };
  }
  assert.fail("it was expected to reject");
}

/** What a promise rejects with, which must be an `ActOneError` in working order. */
export async function errorOf(promise) {
  const { reason: error } = await rejectionOf(promise);
  assert.ok(error instanceof ActOneError, `no ActOneError: ${String(error?.stack ?? error)}`);
  assert.equal(typeof error.code, "string");
  assert.ok(error.message.length > 10, "an error says what to do");
  return error;
}

/** For whatever is called or read. */
export function thrower() {
  throw new Error("thrown by something hostile");
}

/** After whatever has happened, the module reads a task as ever. */
export async function assertStillWorks() {
  const task = await getTask(ID, through(answering(DONE)));
  assert.equal(task.videoUrl, VIDEO);
}
