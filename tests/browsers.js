// Finds the browsers that tests drive, and installs what is missing: from Debian's packages where that is
// allowed, else Playwright's own build of Chromium.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../node_modules/.cache/browsers", import.meta.url));

/** Program names in the order of preference, and the Debian packages that bring them. */
const BROWSERS = {
  chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    packages: ["chromium"],
  },
  firefox: { programs: ["firefox-esr", "firefox"], packages: ["firefox-esr"] },
  webkit: { programs: ["WebKitWebDriver"], packages: ["webkit2gtk-driver", "xvfb"] },
};

/** @typedef {keyof typeof BROWSERS} BrowserName */

/**
 * The path of a browser's program (of WebKit's driver), installed first if need be.
 *
 * @param {BrowserName} name
 * @returns {string | undefined} nothing where it cannot be had on this machine
 */
export function provideBrowser(name) {
  const given = process.env[`${name.toUpperCase()}_PATH`];
  return given || onPath(name) || (installPackages(name) && onPath(name)) || downloaded(name);
}

/** @param {BrowserName} name */
function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = BROWSERS[name].programs.flatMap((program) => folders.map((folder) => join(folder, program)));
  return paths.find((path) => existsSync(path));
}

/** @param {BrowserName} name */
function installPackages(name) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  console.log(`▸ Installing ${BROWSERS[name].packages.join(" ")} from the system's packages …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (/** @type {string[]} */ ...parameters) =>
    spawnSync("apt-get", ["-qq", ...parameters], { env: environment, stdio: "inherit" }).status === 0;
  return apt("update") && apt("install", "-y", "--no-install-recommends", ...BROWSERS[name].packages);
}

/** @param {BrowserName} name */
function downloaded(name) {
  if (name !== "chromium") return undefined;
  console.log("▸ Downloading Playwright's Chromium …");
  spawnSync("npx", ["--yes", "playwright-core@1.65.1", "install", "chromium"], {
    env: { ...process.env, PLAYWRIGHT_BROWSERS_PATH: CACHE },
    stdio: "inherit",
  });
  if (!existsSync(CACHE)) return undefined;
  const files = readdirSync(CACHE, { recursive: true, withFileTypes: true });
  const program = files.find((file) => file.isFile() && /^(chrome|Chromium|chrome\.exe)$/.test(file.name));
  return program && join(program.parentPath, program.name);
}
