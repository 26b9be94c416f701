// The services that the clients under test speak to, all on one task engine: the package's own sandbox. Ours speaks
// to it as it is; for each peer a small stand-in translates from the peer's protocol, as far as its client's way
// from submission to result needs it.

import { serve as listen } from "srvx";
import { createSandbox } from "../../sandbox/index.js";

/** A task takes a second here instead of minutes; the times of the protocol are in proportion. */
const ENGINE = { queueTime: 200, runTime: 1_000, checkMedia: false, listLag: 1_500 };

/** How long right after create the gateway does not know the task yet. The peers' services have no such time. */
const INVISIBLE_MS = 150;

/** @typedef {import("../../sandbox/index.js").Sandbox} Sandbox */
/** @typedef {import("../../sandbox/index.js").SandboxTask} SandboxTask */

/**
 * @param {keyof typeof PROTOCOLS} name
 * @param {import("../../sandbox/index.js").SandboxOptions} [options]
 */
export async function startService(name, options) {
  const invisibleFor = name === "act-one" ? INVISIBLE_MS : 0;
  const sandbox = createSandbox({ ...ENGINE, invisibleFor, ...options });
  const answer = PROTOCOLS[name];
  const server = listen({
    port: 0,
    hostname: "127.0.0.1",
    silent: true,
    gracefulShutdown: false,
    fetch: (request) => answer(request, sandbox),
  });
  await server.ready();
  return { url: String(server.url).replace(/\/$/, ""), sandbox, close: () => server.close(true) };
}

const PROTOCOLS = {
  /** @param {Request} request @param {Sandbox} sandbox */
  "act-one": (request, sandbox) => sandbox.fetch(request),

  /** https://docs.fal.ai/model-apis/model-endpoints/queue @param {Request} request @param {Sandbox} sandbox */
  async fal(request, sandbox) {
    const [, id, isStatus] = request.url.match(/\/requests\/([^/?]+)(\/status)?/) ?? [];
    if (!id) {
      const created = await create(await request.json(), sandbox);
      return Response.json({ request_id: created, status: "IN_QUEUE", queue_position: 0 });
    }
    const task = sandbox.tasks.get(id);
    if (!task) return Response.json({ detail: "Request not found" }, { status: 404 });
    if (!isStatus) return Response.json({ video: { url: task.results.video } });
    const status = {
      queued: "IN_QUEUE",
      running: "IN_PROGRESS",
      succeeded: "COMPLETED",
      failed: "COMPLETED",
    };
    return Response.json({ status: status[task.status], request_id: id, logs: [] });
  },

  /** https://replicate.com/docs/reference/http @param {Request} request @param {Sandbox} sandbox */
  async replicate(request, sandbox) {
    const [, id, isCancel] = request.url.match(/\/predictions\/([^/?]+)(\/cancel)?/) ?? [];
    if (!id) {
      const { input } = await request.json();
      const created = await create(input, sandbox);
      return Response.json({ id: created, status: "starting", output: null, error: null }, { status: 201 });
    }
    const task = sandbox.tasks.get(id);
    if (!task) return Response.json({ detail: "Not found" }, { status: 404 });
    if (isCancel) return Response.json({ id, status: "canceled", output: null, error: null });
    const status = { queued: "starting", running: "processing", succeeded: "succeeded", failed: "failed" };
    return Response.json({ id, status: status[task.status], output: resultOf(task), error: null });
  },

  /** https://docs.dev.runwayml.com/api/ @param {Request} request @param {Sandbox} sandbox */
  async runway(request, sandbox) {
    const [, id] = request.url.match(/\/v1\/tasks\/([^/?]+)/) ?? [];
    if (!id) {
      const { reference, character } = await request.json();
      return Response.json({ id: await create({ video: reference.uri, image: character.uri }, sandbox) });
    }
    const task = sandbox.tasks.get(id);
    if (!task) return Response.json({ error: "Not found" }, { status: 404 });
    const status = { queued: "PENDING", running: "RUNNING", succeeded: "SUCCEEDED", failed: "FAILED" };
    const result = resultOf(task);
    const createdAt = new Date(task.submittedAt).toISOString();
    return Response.json({ id, status: status[task.status], createdAt, ...(result && { output: [result] }) });
  },
};

/** @param {SandboxTask} task */
function resultOf(task) {
  return task.status === "succeeded" ? task.results.video : null;
}

/**
 * @param {{ video: string, image: string }} input
 * @param {Sandbox} sandbox
 * @returns {Promise<string>} the new task's id
 */
async function create({ video, image }, sandbox) {
  const response = await sandbox.fetch("http://sandbox.invalid/runway/pro/act_one", {
    method: "POST",
    headers: { authorization: "Bearer sk-sandbox" },
    body: JSON.stringify({ video, image, callback_url: "https://callback.invalid/" }),
  });
  return (await response.json()).data.task_id;
}
