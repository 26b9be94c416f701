// Download: the finished clip as a file on the visitor's disk, with its progress on the button and a name that says what
// it is.

import { announce, element } from "../page.js";
import { fetchVideo } from "../run/service.js";
import { percent } from "../words/formats.js";
import { onLanguage, t } from "../words/text.js";

const button = element("download", HTMLButtonElement);

/** @type {AbortController | null} */
let loading = null;

/** @param {() => import("../run/runs.js").Run | null} shownRun @param {(error: unknown) => void} onFailure */
export function openDownload(shownRun, onFailure) {
  onLanguage(() => {
    if (!loading) button.textContent = t("do.download");
  });
  button.addEventListener("click", async () => {
    const run = shownRun();
    if (!run?.task) return;
    // The second press gives it up.
    if (loading) return loading.abort();
    loading = new AbortController();
    const { signal } = loading;
    button.textContent = t("download.starts");
    try {
      const onMoved = (/** @type {{ bytes: number, total: number | null }} */ { bytes, total }) => {
        if (total)
          button.textContent = t("download.progress", { percent: percent(Math.min(1, bytes / total)) });
      };
      const video = await fetchVideo(run, run.task, { signal, onMoved });
      save(video, fileNameOf(run));
      announce(t("download.done"));
    } catch (error) {
      if (!signal.aborted) onFailure(error);
    } finally {
      loading = null;
      button.textContent = t("do.download");
    }
  });
}

/** @param {import("../run/runs.js").Run} run */
export function fileNameOf({ video, image, createdAt }) {
  const plain = (/** @type {string} */ name) =>
    name
      .replace(/\.[^.]*$/, "")
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 40);
  const day = new Date(createdAt).toISOString().slice(0, 10);
  return `${[plain(image.name), plain(video.name), day].filter(Boolean).join("_")}.mp4`;
}

/** @param {Blob} video @param {string} name */
function save(video, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(video);
  link.download = name;
  link.click();
  // The browser has taken it over by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
