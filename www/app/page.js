// The page's own facts: its elements, by id and of the kind that index.html promises, and the service that the
// server says stands behind it. It shows nothing and listens to nothing.

/**
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function element(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no ${kind.name} with the id "${id}"`);
  return found;
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function create(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/**
 * `sandbox`: the stand-in, free of charge. `live`: the real service, through a server that holds the key. `worker`: the
 * Worker on this machine, before a sandbox of its own.
 *
 * @type {"sandbox" | "live" | "worker"}
 */
export const ownService = /** @type {any} */ (document.documentElement.dataset.service ?? "sandbox");

/** Where that service's routes are, absolute. */
export const ownServiceUrl = new URL(document.documentElement.dataset.baseUrl ?? "/sandbox", location.href)
  .href;

export const prefersStillness = matchMedia("(prefers-reduced-motion: reduce)");

const announcement = element("announcement", HTMLElement);

/** Says something to those who listen to the page. Only what is new is said. @param {string} text */
export function announce(text) {
  if (announcement.textContent !== text) announcement.textContent = text;
}
