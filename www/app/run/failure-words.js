// What a visitor is told about an error, and what they can do next: the first thing to do, a second one, and whether
// that one has to be confirmed because a paid task may exist. It knows codes, not elements.

import { hasText, t } from "../words/text.js";

/**
 * @typedef {"again" | "watch" | "change" | "connect" | "reload" | "account"} Action
 * @typedef {object} Words
 * @property {string} title
 * @property {string} text
 * @property {string[]} issues
 * @property {Action | null} primary
 * @property {"again" | "change" | null} secondary
 * @property {boolean} asksFirst whether `secondary` may pay a second time
 */

/** Errors in which what the service says is for the visitor. */
const quoted = new Set(["rejected", "task_failed"]);

/** @param {import("./runs.js").Run} run @returns {Words} */
export function wordsFor(run) {
  const error = run.error;
  if (!error) throw new Error("A run without an error has nothing to tell");
  const { code } = error;
  const isWatched = run.task !== null && !["task_failed", "task_not_found"].includes(code);
  const title = isWatched ? t("failure.lost.title") : titleOf(code, error.taskMayExist);
  const reason =
    code === "task_failed" ? run.task?.failReason : quoted.has(code) ? reasonIn(error.message) : "";
  const parts = [textOf(code, isWatched, error.taskMayExist), reason ? t("failure.says", { reason }) : ""];
  return {
    title,
    text: parts.filter(Boolean).join(" "),
    issues: issuesOf(error),
    ...next(run, isWatched),
  };
}

/** @param {string} code @param {boolean} taskMayExist */
function titleOf(code, taskMayExist) {
  if (taskMayExist) return t("failure.doubt.title");
  return t(hasText(`failure.${code}.title`) ? `failure.${code}.title` : "failure.page.title");
}

/** @param {string} code @param {boolean} isWatched @param {boolean} taskMayExist */
function textOf(code, isWatched, taskMayExist) {
  if (isWatched) return t("failure.lost.text");
  if (taskMayExist) return t("failure.doubt.text");
  return t(hasText(`failure.${code}.text`) ? `failure.${code}.text` : "failure.page.text");
}

/** @param {import("./runs.js").Run} run @param {boolean} isWatched @returns {Pick<Words, "primary" | "secondary" | "asksFirst">} */
function next({ error, service }, isWatched) {
  if (isWatched) return { primary: "watch", secondary: "again", asksFirst: true };
  if (error?.taskMayExist)
    return { primary: service === "sandbox" ? null : "account", secondary: "again", asksFirst: true };
  const calm = { secondary: /** @type {null} */ (null), asksFirst: false };
  switch (error?.code) {
    case "invalid_input":
    case "rejected":
    case "task_failed":
    case "too_large":
      return { primary: "change", secondary: "again", asksFirst: error.code === "task_failed" };
    case "unauthorized":
    case "forbidden":
      return service === "worker"
        ? { primary: "connect", secondary: "again", asksFirst: false }
        : { primary: "again", ...calm };
    case "task_not_found":
      return { primary: "watch", secondary: "again", asksFirst: true };
    case "wasm_unavailable":
      return { primary: "reload", ...calm };
    default:
      return { primary: "again", ...calm };
  }
}

/** Each issue with its field's name on the page. @param {import("./run-error.js").KeptError} error */
function issuesOf({ issues }) {
  return issues
    .filter(({ path }) => path === "video" || path === "image")
    .map(({ path }) => t("failure.issue", { field: t(`${path}.label`) }));
}

/** The service's own words, without what surrounds them for a developer. @param {string} message */
function reasonIn(message) {
  const quote = message.match(/["“](.+)["”]/)?.[1] ?? message;
  return quote.replace(/\s*\(request id:[^)]*\)/i, "").slice(0, 300);
}
