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
 * `sandbox`: the stand-in, free of charge. `live`: the real service, through a server that holds the key. `worker`: the
 * Worker on this machine, before a sandbox of its own.
 */
export const service = document.documentElement.dataset.service ?? "sandbox";

/** Where that service's two routes are, absolute. */
export const serviceUrl = new URL(document.documentElement.dataset.baseUrl ?? "/sandbox", location.href).href;

export const prefersStillness = matchMedia("(prefers-reduced-motion: reduce)");
