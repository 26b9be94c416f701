// A request's way through the Worker: which route it asks for, whether it may, and the answer. Nothing is remembered
// here; the task's object does that.

import { type Caller, checkAccess } from "./access.ts";
import { ACTION, createAnswer, feedAnswer, listRecord, PLATFORM, wordOf } from "./answers.ts";
import { readCallbackPath } from "./callbacks.ts";
import { type Config, readConfig } from "./config.ts";
import type { Env, Reading, TaskMethods, TaskView } from "./contract.ts";
import { envelope, listRefusal, Refused, taskNotExist } from "./errors.ts";
import { serveFile } from "./file-answers.ts";
import { deepHealth, health } from "./health.ts";
import {
  readFileName,
  readIdempotencyKey,
  readListQuery,
  readOrder,
  readTaskId,
  readText,
  readWait,
} from "./inputs.ts";
import { log } from "./log.ts";
import { checkOrigin, preflight, withCors } from "./origins.ts";
import { storedFileAt, uploadsAmong } from "./stored-files.ts";
import { isTaskId, newTaskId } from "./task-id.ts";
import { describe, ledgerOf } from "./task-tools.ts";
import { takeUpload } from "./uploads.ts";
import { welcome } from "./welcome.ts";

const LIST = "/api/task/self";
const TASK = /^\/api\/task\/([^/]+)$/;

/** What the client is told to wait after hitting a limit, in seconds. */
const LIMIT_RETRY_AFTER = 10;

interface Call {
  request: Request;
  env: Env;
  config: Config;
  /** The path, below this Worker's URL. */
  path: string;
  /** This Worker's own URL, without a slash at its end. */
  home: string;
}

interface Route {
  methods: string[];
  limit: (env: Env) => RateLimit;
  answer: (call: Call, caller: Caller) => Promise<Response>;
}

/** The routes for callers: each asks for an origin that may, a token, and no more than so many requests. */
const routes: Record<string, Route> = {
  "/runway/pro/act_one": { methods: ["POST"], limit: (env) => env.CREATE_LIMIT, answer: create },
  "/runway/feed": { methods: ["POST"], limit: (env) => env.READ_LIMIT, answer: feed },
  "/uploads": { methods: ["POST"], limit: (env) => env.UPLOAD_LIMIT, answer: upload },
  [LIST]: { methods: ["GET"], limit: (env) => env.READ_LIMIT, answer: list },
};
const taskRoute: Route = { methods: ["DELETE"], limit: (env) => env.READ_LIMIT, answer: remove };
const deepHealthRoute: Route = {
  methods: ["GET"],
  limit: (env) => env.READ_LIMIT,
  answer: ({ env, config }) => deepHealth(env, config),
};

