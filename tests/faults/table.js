// The campaign's one table, as Markdown: a row for what was counted, a column for a client.

import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** @typedef {import("./verdict.js").Verdict} Verdict */

/** @type {Record<string, (verdict: Verdict) => string>} */
const ROWS = {
  "paid tasks per run asked for": ({ paidTasks, runs }) => (paidTasks / runs).toFixed(3),
  "runs paid more than once": ({ paidTwice }) => String(paidTwice),
  "results delivered": ({ delivered, runs }) => `${delivered} of ${runs}`,
  "not delivered, but the error leads to the paid task (its id, or that it may exist)": ({ ledTo }) =>
    String(ledTo),
  "paid tasks neither delivered nor named by the error (by their id)": ({ unnamed }) => String(unnamed),
  "results lost: paid for, not delivered, and the error does not lead there": ({ lost }) => String(lost),
  "… of these, named by an earlier callback": ({ lostYetNamed }) => String(lostYetNamed),
  "abort to end of call, median": ({ abortMedian }) => milliseconds(abortMedian),
  "abort to end of call, worst": ({ abortWorst }) => milliseconds(abortWorst),
  "aborts that took more than one turn of the event loop": ({ lateAborts, aborts }) =>
    `${lateAborts} of ${aborts}`,
  "aborted calls that resolved instead of rejecting": ({ abortsThatResolved }) => String(abortsThatResolved),
  "calls that had not ended after 60 s (20 s after an abort)": ({ notEnded }) => String(notEnded),
  "unhandled rejections": ({ unhandled }) => String(unhandled),
};

/** What stands above each client's column. @type {Record<string, () => string>} */
const TITLES = {
  "act-one": () => "act-one",
  "act-one-token": () => "act-one with an `accessToken`",
  fal: () => `@fal-ai/client ${version("@fal-ai/client")}`,
  replicate: () => `replicate ${version("replicate")}`,
  runway: () => `@runwayml/sdk ${version("@runwayml/sdk")}`,
};

/** @param {{ seed: number, verdicts: Record<string, Verdict> }} campaign each client's, ours among them */
export function markdown({ seed, verdicts }) {
  const titles = Object.keys(verdicts).map((client) => TITLES[client]());
  const columns = Object.values(verdicts);
  const lines = [
    line(["", ...titles]),
    line(["---", ...titles.map(() => "---:")]),
    ...Object.entries(ROWS).map(([name, cell]) => line([name, ...columns.map(cell)])),
  ];
  const date = new Date().toISOString().slice(0, 10);
  const runs = verdicts["act-one"].runs;
  const legend =
    `Seed ${seed}, ${date}, Node ${process.versions.node}; ${runs} runs each, and further ones that were aborted. ` +
    "Half of the creates and a third of the reads meet a fault. With the token, every other run has a service whose task " +
    "list does not say what was sent, and a lost task is named among the candidates.";
  const ofPeers =
    " Peers with their defaults, but for replicate's polling mode and a request timeout of 1 s for @runwayml/sdk, the same " +
    "as ours. What had not ended hung on a connection that stays silent, which Node's own fetch gives up after 300 s.";
  return `${lines.join("\n")}\n\n${legend}${"fal" in verdicts ? ofPeers : ""}`;
}

/** @param {number | undefined} ms */
function milliseconds(ms) {
  if (ms === undefined) return "–";
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** @param {string[]} cells */
function line(cells) {
  return `| ${cells.join(" | ")} |`;
}

/**
 * Of the package as it is installed; not all of them export their package.json.
 *
 * @param {string} name
 */
function version(name) {
  return require("./package.json").dependencies[name];
}
