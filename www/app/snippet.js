// The code that does what the page is set to do, kept in step with the fields, and the button that copies it.

import { element } from "./page.js";

const code = element("snippet", HTMLElement);
const copy = element("copy", HTMLButtonElement);
const announcement = element("announcement", HTMLElement);

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
  const copied = await navigator.clipboard.writeText(code.textContent ?? "").then(
    () => true,
    () => false,
  );
  if (!copied) getSelection()?.selectAllChildren(code);
  const outcome = copied ? "Copied" : "Selected: copy it with your keyboard";
  copy.textContent = outcome;
  announcement.textContent = outcome;
  setTimeout(() => (copy.textContent = "Copy the code"), COPIED_SHOWN_MS);
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