export async function answer(request: Request, env: Env): Promise<Response> {
  const requestId = request.headers.get("CF-Ray") ?? crypto.randomUUID();
  const { config, problems } = readConfig(env);
  const response = await route(request, env, config, problems).catch((error) => {
    if (error instanceof Refused) {
      const { status, code = "", message } = error.refusal;
      log("refused", { requestId, status, code, message });
      const isList = new URL(request.url).pathname === LIST;
      return isList ? listRefusal(error.refusal, requestId) : envelope(error.refusal, requestId);
    }
    log("request.failed", { requestId, error: error instanceof Error ? error.message : String(error) });
    return envelope(
      { status: 500, message: "The Worker failed on this request", code: "internal" },
      requestId,
    );
  });
  response.headers.set("X-Request-Id", requestId);
  response.headers.set("X-Content-Type-Options", "nosniff");
  if (!response.headers.has("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  return withCors(response, request, config);
}

async function route(
  request: Request,
  env: Env,
  config: Config | undefined,
  problems: string[] | undefined,
): Promise<Response> {
  const { origin, pathname: path, searchParams } = new URL(request.url);
  if (path === "/" && isRead(request)) return welcome();
  const isHealth = path === "/healthz" && isRead(request);
  if (isHealth && (!config || !searchParams.has("deep"))) return health(config, problems);
  if (!config) {
    log("not_configured", { problems: problems?.join("; ") });
    throw new Refused({
      status: 403,
      message: "This Worker is not set up yet and lets nobody in. /healthz says what is missing",
      code: "not_configured",
    });
  }
  const call = { request, env, config, path, home: config.publicUrl ?? origin };
  const wanted = isHealth ? deepHealthRoute : (routes[path] ?? (TASK.test(path) ? taskRoute : undefined));
  if (wanted) return callersRoute(call, wanted);
  const key = storedFileAt(path);
  if (key !== undefined) return file(call, key);
  if (request.method === "POST" && readCallbackPath(path)) return callback(call);
  throw notFound(request, path);
}

async function callersRoute(call: Call, { methods, limit, answer }: Route): Promise<Response> {
  const { request, env, config, path } = call;
  checkOrigin(request, config);
  if (request.method === "OPTIONS") return preflight(methods.join(", "));
  if (!methods.includes(request.method)) throw notFound(request, path);
  const caller = await checkAccess(request, config);
  await checkRate(limit(env), caller.limitedBy);
  return answer(call, caller);
}

async function create({ request, env, config, home }: Call, caller: Caller): Promise<Response> {
  const order = await readOrder(request, config, home);
  const id = await newTaskId(caller.name, readIdempotencyKey(request));
  const uploads = uploadsAmong([order.video, order.image], home);
  const creation = await taskObject(env, id).create({
    id,
    caller: caller.name,
    order,
    uploads,
    origin: home,
  });
  if ("refusal" in creation) throw new Refused(creation.refusal);
  const response = createAnswer(creation.taskId);
  if (creation.isRepeat) response.headers.set("Idempotent-Replayed", "true");
  return offering(response, config);
}

async function feed({ request, env, config, home }: Call, caller: Caller): Promise<Response> {
  const id = await readTaskId(request);
  // An id that this Worker never gives needs no object to be looked for, and nobody waits for it.
  if (!isTaskId(id)) return taskNotExist();
  const holdMs = Math.min(readWait(request), config.holdSeconds) * 1000;
  const { task, offersToHold } = await read(env, id, caller, holdMs);
  const response = task ? feedAnswer(task, home) : taskNotExist();
  return offersToHold ? offering(response, config) : response;
}

/** An object can be reset under a held read, by a deployment for one; then the task is read as it is now. */
async function read(env: Env, id: string, caller: Caller, holdMs: number): Promise<Reading> {
  try {
    return await taskObject(env, id).read(caller.name, holdMs);
  } catch (error) {
    if (holdMs === 0) throw error;
    log("hold.broken", { task: id, error: describe(error) });
    return taskObject(env, id).read(caller.name, 0);
  }
}

function offering(response: Response, { holdSeconds }: Config): Response {
  if (holdSeconds > 0) response.headers.set("Act-One-Wait", String(holdSeconds));
  return response;
}

async function upload({ request, env, config, home }: Call, caller: Caller): Promise<Response> {
  const fileName = readFileName(request);
  return takeUpload({ request, env, config, caller: caller.name, fileName, home });
}

/** The caller's own tasks, in the form of the service's own list. What is still running is read from its object. */
async function list({ request, env }: Call, caller: Caller): Promise<Response> {
  const query = readListQuery(new URL(request.url).searchParams, { platform: PLATFORM, action: ACTION });
  if (!query) return listAnswer([], 0, 1, 0);
  const { filter, word, page, pageSize } = query;
  // The ledger does not know which word a running task has: all of them are looked at.
  const wide = word === null ? filter : { ...filter, offset: 0, limit: MOST_RUNNING };
  const { tasks, total } = await ledgerOf(env).list(caller.name, wide);
  const seen = await Promise.all(
    tasks.map(async (listed) => ({
      listed,
      task: listed.status === null ? await viewOf(env, listed.id, caller) : undefined,
    })),
  );
  if (word === null) {
    return listAnswer(
      seen.map(({ listed, task }) => listRecord(listed, task)),
      total,
      page,
      pageSize,
    );
  }
  const matching = seen.filter(({ task }) => task && wordOf(task) === word);
  const shown = matching.slice(filter.offset, filter.offset + filter.limit);
  return listAnswer(
    shown.map(({ listed, task }) => listRecord(listed, task)),
    matching.length,
    page,
    pageSize,
  );
}

/** One request may ask this many objects. */
const MOST_RUNNING = 500;

async function viewOf(env: Env, id: string, caller: Caller): Promise<TaskView | undefined> {
  return (await taskObject(env, id).read(caller.name, 0)).task;
}

function listAnswer(items: object[], total: number, page: number, pageSize: number): Response {
  return Response.json({ success: true, message: "", data: { items, total, page, page_size: pageSize } });
}

async function remove({ env, path }: Call, caller: Caller): Promise<Response> {
  const id = path.match(TASK)?.[1] ?? "";
  const removal = isTaskId(id) ? await taskObject(env, id).remove(caller.name) : "not_found";
  if (removal === "removed") return new Response(null, { status: 204 });
  if (removal === "not_found") {
    throw new Refused({ status: 404, message: "There is no such task", code: "task_not_exist" });
  }
  throw new Refused({
    status: 409,
    message: "The task has not ended, and the service has no way to cancel it. Delete it when it has ended",
    code: "task_not_ended",
  });
}

/** Stored and answered at once; what it means for the task is found out afterwards. */
async function callback({ request, env, path }: Call): Promise<Response> {
  const { taskId = "", secret = "" } = readCallbackPath(path) ?? {};
  const body = await readText(request);
  const isOurs = isTaskId(taskId) && (await taskObject(env, taskId).callback(secret, body));
  if (!isOurs)
    throw new Refused({ status: 404, message: "There is no such callback URL", code: "not_found" });
  return new Response(null, { status: 204 });
}

async function file({ request, env, config, path }: Call, key: string): Promise<Response> {
  if (request.method === "OPTIONS") {
    checkOrigin(request, config);
    return preflight("GET, HEAD");
  }
  const response = isRead(request) ? await serveFile(request, key, env.OUTPUTS) : undefined;
  if (!response) throw notFound(request, path);
  return response;
}

async function checkRate(limit: RateLimit, key: string): Promise<void> {
  const { success } = await limit.limit({ key });
  if (success) return;
  throw new Refused({
    status: 429,
    message: "Too many requests from this caller",
    code: "rate_limited",
    retryAfter: LIMIT_RETRY_AFTER,
  });
}

function taskObject(env: Env, id: string): DurableObjectStub<TaskMethods> {
  return env.TASKS.get(env.TASKS.idFromName(id));
}

function isRead(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

function notFound(request: Request, path: string): Refused {
  // A callback's path or a file's holds a secret, in whatever spelling, and this is logged. Secrets and ids are long.
  const shown = path.replace(/[^/]{16,}/g, "…").slice(0, 100);
  return new Refused({ status: 404, message: `Invalid URL (${request.method} ${shown})`, code: "not_found" });
}
