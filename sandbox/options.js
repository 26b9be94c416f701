// The defaults of `createSandbox`, and the check that what a caller passes makes sense. A mistake ends in a TypeError
// that names the option and what it takes, at once, instead of in a puzzling answer later.

import { wallClock } from "./clock.js";
import { callbackShapes, createShapes, feedShapes } from "./shapes.js";
import { listShapes } from "./task-list.js";

/** @typedef {import("./index.js").SandboxOptions} SandboxOptions */
/** @typedef {ReturnType<typeof withDefaults>} Settings */

/** @satisfies {SandboxOptions} */
const defaults = {
  keys: ["sk-sandbox"],
  basePath: "",
  createShape: "seed",
  feedShape: "wrapped",
  callbackShape: "bare",
  callbackCopies: 1,
  queueTime: 8_000,
  runTime: 75_000,
  invisibleFor: 1_500,
  progressStep: 0.1,
  speed: 1,
  outcome: "succeed",
  failReason: "no face detected in the source video",
  checkMedia: true,
  mediaTimeout: 10_000,
  cors: true,
  heldReads: 30,
  maxUploadBytes: 100_000_000,
  uploadLifetime: 86_400_000,
  accessTokens: ["at-sandbox"],
  listShape: "items",
  listedInput: null,
  listLag: 0,
  strangers: 0,
};

/** @param {SandboxOptions} options */
export function withDefaults(options) {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = {
    .../** @type {Required<Omit<SandboxOptions, "answer" | "rateLimit" | "resultUrls">>} */ (defaults),
    clock: wallClock,
    // Looked up at each call, so that a test double installed later is seen too.
    fetch: /** @type {NonNullable<SandboxOptions["fetch"]>} */ (
      (input, init) => globalThis.fetch(input, init)
    ),
    .../** @type {SandboxOptions} */ (given),
  };
  check(settings);
  return settings;
}

/** @param {Record<string, any>} settings */
function check(settings) {
  const known = [...Object.keys(defaults), "clock", "fetch", "answer", "rateLimit", "resultUrls"];
  for (const name of Object.keys(settings)) need(known.includes(name), name, `one of ${known.join(", ")}`);

  for (const name of ["keys", "accessTokens"]) {
    need(
      settings[name] === null || Array.isArray(settings[name]),
      name,
      "an array of strings, or null to check none",
    );
  }
  need(
    /^(\/.*[^/])?$/.test(settings.basePath),
    "basePath",
    'a path like "/sandbox" with no slash at its end, or ""',
  );
  needOneOf(settings, "createShape", createShapes());
  needOneOf(settings, "feedShape", feedShapes());
  needOneOf(settings, "callbackShape", callbackShapes());
  needOneOf(settings, "listShape", listShapes());
  needOneOf(settings, "cors", [true, false, "gateway"]);
  if (typeof settings.outcome !== "function") needOneOf(settings, "outcome", ["succeed", "fail", "stall"]);
  for (const name of ["queueTime", "runTime", "invisibleFor", "mediaTimeout", "listLag", "uploadLifetime"]) {
    need(Number.isFinite(settings[name]) && settings[name] >= 0, name, "a number of milliseconds from 0 up");
  }
  for (const name of ["callbackCopies", "heldReads", "maxUploadBytes", "strangers"]) {
    need(Number.isInteger(settings[name]) && settings[name] >= 0, name, "0, 1, 2, …");
  }
  need(
    settings.listedInput === null || ["properties", "input", "data"].includes(settings.listedInput?.place),
    "listedInput",
    'null, or { place } that is one of "properties", "input", "data"',
  );
  need(settings.progressStep > 0 && settings.progressStep <= 1, "progressStep", "a number above 0, up to 1");
  need(settings.speed > 0 && Number.isFinite(settings.speed), "speed", "a number above 0");
  if (settings.rateLimit) {
    need(
      settings.rateLimit.requests >= 1 && settings.rateLimit.per > 0,
      "rateLimit",
      "{ requests, per } above 0",
    );
  }
}

/**
 * @param {Record<string, any>} settings
 * @param {string} name
 * @param {readonly unknown[]} values
 */
function needOneOf(settings, name, values) {
  need(
    values.includes(settings[name]),
    name,
    `one of ${values.map((value) => JSON.stringify(value)).join(", ")}`,
  );
}

/**
 * @param {boolean} holds
 * @param {string} name
 * @param {string} expected
 */
function need(holds, name, expected) {
  if (!holds) throw new TypeError(`createSandbox: option "${name}" is not usable; expected ${expected}`);
}
