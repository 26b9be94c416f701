// Keeps the page openable without a network: registers the service worker and tells it which files the page is made of.

const TEXTS = ["en", "ar", "zh"].map((language) => `/text/${language}.json`);

export async function openOffline() {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/service-worker.js", { type: "module" });
    const { active } = await navigator.serviceWorker.ready;
    const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
    const own = loaded.filter(({ origin }) => origin === location.origin).map(({ pathname }) => pathname);
    active?.postMessage({ keep: [...new Set(["/", ...TEXTS, ...own])] });
  } catch {
    // Without it the page needs the network, and nothing else is lost.
  }
}
