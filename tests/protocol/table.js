// Writes README.md beside it: what the package makes of each case. `node tests/protocol/table.js`

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { casesOf, read, received, submitted, waitedFor } from "./cases.js";

/** @typedef {import("./cases.js").Outcome} Outcome */

/** @param {import("./cases.js").Functions} actOne */
export async function table(actOne) {
  const creates = await rows(casesOf("create"), async (found) => told(await submitted(actOne, found)));
  const feeds = await rows(casesOf("feed"), async (found) => {
    const once = told(await read(actOne, found));
    const wait = await waitedFor(actOne, found);
    return `${once}; a wait ${wait.reads > 1 ? "reads on" : wait.task ? "ends with it" : `ends with \`${wait.error?.code}\``}`;
  });
  const callbacks = await rows(casesOf("callback"), async (found) => {
    const [[, outcome] = []] = received(actOne, found);
    return outcome ? told(await outcome) : "";
  });
  return `# What becomes of which answer

The bodies in this folder are those that CometAPI and its nearest siblings publish; those in \`cases/\` are shown by public
code and pages of the gateway's family. Each is read natively (\`src/wire/tests\`) and through the packed package
(\`cases.test.js\`). This file is written by \`node tests/protocol/table.js\`.

## Answers to a create, as \`submit\` takes them

${creates}

## Answers to a feed, as \`getTask\` and a wait take them

${feeds}

## Callbacks, as \`parseCallback\` takes them

As a \`Request\`, text, a decoded object, \`Uint8Array\`, \`ArrayBuffer\` or \`Buffer\`.

${callbacks}
`;
}

/**
 * @param {import("./cases.js").Case[]} cases
 * @param {(found: import("./cases.js").Case) => Promise<string>} resultOf
 */
async function rows(cases, resultOf) {
  const lines = ["| case | source | result |", "| --- | --- | --- |"];
  // The kinds that point at the case before have its source.
  let source = "";
  for (const found of cases) {
    if (!/^same/.test(found.source)) source = found.source;
    lines.push(`| ${[found.name, source, await resultOf(found)].map(cell).join(" | ")} |`);
  }
  return lines.join("\n");
}

/** @param {Outcome} outcome */
function told({ task, error }) {
  if (!task) return `\`${error?.code}\`${error?.taskMayExist ? ", a task may exist" : ""}`;
  const details = [
    task.status,
    task.progress !== null && task.status !== "succeeded" ? `${Math.round(task.progress * 100)} %` : "",
    task.failReason !== null ? `"${task.failReason}"` : "",
  ];
  return details.filter(Boolean).join(", ");
}

/** @param {string} text */
const cell = (text) => text.replaceAll("|", "\\|");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("README.md", import.meta.url), await table(await import("act-one")));
}
