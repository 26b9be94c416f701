// Where runs go: to what stands behind this page, which is the sandbox unless the server was started with a key, or to
// a Worker of the visitor's own, by its URL and access token. There is no field for the service's key on purpose: a key
// in a page is public.

import { element, ownService, ownServiceUrl } from "./page.js";
import { onLanguage, t } from "./words/text.js";

/** @typedef {{ where: "here" } | { where: "worker", url: string, token: string }} Connection */

const STORAGE_KEY = "act-one.connection";

const button = element("connection", HTMLButtonElement);
const name = element("connection-name", HTMLElement);
const dialog = element("connect", HTMLDialogElement);
const fields = element("connect-fields", HTMLElement);
const here = element("connect-here", HTMLInputElement);
const worker = element("connect-worker", HTMLInputElement);
const urlField = element("connect-url", HTMLInputElement);
const tokenField = element("connect-token", HTMLInputElement);
const issue = element("connect-issue", HTMLElement);

/** @type {Connection} */
let connection = stored();
/** @type {Set<() => void>} */
const listeners = new Set();

export const currentConnection = () => connection;

/** `sandbox`, `live` or `worker`: what a run costs and who answers it. */
export const currentService = () => (connection.where === "worker" ? "worker" : ownService);

/** The options for the package by which a run of this place is made and found again. @param {string} baseUrl */
export function accessTo(baseUrl) {
  return connection.where === "worker" && connection.token && baseUrl === connection.url
    ? { baseUrl, apiKey: connection.token }
    : { baseUrl };
}

export const currentBaseUrl = () => (connection.where === "worker" ? connection.url : ownServiceUrl);

/** Calls back whenever the connection changes. @param {() => void} listener */
export function onConnection(listener) {
  listeners.add(listener);
}

export function openConnection() {
  button.addEventListener("click", askForConnection);
  for (const choice of [here, worker]) choice.addEventListener("change", showFields);
  dialog.querySelector("form")?.addEventListener("submit", (event) => {
    const accepted = /** @type {SubmitEvent} */ (event).submitter?.getAttribute("value") === "use";
    if (!accepted) return;
    const chosen = readDialog();
    if (chosen) use(chosen);
    else {
      event.preventDefault();
      issue.textContent = t("connect.issue");
      issue.hidden = false;
      urlField.setAttribute("aria-invalid", "true");
      urlField.focus();
    }
  });
  onLanguage(show);
}

export function askForConnection() {
  here.checked = connection.where === "here";
  worker.checked = !here.checked;
  urlField.value = connection.where === "worker" ? connection.url : "";
  tokenField.value = connection.where === "worker" ? connection.token : "";
  issue.hidden = true;
  urlField.removeAttribute("aria-invalid");
  showFields();
  dialog.showModal();
}

function showFields() {
  fields.hidden = !worker.checked;
}

/** @returns {Connection | null} nothing where the URL is none that a Worker could have */
function readDialog() {
  if (here.checked) return { where: "here" };
  const text = urlField.value.trim().replace(/\/+$/, "");
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, username } = new URL(text);
  const isOwnMachine = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
  // A token that is sent without encryption can be read on the way.
  if (username || !(protocol === "https:" || (protocol === "http:" && isOwnMachine))) return null;
  return { where: "worker", url: text, token: tokenField.value.trim() };
}

/** @param {Connection} chosen */
function use(chosen) {
  connection = chosen;
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(chosen));
  } catch {
    // Storage can be forbidden: the choice then lasts until the page is closed.
  }
  show();
  for (const listener of listeners) listener();
}

function show() {
  const service = currentService();
  name.textContent = t(`connection.${service}`);
  button.dataset.service = service;
  button.setAttribute("aria-label", t("connection.label", { name: name.textContent }));
  element("connect-here-name", HTMLElement).textContent = t(`connection.${ownService}`);
  element("connect-here-hint", HTMLElement).textContent = t(`connect.hint.${ownService}`);
  document.documentElement.dataset.connected = service;
}

/** @returns {Connection} */
function stored() {
  try {
    const { where, url, token } = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    if (where === "worker" && URL.canParse(url) && typeof token === "string") return { where, url, token };
  } catch {
    // What cannot be read was not chosen.
  }
  return { where: "here" };
}
