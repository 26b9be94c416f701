// The error on the stage: what happened in a visitor's words, the next thing to do, and the facts that fold out for
// whoever builds with the package.

import { confirm } from "../confirm.js";
import { create, element } from "../page.js";
import { wordsFor } from "../run/failure-words.js";
import { t } from "../words/text.js";

/** @typedef {import("../run/runs.js").Run} Run */
/** @typedef {import("../run/failure-words.js").Action} Action */

const panel = element("failure", HTMLElement);
const title = element("failure-title", HTMLElement);
const text = element("failure-text", HTMLElement);
const issues = element("failure-issues", HTMLElement);
const primary = element("failure-primary", HTMLButtonElement);
const account = element("failure-account", HTMLAnchorElement);
const secondary = element("failure-secondary", HTMLButtonElement);
const facts = element("failure-facts", HTMLElement);

/** Where the owner of a key sees every task that was paid. */
const ACCOUNT_URL = "https://api.cometapi.com/console/task";

/** @type {Run | null} */
let shown = null;
/** @type {(action: Action, run: Run) => void} */
let act = () => {};

/** @param {(action: Action, run: Run) => void} onAction */
export function openFailure(onAction) {
  act = onAction;
  account.href = ACCOUNT_URL;
  primary.addEventListener("click", () => {
    if (shown) act(/** @type {Action} */ (primary.dataset.action), shown);
  });
  secondary.addEventListener("click", async () => {
    const run = shown;
    if (!run) return;
    const asks = wordsFor(run).asksFirst;
    const question = {
      title: t("anyway.title"),
      text: t(`anyway.text.${run.service}`),
      yes: t("anyway.yes"),
    };
    if (!asks || (await confirm(question))) act("again", run);
  });
}

/** @param {Run} run */
export function showFailure(run) {
  const isNew = panel.hidden || shown !== run;
  shown = run;
  const words = wordsFor(run);
  title.textContent = words.title;
  text.textContent = words.text;
  issues.replaceChildren(...words.issues.map((issue) => create("li", "", issue)));
  primary.hidden = words.primary === null || words.primary === "account";
  account.hidden = words.primary !== "account";
  primary.dataset.action = words.primary ?? "";
  if (words.primary && words.primary !== "account") primary.textContent = t(`do.${words.primary}`);
  secondary.hidden = words.secondary === null;
  secondary.textContent = t(words.asksFirst ? "do.anyway" : "do.again");
  facts.replaceChildren(...factsOf(run));
  panel.hidden = false;
  if (isNew) panel.querySelector("details")?.removeAttribute("open");
  return isNew;
}

export function hideFailure() {
  panel.hidden = true;
  shown = null;
}

/** @param {Run} run */
function factsOf({ error, task, baseUrl }) {
  const known = [
    ["code", error?.code],
    ["HTTP status", error?.status],
    ["request id", error?.requestId],
    ["task", error?.taskId ?? task?.id],
    ["service", baseUrl],
    ["message", error?.message],
  ];
  return known
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .flatMap(([name, value]) => [create("dt", "", String(name)), create("dd", "", String(value))]);
}
