// Cuts a frame out of a picture, in the page: what leaves the browser later is the cut picture only.

/** More than the service uses: its films are 1280 pixels wide. */
const MAX_WIDTH = 1920;
const QUALITY = 0.92;

/**
 * @param {Blob} picture
 * @param {import("./crop-frame.js").Frame} frame in displayed pixels
 * @param {string} name the new file's
 * @returns {Promise<File>}
 */
export async function cropImage(picture, { x, y, width, height }, name) {
  const bitmap = await createImageBitmap(picture);
  const canvas = document.createElement("canvas");
  const scale = Math.min(1, MAX_WIDTH / width);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round((canvas.width * 9) / 16);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser gives no canvas to draw on");
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, x, y, width, height, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!(blob instanceof Blob)) throw new Error("This browser could not write the picture");
  return new File([blob], `${name.replace(/\.[^.]*$/, "")}-16x9.jpg`, { type: "image/jpeg" });
}
