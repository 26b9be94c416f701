// The finished clip and the performance that drove it, played as one: one button, one scrubber, one clock. The clip
// leads, with its sound; the performance follows in silence.

import { create, element, prefersStillness } from "../page.js";
import { stopwatch } from "../words/formats.js";
import { onLanguage, t } from "../words/text.js";

const result = element("result", HTMLVideoElement);
const performance = element("performance", HTMLVideoElement);
const play = element("play", HTMLButtonElement);
const scrubber = element("scrubber", HTMLInputElement);
const time = element("time", HTMLElement);
const sound = element("sound", HTMLButtonElement);

/** Seconds by which the performance may be off before it is put right; less would be heard and seen as stutter. */
const DRIFT = 0.15;

/** @type {() => void} */
let onUnplayable = () => {};

/**
 * Shows two films from their beginning. The same ones again change nothing.
 *
 * @param {{ result: string, poster: string, performance: string | null, onUnplayable: () => void }} films
 */
export function showFilms(films) {
  onUnplayable = films.onUnplayable;
  if (result.getAttribute("src") !== films.result) {
    result.poster = films.poster;
    result.muted = true;
    result.loop = true;
    result.autoplay = !prefersStillness.matches;
    result.src = films.result;
  }
  if (performance.getAttribute("src") !== films.performance) {
    if (films.performance) performance.src = films.performance;
    else performance.removeAttribute("src");
    performance.loop = false;
  }
  show();
}

export function clearFilms() {
  for (const film of [result, performance]) {
    if (!film.hasAttribute("src")) continue;
    film.pause();
    film.removeAttribute("src");
    film.load();
  }
}

function follow() {
  if (!performance.duration) return;
  const at = Math.min(result.currentTime, performance.duration);
  if (Math.abs(performance.currentTime - at) > DRIFT) performance.currentTime = at;
  if (result.paused || performance.ended) {
    if (!performance.paused) performance.pause();
  } else if (performance.paused && at < performance.duration) performance.play().catch(() => {});
}

function show() {
  const { duration, currentTime, paused, muted } = result;
  const length = Number.isFinite(duration) ? duration : 0;
  scrubber.max = String(length);
  scrubber.value = String(currentTime);
  scrubber.style.setProperty("--played", `${length ? (currentTime / length) * 100 : 0}%`);
  time.textContent = `${stopwatch(currentTime)} / ${stopwatch(length)}`;
  scrubber.setAttribute("aria-valuetext", time.textContent);
  setIcon(play, paused ? "play" : "pause");
  play.setAttribute("aria-label", t(paused ? "play" : "pause"));
  setIcon(sound, muted ? "muted" : "sound");
  sound.setAttribute("aria-pressed", String(!muted));
}

/** @param {HTMLElement} button @param {string} icon */
function setIcon(button, icon) {
  if (button.dataset.icon === icon) return;
  button.dataset.icon = icon;
  button.replaceChildren(create("span", `icon icon-${icon}`));
}

/** Moves the scrubber smoothly while the clip plays; the clip's own event comes four times a second. */
function tick() {
  show();
  if (!result.paused) requestAnimationFrame(tick);
}

for (const event of ["timeupdate", "seeking", "seeked", "pause", "playing", "ended"])
  result.addEventListener(event, () => {
    follow();
    show();
  });
result.addEventListener("playing", tick);
result.addEventListener("loadedmetadata", show);
result.addEventListener("volumechange", show);
result.addEventListener("error", () => {
  if (result.hasAttribute("src")) onUnplayable();
});
performance.addEventListener("loadeddata", follow);
result.addEventListener("click", toggle);
play.addEventListener("click", toggle);
sound.addEventListener("click", () => (result.muted = !result.muted));
scrubber.addEventListener("input", () => {
  result.currentTime = scrubber.valueAsNumber;
});

function toggle() {
  if (result.paused) result.play().catch(() => {});
  else result.pause();
}

onLanguage(show);
