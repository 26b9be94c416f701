// The page's texts: which language is spoken, each text by its key, and all of them put where index.html asks for
// them. A language is one file in text/. How numbers and times are written is formats.js.

/** @typedef {Record<string, string>} Texts */

const languages = ["en", "ar", "zh"];
const STORAGE_KEY = "act-one.language";

let language = "en";
let locale = "en";
/** @type {Texts} */
let texts = {};
/** @type {Set<() => void>} */
const listeners = new Set();

/** The language's tag with its region, where the browser names one: it decides which numerals are written. */
export const currentLocale = () => locale;
export const currentLanguage = () => language;

/** Loads the language that was chosen by hand, else the first of the browser's that the page speaks. */
export async function openText() {
  await speak(chosenByHand() ?? chosenByBrowser());
}

/** @param {string} wanted */
export async function chooseLanguage(wanted) {
  try {
    localStorage.setItem(STORAGE_KEY, wanted);
  } catch {
    // Storage can be forbidden: the choice then lasts until the page is closed.
  }
  await speak(wanted);
}

/** Calls back once there are texts, and whenever the language changes. @param {() => void} listener */
export function onLanguage(listener) {
  listeners.add(listener);
  if (hasText("title")) listener();
}

/**
 * The text of a key, with `{name}` replaced by the value of that name.
 *
 * @param {string} key
 * @param {Record<string, string>} [values]
 */
export function t(key, values = {}) {
  const text = texts[key];
  if (text === undefined) throw new Error(`text/${language}.json has no "${key}"`);
  return text.replace(/\{(\w+)\}/g, (_, name) => isolated(values[name] ?? ""));
}

/** Whether there is a text for a key that comes from outside, like an error's code. @param {string} key */
export const hasText = (key) => Object.hasOwn(texts, key);

/** A file name or a number keeps its own direction inside a sentence of the other one. @param {string} value */
function isolated(value) {
  return document.documentElement.dir === "rtl" ? `\u2068${value}\u2069` : value;
}

/** @param {string} wanted */
async function speak(wanted) {
  const response = await fetch(`/text/${wanted}.json`);
  if (!response.ok) throw new Error(`text/${wanted}.json: HTTP ${response.status}`);
  texts = await response.json();
  language = wanted;
  locale = localeOf(wanted);
  const root = document.documentElement;
  root.lang = wanted;
  root.dir = wanted === "ar" ? "rtl" : "ltr";
  fill();
  for (const listener of listeners) listener();
  root.dataset.ready = "";
}

function fill() {
  for (const place of document.querySelectorAll("[data-text]"))
    place.textContent = t(place.getAttribute("data-text") ?? "");
  for (const place of document.querySelectorAll("[data-label]"))
    place.setAttribute("aria-label", t(place.getAttribute("data-label") ?? ""));
  for (const place of document.querySelectorAll("[data-alt]"))
    place.setAttribute("alt", t(place.getAttribute("data-alt") ?? ""));
}

function chosenByHand() {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return languages.find((known) => known === stored);
  } catch {
    return undefined;
  }
}

function chosenByBrowser() {
  const wanted = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  return wanted.find((tag) => languages.includes(tag)) ?? "en";
}

/** @param {string} wanted */
function localeOf(wanted) {
  const own = navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${wanted}-`));
  // Without a region, browsers disagree about the numerals of Arabic.
  return own ?? { ar: "ar-u-nu-arab", zh: "zh-CN" }[wanted] ?? wanted;
}
