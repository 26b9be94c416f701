// What each contestant's service answers, as text ready to be sent: the services' own records of a task that runs, of
// about one size. A service counts requests and looks at none, so that answering costs the same for all.

const ID = "3d957031-9a2a-45e2-9dc7-bc8513059c50";
/** What all of them give in the end. */
export const RESULT = "https://cdn.example/act-one/result.mp4";

/**
 * @typedef {object} Records
 * @property {object} created
 * @property {(percent: number) => object} running
 * @property {object} done
 * @property {object} [result]
 */

/** The seconds that a task of ours waits for its turn, and those that it takes in all. */
const QUEUED_S = 8;
const TASK_S = 75;

/** @param {number} seconds since 1970 */
const asIso = (seconds) => new Date(seconds * 1_000).toISOString();

/** https://apidoc.cometapi.com: the gateway's record around the provider's. @param {number} submitted @param {object} record @param {object} provider */
const gateway = (submitted, record, provider) => ({
  code: "success",
  message: "",
  data: {
    task_id: ID,
    action: "ACT_ONE",
    fail_reason: "",
    submit_time: submitted,
    start_time: submitted + QUEUED_S,
    finish_time: 0,
    ...record,
    data: { id: ID, createdAt: asIso(submitted), ...provider },
  },
});

/** @param {number} submitted @returns {Records} */
const comet = (submitted) => ({
  created: { code: 200, msg: "success", data: { task_id: ID }, exec_time: 0.028943 },
  running: (percent) =>
    gateway(
      submitted,
      { status: "IN_PROGRESS", progress: `${percent}%` },
      { status: "RUNNING", progress: percent / 100 },
    ),
  done: gateway(
    submitted,
    { status: "SUCCESS", progress: "100%", finish_time: submitted + TASK_S },
    { status: "SUCCEEDED", output: [RESULT] },
  ),
});

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

/** https://replicate.com/docs/reference/http @param {number} submitted @param {object} record */
const replicate = (submitted, record) => ({
  id: ID,
  model: "runway/act-one",
  version: "hidden",
  input: { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.jpg" },
  logs: "",
  output: null,
  error: null,
  created_at: asIso(submitted),
  urls: {
    cancel: `https://api.replicate.com/v1/predictions/${ID}/cancel`,
    get: `https://api.replicate.com/v1/predictions/${ID}`,
  },
  ...record,
});

/** https://docs.dev.runwayml.com/api/ @param {number} submitted @param {object} record */
const runway = (submitted, record) => ({ id: ID, createdAt: asIso(submitted), ...record });

/** https://docs.lumalabs.ai/reference/getgeneration @param {number} submitted @param {object} record */
const luma = (submitted, record) => ({
  id: ID,
  generation_type: "video",
  failure_reason: null,
  created_at: asIso(submitted),
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

/** @type {Record<string, (submitted: number) => Records>} seconds since 1970 */
const RECORDS = {
  "act-one": comet,
  "act-one-own-fetch": comet,
  hand: comet,
  "hand-request": comet,
  fal: () => ({
    created: fal({ status: "IN_QUEUE", queue_position: 0 }),
    running: () => fal({ status: "IN_PROGRESS" }),
    done: fal({ status: "COMPLETED" }),
    result: { video: { url: RESULT } },
  }),
  replicate: (submitted) => ({
    created: replicate(submitted, { status: "starting" }),
    running: (percent) =>
      replicate(submitted, {
        status: "processing",
        started_at: asIso(submitted + QUEUED_S),
        logs: `${percent}%|███`,
      }),
    done: replicate(submitted, { status: "succeeded", output: RESULT }),
  }),
  runway: (submitted) => ({
    created: { id: ID },
    running: (percent) => runway(submitted, { status: "RUNNING", progress: percent / 100 }),
    done: runway(submitted, { status: "SUCCEEDED", output: [RESULT] }),
  }),
  luma: (submitted) => ({
    created: luma(submitted, { state: "queued" }),
    running: () => luma(submitted, { state: "dreaming" }),
    done: luma(submitted, { state: "completed", assets: { video: RESULT } }),
  }),
};

/** No two answers in a row are the same: what a client could save by comparing them is no part of a poll's cost. */
const PERCENTS = [90, 91, 92, 93, 94, 95, 96, 97, 98, 99];

/**
 * A service of one task near its end, as the `fetch` that reaches it: says `running` so often, then that it is done. It
 * does not begin with the task: ours looks seldom at one that has just begun, and would not look long for it.
 *
 * @param {string} contestant
 * @param {{ running: number, created?: boolean }} task `created`: whether the first request creates it
 */
export function serviceOf(contestant, { running, created = false }) {
  const submitted = Math.round(Date.now() / 1_000) - TASK_S;
  const { created: accepted, running: atPercent, done, result = done } = RECORDS[contestant](submitted);
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

/**
 * A service of one task at the pace of the real one: created by the first request, done after 75 s, its progress in
 * steps of 10 %.
 *
 * @param {string} contestant
 * @returns {() => string} what it answers now
 */
export function pacedServiceOf(contestant) {
  /** @type {number | undefined} */
  let submitted;
  let wasDone = false;
  return () => {
    const now = Date.now() / 1_000;
    const records = RECORDS[contestant](Math.round((submitted ??= now)));
    const age = now - submitted;
    if (age === 0) return JSON.stringify(records.created);
    const percent = 10 * Math.max(0, Math.floor((10 * (age - QUEUED_S)) / (TASK_S - QUEUED_S)));
    if (age < TASK_S) return JSON.stringify(records.running(percent));
    const record = wasDone ? (records.result ?? records.done) : records.done;
    wasDone = true;
    return JSON.stringify(record);
  };
}
