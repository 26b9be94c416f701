// What each contestant's service answers, as text ready to be sent: the services' own records of a task that runs, of
// about one size. A service counts requests and looks at none, so that answering costs the same for all.

const ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50";
/** What all of them give in the end. */
export const RESULT = "https://cdn.example/act-one/result.mp4";

/** The task is near its end: ours, which looks seldom at one that has just begun, does not look long for it. */
const submitted = Math.round(Date.now() / 1_000) - 75;
const createdAt = new Date(submitted * 1_000).toISOString();
const startedAt = new Date((submitted + 8) * 1_000).toISOString();

/**
 * @typedef {object} Records
 * @property {object} created
 * @property {(percent: number) => object} running
 * @property {object} done
 * @property {object} [result]
 */

/** https://apidoc.cometapi.com: the gateway's record around the provider's. @param {object} record @param {object} provider */
const gateway = (record, provider) => ({
  code: "success",
  message: "",
  data: {
    task_id: ID,
    action: "ACT_ONE",
    fail_reason: "",
    submit_time: submitted,
    start_time: submitted + 8,
    finish_time: 0,
    ...record,
    data: { id: ID, createdAt, ...provider },
  },
});

/** @type {Records} */
const comet = {
  created: { code: 200, msg: "success", data: { task_id: ID }, exec_time: 0.028943 },
  running: (percent) =>
    gateway(
      { status: "IN_PROGRESS", progress: `${percent}%` },
      { status: "RUNNING", progress: percent / 100 },
    ),
  done: gateway(
    { status: "SUCCESS", progress: "100%", finish_time: submitted + 83 },
    { status: "SUCCEEDED", output: [RESULT] },
  ),
};

/** https://docs.fal.ai/model-apis/model-endpoints/queue @param {object} record */
const fal = (record) => ({
  request_id: ID,
  response_url: `https://queue.fal.run/fal-ai/act-one/requests/${ID}`,
  status_url: `https://queue.fal.run/fal-ai/act-one/requests/${ID}/status`,
  cancel_url: `https://queue.fal.run/fal-ai/act-one/requests/${ID}/cancel`,
  logs: null,
  metrics: {},
  ...record,
});

/** https://replicate.com/docs/reference/http @param {object} record */
const replicate = (record) => ({
  id: ID,
  model: "runway/act-one",
  version: "hidden",
  input: { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.jpg" },
  logs: "",
  output: null,
  error: null,
  created_at: createdAt,
  urls: {
    cancel: `https://api.replicate.com/v1/predictions/${ID}/cancel`,
    get: `https://api.replicate.com/v1/predictions/${ID}`,
  },
  ...record,
});

/** https://docs.dev.runwayml.com/api/ @param {object} record */
const runway = (record) => ({ id: ID, createdAt, ...record });

/** https://docs.lumalabs.ai/reference/getgeneration @param {object} record */
const luma = (record) => ({
  id: ID,
  generation_type: "video",
  failure_reason: null,
  created_at: createdAt,
  assets: null,
  model: "ray-2",
  request: {
    generation_type: "video",
    prompt: "a person who talks",
    aspect_ratio: "16:9",
    keyframes: { frame0: { type: "image", url: "https://media.example/portrait.jpg" } },
  },
  ...record,
});

/** @type {Record<string, Records>} */
const RECORDS = {
  "act-one": comet,
  "act-one-own-fetch": comet,
  hand: comet,
  "hand-request": comet,
  fal: {
    created: fal({ status: "IN_QUEUE", queue_position: 0 }),
    running: () => fal({ status: "IN_PROGRESS" }),
    done: fal({ status: "COMPLETED" }),
    result: { video: { url: RESULT } },
  },
  replicate: {
    created: replicate({ status: "starting" }),
    running: (percent) => replicate({ status: "processing", started_at: startedAt, logs: `${percent}%|███` }),
    done: replicate({ status: "succeeded", output: RESULT }),
  },
  runway: {
    created: { id: ID },
    running: (percent) => runway({ status: "RUNNING", progress: percent / 100 }),
    done: runway({ status: "SUCCEEDED", output: [RESULT] }),
  },
  luma: {
    created: luma({ state: "queued" }),
    running: () => luma({ state: "dreaming" }),
    done: luma({ state: "completed", assets: { video: RESULT } }),
  },
};

/** No two answers in a row are the same: what a client could save by comparing them is no part of a poll's cost. */
const PERCENTS = [90, 91, 92, 93, 94, 95, 96, 97, 98, 99];

/**
 * A service of one task, as the `fetch` that reaches it: says `running` so often, then that it is done.
 *
 * @param {string} contestant
 * @param {{ running: number, created?: boolean }} task `created`: whether the first request creates it
 */
export function serviceOf(contestant, { running, created = false }) {
  const { created: accepted, running: atPercent, done, result = done } = RECORDS[contestant];
  const texts = {
    created: JSON.stringify(accepted),
    running: PERCENTS.map((percent) => JSON.stringify(atPercent(percent))),
    done: JSON.stringify(done),
    result: JSON.stringify(result),
  };
  const firstRead = created ? 1 : 0;
  const service = { requests: 0, fetch };
  return service;

  async function fetch() {
    const text = textOf(service.requests++ - firstRead);
    return new Response(text, { headers: { "content-type": "application/json" } });
  }

  /** @param {number} read */
  function textOf(read) {
    if (read < 0) return texts.created;
    if (read < running) return texts.running[read % PERCENTS.length];
    return read === running ? texts.done : texts.result;
  }
}
