// The list of all runs, newest first: a card for each with its picture, its state and when it was started. A card shows
// its run on the stage; a second button deletes it from the history.

import { confirm } from "./confirm.js";
import { create, element } from "./page.js";
import { isUnderWay, onRun, removeRun, runs } from "./run/runs.js";
import { forgetPictures, pictureOf } from "./stage/pictures.js";
import { shownRun, stateOf } from "./stage/stage.js";
import { ago, percent } from "./words/formats.js";
import { onLanguage, t } from "./words/text.js";

/** @typedef {import("./run/runs.js").Run} Run */
/** @typedef {{ item: HTMLElement, open: HTMLButtonElement, picture: HTMLImageElement, name: HTMLElement, state: HTMLElement, remove: HTMLButtonElement }} Card */

const list = element("runs", HTMLUListElement);
const hint = element("runs-hint", HTMLElement);

/** How often "3 minutes ago" is put right. */
const REFRESH_MS = 30_000;

/** @type {Map<string, Card>} */
const cards = new Map();

/** @param {(run: Run) => void} choose */
export function openRunList(choose) {
  onRun((run) => {
    if (runs.has(run.id)) show(run, choose);
    else drop(run);
    showHint();
  });
  onLanguage(() => {
    for (const run of runs.values()) show(run, choose);
    showHint();
  });
  setInterval(() => {
    for (const run of runs.values()) show(run, choose);
  }, REFRESH_MS);
}

/** Marks the card whose run is on the stage. */
export function markShownRun() {
  for (const [id, { open }] of cards) open.setAttribute("aria-pressed", String(shownRun()?.id === id));
}

/** @param {Run} run @param {(run: Run) => void} choose */
async function show(run, choose) {
  const card = cards.get(run.id) ?? add(run, choose);
  const state = stateOf(run);
  const progress = state === "running" ? run.task?.progress : null;
  card.item.dataset.state = state;
  card.name.textContent = `${run.image.name} · ${run.video.name}`;
  card.state.textContent = `${t(`state.${state}`)}${progress ? ` ${percent(progress)}` : ""} · ${ago(run.createdAt)}`;
  card.remove.setAttribute("aria-label", t("runs.delete", { name: card.name.textContent }));
  const url = (await pictureOf(run, "result.jpg")) ?? (await pictureOf(run, "image.jpg")) ?? run.image.url;
  if (url && card.picture.getAttribute("src") !== url) card.picture.src = url;
  card.picture.hidden = !url;
}

/** @param {Run} run @param {(run: Run) => void} choose @returns {Card} */
function add(run, choose) {
  const card = {
    item: create("li", "run"),
    open: create("button", "run-open"),
    picture: create("img"),
    name: create("span", "run-name"),
    state: create("span", "run-state"),
    remove: create("button", "run-delete"),
  };
  card.open.type = card.remove.type = "button";
  card.picture.alt = "";
  card.picture.addEventListener("error", () => (card.picture.hidden = true));
  const frame = create("span", "run-picture");
  frame.append(card.picture);
  card.open.append(frame, card.name, card.state);
  card.remove.append(create("span", "icon icon-delete"));
  card.item.append(card.open, card.remove);
  card.open.addEventListener("click", () => choose(run));
  card.remove.addEventListener("click", () => askAndRemove(run, card));
  cards.set(run.id, card);
  const after = [...runs.keys()].slice([...runs.keys()].indexOf(run.id) + 1).find((id) => cards.has(id));
  list.insertBefore(card.item, (after && cards.get(after)?.item) || null);
  markShownRun();
  return card;
}

/** @param {Run} run @param {Card} card */
async function askAndRemove(run, card) {
  const text = t(isUnderWay(run) ? "delete.text.running" : "delete.text");
  if (!(await confirm({ title: t("delete.title"), text, yes: t("delete.yes") }))) return;
  const next = card.item.nextElementSibling ?? card.item.previousElementSibling;
  await removeRun(run);
  // Focus must not be lost with the button that held it.
  const place = next?.querySelector("button") ?? element("run", HTMLButtonElement);
  place.focus();
}

/** @param {Run} run */
function drop(run) {
  cards.get(run.id)?.item.remove();
  cards.delete(run.id);
  forgetPictures(run);
}

function showHint() {
  hint.textContent = t(runs.size === 0 ? "runs.none" : "runs.hint");
}
