// A stand-in for the service, for development and tests without a key: the gateway's routes, and what the Worker adds
// to them (held reads, uploads), from a web-standard Request to a Response, so that it runs in Node, in a Worker and in
// a page. This file is the way of a request through it; it keeps everything in memory.

import { createCallbacks } from "./callbacks.js";
import { preflight, withCors } from "./cors.js";
import { envelope, refused, taskNotExist, tooManyRequests } from "./errors.js";
import { secondsToHold, untilNews, withOffer } from "./held-reads.js";
import { mediaProblem } from "./media.js";
import { withDefaults } from "./options.js";
import { serveOutput } from "./outputs.js";
import { createRateLimit } from "./rate-limit.js";
import { createBody, feedBody } from "./shapes.js";
import { listAnswer } from "./task-list.js";
import { createTask } from "./task.js";
import { createUploads } from "./uploads.js";

export { createClock } from "./clock.js";

/** @typedef {import("./index.js").Sandbox} Sandbox */
/** @typedef {import("./index.js").SandboxTask} SandboxTask */
/** @typedef {import("./options.js").Settings} Settings */
/** @typedef {{ request: Request, home: string, startedAt: number, waitUntil: (promise: Promise<unknown>) => void }} Call */

const CREATE = "/runway/pro/act_one";
const FEED = "/runway/feed";
const UPLOADS = "/uploads";
const LIST = "/api/task/self";

/** Whose URL a request to a sandbox in the same process has. Nothing of the sandbox is to be found there. */
const SERVICE = "https://api.cometapi.com";

/** Where its results are then: nowhere but in the sandbox's own `fetch`. */
const IN_PROCESS = "https://sandbox.invalid";

/** What a task of somebody else was made from, who leaves no callback URL. */
const strangersInput = {
  video: "https://stranger.example/performance.mp4",
  image: "https://stranger.example/portrait.jpg",
  callbackUrl: "https://callback.invalid/stranger",
};

