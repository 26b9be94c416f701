// Finds the browsers that tests drive, and installs what is missing: from Debian's packages where that is
// allowed, else Playwright's own build of Chromium.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../node_modules/.cache/browsers", import.meta.url));

/** What WebKit plays H.264 with; its own package only recommends them. */
const H264_PLUGINS = ["libgstlibav.so", "libgstvideoparsersbad.so"];

/**
 * Program names in the order of preference, and the Debian packages that bring them.
 * @type {Record<BrowserName, { programs: string[], plugins?: string[], packages: string[] }>}
 */
const BROWSERS = {
  chromium: {
    programs: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"],
    packages: ["chromium"],
  },
  firefox: { programs: ["firefox-esr", "firefox"], packages: ["firefox-esr"] },
  webkit: {
    programs: ["WebKitWebDriver"],
    plugins: H264_PLUGINS,
    packages: ["webkit2gtk-driver", "xvfb", "gstreamer1.0-libav", "gstreamer1.0-plugins-bad"],
  },
};

/** @typedef {"chromium" | "firefox" | "webkit"} BrowserName */

/**
 * The path of a browser's program (of WebKit's driver), installed first if need be.
 *
 * @param {BrowserName} name
 * @returns {string | undefined} nothing where it cannot be had on this machine
 */
export function provideBrowser(name) {
  const given = process.env[`${name.toUpperCase()}_PATH`];
  if (given) return given;
  // A browser without its plugins still is one, if they cannot be had.
  if (!onPath(name) || !hasPlugins(name)) installPackages(name);
  return onPath(name) || downloaded(name);
}

/** @param {BrowserName} name */
function onPath(name) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = BROWSERS[name].programs.flatMap((program) => folders.map((folder) => join(folder, program)));
  return paths.find((path) => existsSync(path));
}

/** @param {BrowserName} name */
function hasPlugins(name) {
  const folders = ["x86_64", "aarch64"].map((platform) => `/usr/lib/${platform}-linux-gnu/gstreamer-1.0`);
  const isThere = (/** @type {string} */ plugin) =>
    folders.some((folder) => existsSync(join(folder, plugin)));
  return (BROWSERS[name].plugins ?? []).every(isThere);
}

/** @param {BrowserName} name */
function installPackages(name) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.log(`▸ Installing ${BROWSERS[name].packages.join(" ")} from the system's packages …`);
  const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (/** @type {string[]} */ ...parameters) =>
    spawnSync("apt-get", ["-qq", ...parameters], { env: environment, stdio: "inherit" }).status === 0;
  if (apt("update")) apt("install", "-y", "--no-install-recommends", ...BROWSERS[name].packages);
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
