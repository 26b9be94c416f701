// Packages that only the sandbox needs, and not for everything it does. act-one installs none of them: most of its users
// never start a sandbox.

const COMMAND = "npm install --save-dev file-type image-size mp4box srvx";

export async function loadImageSize() {
  try {
    return await import("image-size");
  } catch (cause) {
    throw missing("image-size, to check the image's shape (or checkMedia: false)", cause);
  }
}

export async function loadMp4box() {
  try {
    return await import("mp4box");
  } catch (cause) {
    throw missing("mp4box, to check the video's shape (or checkMedia: false)", cause);
  }
}

export async function loadFileType() {
  try {
    return await import("file-type/core");
  } catch (cause) {
    throw missing("file-type, to take uploads", cause);
  }
}

export async function loadSrvx() {
  try {
    return await import("srvx");
  } catch (cause) {
    throw missing("srvx, to listen on a port", cause);
  }
}

/** @param {string} what @param {unknown} cause */
function missing(what, cause) {
  return new Error(`act-one/sandbox needs ${what}. Run: ${COMMAND}`, { cause });
}
