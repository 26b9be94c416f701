// The code that does what the page is set to do, kept in step with the fields, and the button that copies it.

import { copyText } from "./copy.js";
import { announce, element } from "./page.js";
import { t } from "./words/text.js";

const code = element("snippet", HTMLElement);
const copy = element("copy-code", HTMLButtonElement);

const COPIED_SHOWN_MS = 2000;

/**
 * @param {{ video: string, image: string }} input
 * @param {{ baseUrl: string, pollInterval?: number }} options
 */
export function showSnippet(input, options) {
  code.replaceChildren(
    ...[word("import"), " { run } ", word("from"), " ", text("act-one"), ";\n\n"],
    ...[word("const"), " controller = ", word("new"), " AbortController();\n"],
    ...[word("const"), " task = ", word("await"), " run(\n  {\n"],
    ...["    video: ", text(input.video), ",\n"],
    ...["    image: ", text(input.image), ",\n  },\n  {\n"],
    ...["    baseUrl: ", text(options.baseUrl), ", ", note("// adds the key"), "\n"],
    ...(options.pollInterval ? [`    pollInterval: ${options.pollInterval},\n`] : []),
    ...["    signal: controller.signal,\n"],
    ...["    onUpdate: (task) => (bar.value = task.progress ?? 0),\n  },\n);\n"],
    ...["player.src = task.videoUrl;\n"],
  );
}

copy.addEventListener("click", async () => {
  const copied = await copyText(code.textContent ?? "");
  if (!copied) getSelection()?.selectAllChildren(code);
  copy.textContent = t(copied ? "copied" : "selected");
  announce(copy.textContent);
  setTimeout(() => (copy.textContent = t("code.copy")), COPIED_SHOWN_MS);
});

const word = (/** @type {string} */ content) => token("word", content);
const text = (/** @type {string} */ content) => token("text", JSON.stringify(content));
const note = (/** @type {string} */ content) => token("note", content);

/** @param {"word" | "text" | "note"} kind @param {string} content */
function token(kind, content) {
  const span = document.createElement("span");
  span.className = `token-${kind}`;
  span.textContent = content;
  return span;
}
