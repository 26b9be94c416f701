// Makes the sample media anew from the drawings beside it, and with them the clip that the sandbox serves as its
// result: `node www/samples/make.js`, or `node www/samples/make.js arctic.jpg` for the named files only. Nobody needs to
// run it but whoever changes the drawings; its products are in the repository.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "prettier";
import puppeteer from "puppeteer-core";
import { actor, people } from "./actor.js";
import { character, looks } from "./character.js";
import { framesPerSecond, mirroredPoseAt, poseAt, seconds } from "./motion.js";

/** @typedef {{ width: number, height: number, view: string }} Crop */

const samples = fileURLToPath(new URL(".", import.meta.url));
const resultClip = fileURLToPath(new URL("../../sandbox/result-clip.js", import.meta.url));

/** @type {Crop} */
const wide = { width: 640, height: 360, view: "0 0 640 360" };
/** @type {Crop} */
const square = { width: 360, height: 360, view: "140 0 360 360" };

/** Together, so that a clone and the published package stay light. */
const SIZE_LIMIT_BYTES = 400 * 1024;

/** The files to make; none named are all. */
const chosen = process.argv.slice(2);
const wants = (/** @type {string} */ name) => chosen.length === 0 || chosen.includes(name);

const browserPath = findBrowser();
needFfmpeg();
const scratch = mkdtempSync(join(tmpdir(), "act-one-samples-"));
const browser = await puppeteer.launch({
  executablePath: browserPath,
  args: ["--no-sandbox", "--disable-background-networking"],
});
try {
  const page = await browser.newPage();
  if (wants("performance.mp4")) await film(page, (time) => actor(poseAt(time)), wide, "performance.mp4");
  if (wants("second.mp4"))
    await film(page, (time) => actor(mirroredPoseAt(time), people.second), wide, "second.mp4");
  if (wants("square.mp4")) await film(page, (time) => actor(poseAt(time)), square, "square.mp4", 1);
  const still = poseAt(0);
  const pictures = /** @type {[string, string, Crop][]} */ ([
    ["portrait.jpg", character(still), wide],
    ["arctic.jpg", character(still, looks.arctic), wide],
    ["violet.jpg", character(still, looks.violet), wide],
    ["square.jpg", character(still), square],
    ["performance.jpg", actor(still), wide],
    ["second.jpg", actor(mirroredPoseAt(0.43), people.second), wide],
  ]);
  for (const [name, drawing, crop] of pictures)
    if (wants(name)) await photograph(page, drawing, crop, join(samples, name));
  if (wants("result.mp4")) {
    await film(page, (time) => character(poseAt(time)), wide, "result.mp4");
    await photograph(page, character(poseAt(1)), wide, join(scratch, "last.jpg"));
    await embedResult(join(scratch, "last.jpg"));
  }
} finally {
  await browser.close();
}
rmSync(scratch, { recursive: true });
reportSizes();

/**
 * Draws a clip picture by picture and hands the pictures to ffmpeg as they come.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {(time: number) => string} draw the picture at a time, 0..1
 * @param {Crop} crop
 * @param {string} name
 * @param {number} [length] seconds from the scene's beginning
 */
async function film(page, draw, crop, name, length = seconds) {
  const input = ["-f", "image2pipe", "-framerate", String(framesPerSecond), "-c:v", "png", "-i", "-"];
  // yuv420p and the index first: what every browser plays, and what can be read without fetching all of it.
  const output = ["-c:v", "libx264", "-preset", "veryslow", "-tune", "animation", "-crf", "27"];
  const shape = [
    "-pix_fmt",
    "yuv420p",
    "-movflags",
    "+faststart",
    "-map_metadata",
    "-1",
    "-y",
    join(samples, name),
  ];
  const ffmpeg = spawn("ffmpeg", ["-v", "error", ...input, ...output, ...shape], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  const ended = once(ffmpeg, "close");
  await page.setViewport({ width: crop.width, height: crop.height });
  const frames = length * framesPerSecond;
  for (let frame = 0; frame < frames; frame++) {
    await show(page, draw(frame / (seconds * framesPerSecond)), crop);
    if (!ffmpeg.stdin.write(await page.screenshot({ type: "png" }))) await once(ffmpeg.stdin, "drain");
    if (frame % 24 === 0) console.log(`${name}: ${frame}/${frames}`);
  }
  ffmpeg.stdin.end();
  const [status] = await ended;
  if (status !== 0) throw new Error(`ffmpeg could not make ${name}`);
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {string} drawing
 * @param {Crop} crop
 * @param {string} path
 */
async function photograph(page, drawing, crop, path) {
  await page.setViewport({ width: crop.width, height: crop.height });
  await show(page, drawing, crop);
  writeFileSync(path, await page.screenshot({ type: "jpeg", quality: 88 }));
}

/**
 * @param {import("puppeteer-core").Page} page
 * @param {string} drawing
 * @param {Crop} crop
 */
async function show(page, drawing, { width, height, view }) {
  const svg = `<svg width="${width}" height="${height}" viewBox="${view}" style="display:block">${drawing}</svg>`;
  await page.setContent(`<body style="margin:0;overflow:hidden">${svg}</body>`);
}

/**
 * The sandbox runs where there is no file system, so its result is a module.
 *
 * @param {string} lastFrame
 */
async function embedResult(lastFrame) {
  const files = {
    video: join(samples, "result.mp4"),
    poster: join(samples, "portrait.jpg"),
    lastFrame,
  };
  /** The scene ends where it begins, and one picture of it is enough. @type {Map<string, string>} */
  const written = new Map();
  const lines = Object.entries(files).map(([name, path]) => {
    const base64 = readFileSync(path).toString("base64");
    const same = written.get(base64);
    written.set(base64, name);
    return `export const ${name} = ${same ?? `"${base64}"`};`;
  });
  const source = `// The sandbox's result in base64: made by www/samples/make.js, not by hand.\n\n${lines.join("\n")}\n`;
  writeFileSync(resultClip, await format(source, { parser: "babel", printWidth: 110 }));
}

function reportSizes() {
  const names = readdirSync(samples).filter((name) => /\.(mp4|jpg)$/.test(name));
  const sizes = names.map((name) => statSync(join(samples, name)).size);
  names.forEach((name, index) => console.log(`${name}  ${Math.ceil(sizes[index] / 1024)} KB`));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > SIZE_LIMIT_BYTES) throw new Error(`the samples are too large together: ${total} bytes`);
}

function needFfmpeg() {
  try {
    execFileSync("ffmpeg", ["-version"], { stdio: "ignore" });
  } catch {
    stop(
      "ffmpeg is missing. Install it: apt-get install ffmpeg (Debian, Ubuntu), brew install ffmpeg (macOS).",
    );
  }
}

/** @returns {string} */
function findBrowser() {
  const places = [
    process.env.CHROMIUM_PATH,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ];
  const found = places.find((place) => place && existsSync(place));
  return (
    found ??
    stop("Chromium is missing. Install it (apt-get install chromium), or set CHROMIUM_PATH to a Chrome.")
  );
}

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
  console.error(message);
  process.exit(1);
}