/** @type {typeof import("./index.js").createSandbox} */
export function createSandbox(options = {}) {
  const settings = withDefaults(options);
  const { clock, keys, cors, basePath } = settings;
  /** @type {Sandbox["counts"]} */
  const counts = {
    creates: 0,
    accepted: 0,
    refused: 0,
    reads: 0,
    lists: 0,
    uploads: 0,
    callbacks: 0,
    callbackFailures: 0,
    unauthorized: 0,
    rateLimited: 0,
  };
  /** @type {Map<string, SandboxTask>} */
  const tasks = new Map();
  /** @type {Map<string, SandboxTask>} */
  const strangers = new Map();
  /** @type {import("./task-list.js").Listed[]} */
  const listed = [];
  const uploads = createUploads(settings);
  const callbacks = createCallbacks(settings, counts);
  const secondsToWait = createRateLimit(settings);

  /** @param {Call} call */
  async function create(call) {
    counts.creates++;
    const created = admit(call) ?? (await newTask(call));
    if (created instanceof Response) {
      counts.refused++;
      return created;
    }
    counts.accepted++;
    tasks.set(created.id, created);
    listed.push({ task: created, platform: "runway", action: "ACT_ONE" });
    for (let n = 0; n < settings.strangers; n++) createElsewhere();
    call.waitUntil(callbacks.book(created));
    return Response.json(createBody(settings.createShape, created, secondsSince(call.startedAt)));
  }

  /** @type {Sandbox["createElsewhere"]} */
  function createElsewhere(input, { platform = "runway", action = "ACT_ONE" } = {}) {
    const task = createTask({ ...strangersInput, ...input }, "https://stranger.example", settings);
    strangers.set(task.id, task);
    listed.push({ task, platform, action });
    return task;
  }

  /** @param {Call} call */
  async function newTask({ request, home, startedAt }) {
    const fields = await stringFields(request, ["video", "image", "callback_url"]);
    if (fields instanceof Response) return fields;
    const [video, image, callbackUrl] = fields;
    const problem =
      addressProblem({ video, image, callback_url: callbackUrl }) ??
      (settings.checkMedia ? await mediaProblem({ video, image }, fetchMedia, settings) : undefined);
    if (problem) return refused(problem, secondsSince(startedAt));
    try {
      return createTask({ video, image, callbackUrl }, home, settings);
    } catch (thrown) {
      // By the option `outcome`. It is answered: after a `fetch` that rejects, there may be a paid task.
      return refused(/** @type {Error} */ (thrown).message, secondsSince(startedAt));
    }
  }

  /** @param {Call} call */
  async function feed(call) {
    counts.reads++;
    const refusal = admit(call);
    if (refusal) return refusal;
    const fields = await stringFields(call.request, ["task_id"]);
    if (fields instanceof Response) return fields;
    const task = tasks.get(fields[0]) ?? strangers.get(fields[0]);
    await untilNews(task, secondsToHold(call.request, settings), settings, call.request.signal);
    if (!task?.visible) return taskNotExist();
    return Response.json(feedBody(settings.feedShape, task, secondsSince(call.startedAt)));
  }

  /** @param {Call} call */
  async function upload(call) {
    const answer = admit(call) ?? (await uploads.take(call.request, call.home));
    if (answer.ok) counts.uploads++;
    return answer;
  }

  /**
   * Uploaded files are read here, also where nothing listens under the sandbox's own URL.
   *
   * @type {Settings["fetch"]}
   */
  const fetchMedia = (input, init) => {
    const request = asRequest(input, init);
    const { pathname } = new URL(request.url);
    const isOurs = [...uploads.kept.values()].some(({ url }) => url === request.url);
    const answer = isOurs ? uploads.serve(request, pathname.slice(settings.basePath.length)) : undefined;
    return answer ? Promise.resolve(answer) : settings.fetch(input, init);
  };

  /**
   * @param {Call} call
   * @returns {Response | undefined} the refusal, when the key or the limit asks for one
   */
  function admit({ request }) {
    const [, key = ""] = request.headers.get("Authorization")?.match(/^Bearer +(\S+)$/i) ?? [];
    if (keys && !keys.includes(key)) {
      counts.unauthorized++;
      return envelope(401, "invalid token", clock);
    }
    const seconds = secondsToWait(key);
    if (!settings.rateLimit || seconds === 0) return undefined;
    counts.rateLimited++;
    return tooManyRequests(seconds, settings.rateLimit, clock);
  }

  /**
   * @param {Request} request
   * @param {string[]} names
   * @returns {Promise<string[] | Response>} the fields of the JSON body, or the refusal when one is missing
   */
  async function stringFields(request, names) {
    const body = await request.json().catch(() => undefined);
    if (body === undefined) return envelope(400, "the request body is not JSON", clock);
    const missing = names.find((name) => typeof body?.[name] !== "string" || body[name] === "");
    return missing ? envelope(400, `field ${missing} is required`, clock) : names.map((name) => body[name]);
  }

  /**
   * @param {Request} request
   * @param {Call["waitUntil"]} waitUntil
   */
  async function route(request, waitUntil) {
    const { origin, pathname } = new URL(request.url);
    const isInside = pathname.startsWith(`${basePath}/`);
    const path = isInside ? pathname.slice(basePath.length) : undefined;
    const home = (origin === SERVICE ? IN_PROCESS : origin) + basePath;
    const call = { request, home, startedAt: clock.now(), waitUntil };
    if (request.method === "POST" && path === CREATE) return withOffer(await create(call), settings);
    if (request.method === "POST" && path === FEED) return withOffer(await feed(call), settings);
    if (request.method === "POST" && path === UPLOADS) return upload(call);
    if (request.method === "GET" && path === LIST) {
      counts.lists++;
      return listAnswer(request, listed, settings);
    }
    const isRead = request.method === "GET" || request.method === "HEAD";
    const file =
      isRead && path ? (serveOutput(request, path, tasks) ?? uploads.serve(request, path)) : undefined;
    return file ?? envelope(404, `Invalid URL (${request.method} ${pathname})`, clock);
  }

  /** @param {number} time */
  function secondsSince(time) {
    return (clock.now() - time) / 1000;
  }

  return {
    counts,
    tasks,
    strangers,
    uploads: uploads.kept,
    createElsewhere,
    idle: callbacks.idle,
    async fetch(input, init, context) {
      const request = asRequest(input, context ? undefined : init);
      const waitUntil = context?.waitUntil ? context.waitUntil.bind(context) : () => {};
      callbacks.sendDue();
      const next = async () => preflight(request, cors) ?? withCors(await route(request, waitUntil), cors);
      const answered = (async () => (await settings.answer?.(request, next)) ?? (await next()))();
      return orAbort(answered, request.signal);
    },
  };
}

/**
 * @param {Record<string, string>} addresses
 * @returns {string | undefined} what is wrong with the first that is not an absolute http(s) URL
 */
function addressProblem(addresses) {
  for (const [name, address] of Object.entries(addresses)) {
    if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
      return `${name} must be an http or https URL`;
  }
}

/**
 * What `fetch` itself takes, so that the sandbox can stand in its place.
 *
 * @param {string | URL | Request} input
 * @param {RequestInit} [init]
 */
function asRequest(input, init) {
  // Of whatever realm or server a request is, it has a URL.
  const isRequest = typeof input === "object" && "url" in input && !init;
  return isRequest ? input : new Request(input, init);
}

/**
 * An aborted `fetch` rejects at once, whatever the service is doing; the service carries on all the same.
 *
 * @template T
 * @param {Promise<T>} work
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function orAbort(work, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
