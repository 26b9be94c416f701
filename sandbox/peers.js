// Packages that only the sandbox needs, and not for everything it does. act-one installs none of them: most of its users
// never start a sandbox.

const COMMAND = "npm install --save-dev file-type srvx";

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
