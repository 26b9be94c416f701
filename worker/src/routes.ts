// A request's way through the Worker: which route it asks for, whether it may, and the answer. Nothing is remembered
// here; the task's object does that.

import { type Caller, checkAccess } from "./access.ts";
import { createAnswer, feedAnswer } from "./answers.ts";
import { readCallbackPath } from "./callbacks.ts";
import { type Config, type Env, readConfig } from "./config.ts";
import { envelope, Refused, taskNotExist } from "./errors.ts";
import { readIdempotencyKey, readOrder, readTaskId, readText } from "./inputs.ts";
import { log } from "./log.ts";
import { checkOrigin, preflight, withCors } from "./origins.ts";
import { readOutputPath, serveOutput } from "./outputs.ts";
import { isTaskId, newTaskId } from "./task-id.ts";
import type { TaskObject } from "./task.ts";

const CREATE = "/runway/pro/act_one";
const FEED = "/runway/feed";

/** What the client is told to wait after hitting a limit, in seconds. */
const LIMIT_RETRY_AFTER = 10;

interface Call {
  request: Request;
  env: Env;
  config: Config;
  /** The path, below this Worker's address. */
  path: string;
  /** This Worker's own address, without a slash at its end. */
  home: string;
}

export async function answer(request: Request, env: Env): Promise<Response> {
  const requestId = request.headers.get("CF-Ray") ?? crypto.randomUUID();
  const { config, problems } = readConfig(env);
  const response = await route(request, env, config, problems).catch((error) => {
    if (error instanceof Refused) {
      const { status, code = "", message } = error.refusal;
      log("refused", { requestId, status, code, message });
      return envelope(error.refusal, requestId);
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
  const { origin, pathname: path } = new URL(request.url);
  if (path === "/healthz" && isRead(request)) return health(problems);
  if (!config) {
    log("not_configured", { problems: problems?.join("; ") });
    throw new Refused({
      status: 403,
      message: "This Worker is not set up yet and lets nobody in. /healthz says what is missing",
      code: "not_configured",
    });
  }
  const call = { request, env, config, path, home: config.publicUrl ?? origin };
  if (path === CREATE || path === FEED) return taskRoute(call);
  const outputId = readOutputPath(path);
  if (outputId !== undefined) return output(call, outputId);
  if (request.method === "POST" && readCallbackPath(path)) return callback(call);
  throw notFound(request, path);
}

async function taskRoute(call: Call): Promise<Response> {
  const { request, env, config, path } = call;
  checkOrigin(request, config);
  if (request.method === "OPTIONS") return preflight("POST");
  if (request.method !== "POST") throw notFound(request, path);
  const caller = await checkAccess(request, config);
  await checkRate(path === CREATE ? env.CREATE_LIMIT : env.READ_LIMIT, caller.limitedBy);
  return path === CREATE ? create(call, caller) : feed(call, caller);
}

async function create({ request, env, config, home }: Call, caller: Caller): Promise<Response> {
  const order = await readOrder(request, config);
  const id = await newTaskId(caller.name, readIdempotencyKey(request));
  const creation = await taskObject(env, id).create({ id, caller: caller.name, order, origin: home });
  if ("refusal" in creation) throw new Refused(creation.refusal);
  const response = createAnswer(creation.taskId);
  if (creation.isRepeat) response.headers.set("Idempotent-Replayed", "true");
  return response;
}

async function feed({ request, env, home }: Call, caller: Caller): Promise<Response> {
  const id = await readTaskId(request);
  // An id that this Worker never gives needs no object to be looked for.
  const task = isTaskId(id) ? await taskObject(env, id).read(caller.name) : undefined;
  return task ? feedAnswer(task, home) : taskNotExist();
}

/** Stored and answered at once; what it means for the task is found out afterwards. */
async function callback({ request, env, path }: Call): Promise<Response> {
  const { taskId = "", secret = "" } = readCallbackPath(path) ?? {};
  const body = await readText(request);
  const isOurs = isTaskId(taskId) && (await taskObject(env, taskId).callback(secret, body));
  if (!isOurs)
    throw new Refused({ status: 404, message: "There is no such callback address", code: "not_found" });
  return new Response(null, { status: 204 });
}

async function output({ request, env, config, path }: Call, outputId: string): Promise<Response> {
  if (request.method === "OPTIONS") {
    checkOrigin(request, config);
    return preflight("GET, HEAD");
  }
  const response = isRead(request) ? await serveOutput(request, outputId, env.OUTPUTS) : undefined;
  if (!response) throw notFound(request, path);
  return response;
}

function health(problems: string[] | undefined): Response {
  return Response.json({ ok: !problems, ...(problems && { problems }) }, { status: problems ? 503 : 200 });
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

function taskObject(env: Env, id: string): DurableObjectStub<TaskObject> {
  return env.TASKS.get(env.TASKS.idFromName(id));
}

function isRead(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

function notFound(request: Request, path: string): Refused {
  // A callback's path or a video's holds a secret, and this is logged.
  const shown = path.replace(/^\/(callback|outputs)\/.*/, "/$1/…").slice(0, 100);
  return new Refused({ status: 404, message: `Invalid URL (${request.method} ${shown})`, code: "not_found" });
}
