// The account's task list, for a person's access token: which of the sandbox's tasks a request asks for, and the
// gateway's records of them. It also knows the tasks that somebody else makes on the same account.

import { unixSeconds, wordOf } from "./shapes.js";

/** @typedef {import("./index.js").SandboxTask} SandboxTask */
/** @typedef {import("./options.js").Settings} Settings */
/** @typedef {{ task: SandboxTask, platform: string, action: string }} Listed */

const MOST_PER_PAGE = 100;
const USUAL_PER_PAGE = 20;

/** $0.40, where 500,000 are one dollar. */
const QUOTA = 200_000;

/** @type {Record<string, (page: { items: object[], total: number, page: number, page_size: number }) => unknown>} */
const forms = {
  items: (page) => page,
  list: ({ items }) => items,
  nested: (page) => ({ data: page.items, total: page.total }),
};

export const listShapes = () => Object.keys(forms);

/**
 * @param {Request} request
 * @param {Listed[]} all in the order in which they were made
 * @param {Settings} settings
 */
export function listAnswer(request, all, settings) {
  const { accessTokens, clock, speed } = settings;
  const [, token] = request.headers.get("Authorization")?.match(/^Bearer +(\S+)$/i) ?? [];
  if (token === undefined) return refusal(401, "not logged in and no access token given");
  if (accessTokens && !accessTokens.includes(token)) return refusal(200, "the access token is not valid");

  const query = new URL(request.url).searchParams;
  const listedUntil = clock.now() - settings.listLag / speed;
  const wanted = all.filter((one) => one.task.submittedAt <= listedUntil && matches(one, query)).reverse();
  const page = Math.max(Number(query.get("p")) || 1, 1);
  const size = Math.min(Math.max(Number(query.get("page_size")) || USUAL_PER_PAGE, 1), MOST_PER_PAGE);
  const items = wanted.slice((page - 1) * size, page * size).map((one) => listRecord(one, settings));
  const data = forms[settings.listShape]({ items, total: wanted.length, page, page_size: size });
  return Response.json({ success: true, message: "", data });
}

/** @param {Listed} listed @param {URLSearchParams} query */
function matches({ task, platform, action }, query) {
  const asked = (/** @type {string} */ name) => query.get(name) || undefined;
  const submitted = unixSeconds(task.submittedAt);
  return (
    (asked("platform") ?? platform) === platform &&
    (asked("task_id") ?? task.id) === task.id &&
    (asked("action") ?? action) === action &&
    (asked("status") ?? wordOf("gateway", task)) === wordOf("gateway", task) &&
    submitted >= Number(asked("start_timestamp") ?? 0) &&
    submitted <= Number(asked("end_timestamp") ?? Infinity)
  );
}

/** @param {Listed} listed @param {Settings} settings */
function listRecord({ task, platform, action }, { listedInput }) {
  const ended = task.status === "succeeded" || task.status === "failed";
  const sent = { video: task.video, image: task.image, callback_url: task.callbackUrl };
  const fields = listedInput?.fields ?? /** @type {(keyof typeof sent)[]} */ (Object.keys(sent));
  const shown = Object.fromEntries(fields.map((name) => [name, sent[name]]));
  /** @type {Record<string, object>} */
  const places = {
    properties: { properties: { input: JSON.stringify(shown) } },
    input: { input: shown },
    data: { data: { data: shown } },
  };
  return {
    created_at: unixSeconds(task.submittedAt),
    platform,
    task_id: task.id,
    action,
    status: wordOf("gateway", task),
    model_name: "runwayml_act_one",
    progress: `${Math.round(task.progress * 100)}%`,
    quota: QUOTA,
    fail_reason: task.status === "failed" ? task.failReason : "",
    submit_time: unixSeconds(task.submittedAt),
    start_time: task.status === "queued" ? 0 : unixSeconds(task.startsAt),
    finish_time: ended ? unixSeconds(task.finishesAt) : 0,
    ...(listedInput && places[listedInput.place]),
  };
}

/** @param {number} status @param {string} message */
function refusal(status, message) {
  return Response.json({ success: false, message }, { status });
}
