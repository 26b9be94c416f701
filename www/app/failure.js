// Shows an `ActOneError` as it is: its message, the facts that support asks for, and each issue beside its field.
// The message already says what to do; this adds a title in plain words and nothing else.

import { ActOneError } from "act-one";
import { element } from "./page.js";
import { clearIssues, showIssues } from "./sources.js";

const panel = element("failure", HTMLElement);
const title = element("failure-title", HTMLElement);
const message = element("failure-message", HTMLElement);
const issueList = element("failure-issues", HTMLUListElement);
const warning = element("failure-warning", HTMLElement);
const facts = element("failure-facts", HTMLElement);

/** @type {Record<string, string>} */
const titles = {
  invalid_input: "This cannot be sent as it is",
  unauthorized: "The key was refused",
  forbidden: "The key has no access to this",
  rejected: "The service refused the request",
  rate_limited: "Too many requests for now",
  task_not_found: "The service does not know this task",
  task_failed: "The task failed",
  timeout: "No result within the time allowed",
  network: "No answer",
  server_error: "The service has a problem",
  bad_response: "The answer made no sense",
};

/** @param {unknown} error */
function titleOf(error) {
  return (error instanceof ActOneError && titles[error.code]) || "Something went wrong in this page";
}

/** Shows the error and moves the focus to what should be read first. @param {unknown} error */
export function showFailure(error) {
  title.textContent = titleOf(error);
  message.textContent = error instanceof Error ? error.message : String(error);
  warning.hidden = !(error instanceof ActOneError && error.taskMayExist);
  facts.replaceChildren(...(error instanceof ActOneError ? factsOf(error) : []));
  panel.hidden = false;
  panel.focus();
  const elsewhere = showIssues((error instanceof ActOneError && error.issues) || []);
  issueList.replaceChildren(...elsewhere.map(listItem));
}

export function clearFailure() {
  panel.hidden = true;
  clearIssues();
}

/** @param {ActOneError} error */
function factsOf(error) {
  /** @type {[string, string | number | null | undefined][]} */
  const known = [
    ["Code", error.code],
    ["HTTP status", error.status],
    ["Request id", error.requestId],
    ["Task", error.taskId],
  ];
  return known
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .flatMap(([name, value]) => [textElement("dt", name), textElement("dd", String(value))]);
}

/** @param {{ message: string }} issue */
function listItem({ message }) {
  return textElement("li", message);
}

/** @param {string} tag @param {string} text */
function textElement(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
