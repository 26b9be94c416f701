// One of the two things that a run needs, the performance or the portrait: what was brought, how it looks, what is wrong
// with it, and the way to put that right. It sends nothing: a file stays in the browser until Run.

import { askForFrame } from "./media/crop-dialog.js";
import { cropImage } from "./media/crop-image.js";
import { check } from "./media/check.js";
import { create, element, prefersStillness } from "./page.js";
import { samples } from "./samples.js";
import { fileSize, length, size } from "./words/formats.js";
import { hasText, onLanguage, t } from "./words/text.js";

/** @typedef {"video" | "image"} Kind */
/** @typedef {import("./media/check.js").Media} Media */
/** @typedef {{ name: string, url: string, file?: File, sample?: string }} Brought `url` of a file is a blob's */

/** @param {Kind} kind @param {() => void} onChange */
export function openSource(kind, onChange) {
  const preview =
    kind === "video"
      ? element("video-preview", HTMLVideoElement)
      : element("image-preview", HTMLImageElement);
  const absence = element(`${kind}-absence`, HTMLElement);
  const facts = element(`${kind}-facts`, HTMLElement);
  const issue = element(`${kind}-issue`, HTMLElement);
  const picker = element(`${kind}-file`, HTMLInputElement);
  const fit = element(`${kind}-fit`, HTMLButtonElement);
  const byUrl = element(`${kind}-by-url`, HTMLButtonElement);
  const urlField = element(`${kind}-url`, HTMLInputElement);
  const sampleButtons = samples[kind].map((sample) => sampleButton(kind, sample, () => bring(sample)));
  element(`${kind}-samples`, HTMLElement).append(...sampleButtons);

  /** @type {Brought | null} */
  let brought = null;
  /** @type {Media | null} null while it is being looked at */
  let media = null;
  /** What went wrong while it was cropped. */
  let complaint = "";

  /** @param {File | string | import("./samples.js").Sample} what */
  async function bring(what) {
    if (brought?.file) URL.revokeObjectURL(brought.url);
    brought = describe(what);
    media = null;
    complaint = "";
    const mine = brought;
    if (mine.file === undefined && !/^https?:\/\//i.test(mine.url)) {
      media = {
        width: null,
        height: null,
        duration: null,
        bytes: null,
        problems: mine.url ? ["no_url"] : [],
      };
      if (!mine.url) brought = null;
      return show();
    }
    urlField.value = mine.file || mine.sample ? "" : mine.url;
    show();
    const found = await check(kind, mine.file ?? mine.url);
    if (brought !== mine) return;
    media = found;
    show();
    if (found.problems.includes("not_16_9")) await crop();
  }

  /** Leads from a wrong shape to the right one. */
  async function crop() {
    const mine = brought;
    if (!mine || !media?.width || !media.height) return;
    const { width, height } = media;
    if (width < 32 || height < 18) return;
    const frame = await askForFrame(kind, { url: mine.url, name: fileName(mine), width, height });
    if (!frame || brought !== mine) return fit.focus();
    try {
      const original = mine.file ?? (await (await fetch(mine.url)).blob());
      await bring(await cropImage(original, frame, fileName(mine)));
    } catch {
      complaint = t("problem.cannot_crop");
      show();
    }
  }

  function show() {
    showPreview();
    const problem = media?.problems[0];
    absence.textContent = brought
      ? problem === "not_16_9"
        ? ""
        : problem
          ? t("noPreview")
          : ""
      : t(`${kind}.none`);
    facts.textContent = factsOf();
    const text =
      complaint ||
      (problem ? t(hasText(`problem.${problem}`) ? `problem.${problem}` : "problem.unreadable") : "");
    issue.textContent = text;
    issue.hidden = text === "";
    for (const field of [urlField, picker]) {
      if (text === "") field.removeAttribute("aria-invalid");
      else field.setAttribute("aria-invalid", "true");
    }
    fit.hidden = problem !== "not_16_9";
    fit.classList.toggle("primary", problem === "not_16_9");
    for (const [index, button] of sampleButtons.entries())
      button.setAttribute("aria-pressed", String(samples[kind][index].id === brought?.sample));
    onChange();
  }

  function showPreview() {
    const url =
      brought && media?.problems.every((problem) => problem === "not_16_9") !== false ? brought.url : "";
    preview.hidden = url === "";
    if (preview.getAttribute("src") === url) return;
    if (url === "") preview.removeAttribute("src");
    else preview.src = url;
    if (preview instanceof HTMLVideoElement) preview.autoplay = !prefersStillness.matches;
  }

  function factsOf() {
    if (!brought) return "";
    if (!media) return t("checking");
    const { width, height, duration, bytes } = media;
    return [
      fileName(brought),
      width && height ? size(width, height) : "",
      duration ? length(duration) : "",
      bytes ? fileSize(bytes) : "",
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** What a person calls it. @param {Brought} what */
  function fileName(what) {
    return what.sample ? t(`sample.${kind}.${what.sample}`) : what.name;
  }

  /** Whether it can be sent. */
  const isReady = () => brought !== null && media !== null && media.problems.length === 0 && complaint === "";

  picker.addEventListener("change", () => {
    const [file] = picker.files ?? [];
    if (file) bring(file);
    // The same file can be chosen again after it was mended.
    picker.value = "";
  });
  byUrl.addEventListener("click", () => openUrlField(urlField.hidden !== false));
  urlField.addEventListener("change", () => bring(urlField.value.trim()));
  urlField.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || urlField.value.trim() === brought?.url) return;
    event.preventDefault();
    bring(urlField.value.trim());
  });
  fit.addEventListener("click", crop);
  preview.addEventListener("click", () => {
    if (preview instanceof HTMLVideoElement) preview.paused ? preview.play() : preview.pause();
  });

  /** @param {boolean} open */
  function openUrlField(open) {
    urlField.hidden = !open;
    byUrl.setAttribute("aria-expanded", String(open));
    if (open) urlField.focus();
  }

  onLanguage(show);
  return {
    bring,
    isReady,
    isChecking: () => brought !== null && media === null,
    read: () => brought && { ...brought, name: fileName(brought), duration: media?.duration ?? null },
    /** Brings back what a run was started with. @param {Brought} what */
    async restore(what) {
      const sample = samples[kind].find(({ id }) => id === what.sample);
      await bring(sample ?? what.file ?? what.url);
    },
    /** Takes the person to what is missing. */
    lead() {
      if (media?.problems.includes("not_16_9")) return crop();
      if (!brought) {
        issue.textContent = t(`${kind}.missing`);
        issue.hidden = false;
      }
      (urlField.hidden ? picker : urlField).focus();
    },
  };
}

/** @param {File | string | import("./samples.js").Sample} what @returns {Brought} */
function describe(what) {
  if (what instanceof File) return { name: what.name, url: URL.createObjectURL(what), file: what };
  if (typeof what !== "string") return { name: what.id, url: what.url, sample: what.id };
  const path = URL.canParse(what) ? decodeURI(new URL(what).pathname) : what;
  return { name: path.split("/").pop() || what, url: what };
}

/** @param {Kind} kind @param {import("./samples.js").Sample} sample @param {() => void} take */
function sampleButton(kind, sample, take) {
  const button = create("button", "sample");
  button.type = "button";
  const picture = create("img");
  picture.src = sample.picture;
  picture.alt = "";
  button.append(picture);
  button.addEventListener("click", take);
  onLanguage(() => button.setAttribute("aria-label", t(`sample.${kind}.${sample.id}`)));
  return button;
}
