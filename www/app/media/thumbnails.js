// Small pictures of what was brought and of what came out, for the list of runs. A file of another site that does not
// let this page look into it has none; the list then shows the file itself.

const WIDTH = 320;
const HEIGHT = 180;
const QUALITY = 0.8;
/** A film often begins in black. */
const FIRST_PICTURE_SECONDS = 0.1;
const PATIENCE_MS = 10_000;

/**
 * @param {string} url a page's own, a blob's, or one that allows this page
 * @param {"video" | "image"} kind
 * @returns {Promise<Blob | null>}
 */
export async function thumbnailOf(url, kind) {
  try {
    const picture = kind === "image" ? await loadedImage(url) : await loadedVideo(url);
    return await drawn(picture);
  } catch {
    return null;
  }
}

/** @param {string} url */
async function loadedImage(url) {
  const image = new Image();
  image.crossOrigin = "anonymous";
  image.src = url;
  await image.decode();
  return { picture: image, width: image.naturalWidth, height: image.naturalHeight };
}

/** @param {string} url */
async function loadedVideo(url) {
  const video = document.createElement("video");
  video.crossOrigin = "anonymous";
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  video.src = url;
  try {
    await happened(video, "loadeddata");
    video.currentTime = Math.min(FIRST_PICTURE_SECONDS, video.duration || 0);
    await happened(video, "seeked");
    const copy = await createImageBitmap(video);
    return { picture: copy, width: video.videoWidth, height: video.videoHeight };
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}

/** @param {{ picture: CanvasImageSource, width: number, height: number }} drawing @returns {Promise<Blob | null>} */
function drawn({ picture, width, height }) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const scale = Math.max(WIDTH / width, HEIGHT / height);
  const [w, h] = [width * scale, height * scale];
  canvas.getContext("2d")?.drawImage(picture, (WIDTH - w) / 2, (HEIGHT - h) / 2, w, h);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

/** @param {HTMLVideoElement} video @param {string} event @returns {Promise<void>} */
function happened(video, event) {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    video.addEventListener(event, () => resolve(), { once: true, signal });
    video.addEventListener("error", () => reject(video.error), { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}
