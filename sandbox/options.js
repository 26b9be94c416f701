// The defaults of `createSandbox`, and the check that what a caller passes makes sense. A mistake ends in a TypeError
// that names the option and what it takes, at once, instead of in a puzzling answer later.

import { wallClock } from "./clock.js";
import { callbackShapes, createShapes, feedShapes } from "./shapes.js";
import { listShapes } from "./task-list.js";

/** @typedef {import("./index.js").SandboxOptions} SandboxOptions */
/** @typedef {ReturnType<typeof withDefaults>} Settings */

const OUTCOMES = ["succeed", "fail", "stall"];

/** In milliseconds, what a runtime's timer takes. */
const LONGEST_TIMER = 2_147_483_647;

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

/**
 * How a task is to end, by the option: what a function returns is checked like the option itself.
 *
 * @param {import("./index.js").TaskInput} input
 * @param {Settings} settings
 * @returns {import("./index.js").Outcome}
 */
export function outcomeOf(input, { outcome }) {
  if (typeof outcome !== "function") return outcome;
  const returned = resultOf(() => outcome({ ...input })) ?? "succeed";
  need(
    OUTCOMES.includes(returned),
    "outcome",
    `a function that returns one of ${listed(OUTCOMES)}, or nothing`,
  );
  return returned;
}

/**
 * @template T
 * @param {() => T} outcome
 */
function resultOf(outcome) {
  try {
    return outcome();
  } catch (/** @type {any} */ cause) {
    throw new TypeError(`createSandbox: option "outcome" threw: ${cause?.message ?? cause}`, { cause });
  }
}

/**
 * @param {string} call
 * @param {unknown} options
 */
export function needOptions(call, options) {
  if (isObject(options)) return;
  throw new TypeError(
    `${call}: its options are not usable; expected an object like { speed: 10 }, or nothing`,
  );
}

/** @param {SandboxOptions} options */
export function withDefaults(options) {
  needOptions("createSandbox", options);
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
      settings[name] === null || isListOf(settings[name], isText),
      name,
      "an array of strings, or null to check none",
    );
  }
  need(
    isText(settings.basePath) && /^(\/.*[^/])?$/.test(settings.basePath),
    "basePath",
    'a path like "/sandbox" with no slash at its end, or ""',
  );
  needOneOf(settings, "createShape", createShapes());
  needOneOf(settings, "feedShape", feedShapes());
  needOneOf(settings, "callbackShape", callbackShapes());
  needOneOf(settings, "listShape", listShapes());
  needOneOf(settings, "cors", [true, false, "gateway"]);
  needOneOf(settings, "checkMedia", [true, false]);
  if (typeof settings.outcome !== "function") needOneOf(settings, "outcome", OUTCOMES);
  for (const name of ["queueTime", "runTime", "invisibleFor", "listLag", "uploadLifetime"]) {
    need(Number.isFinite(settings[name]) && settings[name] >= 0, name, "a number of milliseconds from 0 up");
  }
  need(
    Number.isInteger(settings.mediaTimeout) &&
      settings.mediaTimeout >= 0 &&
      settings.mediaTimeout <= LONGEST_TIMER,
    "mediaTimeout",
    `a whole number of milliseconds from 0 to ${LONGEST_TIMER}`,
  );
  for (const name of ["callbackCopies", "heldReads", "maxUploadBytes", "strangers"]) {
    need(Number.isInteger(settings[name]) && settings[name] >= 0, name, "0, 1, 2, …");
  }
  checkObjects(settings);
  need(
    Number.isFinite(settings.progressStep) && settings.progressStep > 0 && settings.progressStep <= 1,
    "progressStep",
    "a number above 0, up to 1",
  );
  need(Number.isFinite(settings.speed) && settings.speed > 0, "speed", "a number above 0");
  need(isText(settings.failReason), "failReason", "a string");
  need(typeof settings.fetch === "function", "fetch", "a function, called like the global fetch");
  need(
    orNothing(settings.answer, (answer) => typeof answer === "function"),
    "answer",
    "a function (request, next) that returns a Response or nothing",
  );
}

/**
 * The options that are objects.
 *
 * @param {Record<string, any>} settings
 */
function checkObjects({ clock, listedInput, rateLimit, resultUrls }) {
  need(
    typeof clock?.now === "function" && typeof clock.after === "function",
    "clock",
    "an object with the functions now and after, such as createClock() returns",
  );
  const isPlace = ["properties", "input", "data"].includes(listedInput?.place);
  const isName = (/** @type {any} */ name) => ["video", "image", "callback_url"].includes(name);
  need(
    listedInput === null || (isPlace && orNothing(listedInput.fields, (fields) => isListOf(fields, isName))),
    "listedInput",
    'null, or { place, fields }: place is one of "properties", "input", "data", ' +
      'and fields, if given, an array of "video", "image", "callback_url"',
  );
  const isFlag = (/** @type {unknown} */ value) => typeof value === "boolean";
  need(
    orNothing(
      rateLimit,
      ({ requests, per, retryAfter, emptyBody }) =>
        [requests, per].every(Number.isFinite) &&
        requests >= 1 &&
        per > 0 &&
        orNothing(retryAfter, isFlag) &&
        orNothing(emptyBody, isFlag),
    ),
    "rateLimit",
    "{ requests, per } with numbers above 0, and retryAfter and emptyBody, if given, true or false",
  );
  const areUrls = (/** @type {object} */ urls) =>
    isObject(urls) && Object.values(urls).every((url) => orNothing(url, isText));
  need(
    orNothing(resultUrls, areUrls),
    "resultUrls",
    "{ video, poster, lastFrame } with strings, or some of them",
  );
}

/**
 * Whether an option that may be left out is, or else holds.
 *
 * @param {any} value
 * @param {(value: any) => boolean} holds
 */
const orNothing = (value, holds) => value === undefined || value === null || holds(value);

/** @param {unknown} value */
const isText = (value) => typeof value === "string";

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * @param {unknown} value
 * @param {(value: unknown) => boolean} holds
 */
const isListOf = (value, holds) => Array.isArray(value) && value.every(holds);

/**
 * @param {Record<string, any>} settings
 * @param {string} name
 * @param {readonly unknown[]} values
 */
function needOneOf(settings, name, values) {
  need(values.includes(settings[name]), name, `one of ${listed(values)}`);
}

/** @param {readonly unknown[]} values */
const listed = (values) => values.map((value) => JSON.stringify(value)).join(", ");

/**
 * @param {boolean} holds
 * @param {string} name
 * @param {string} expected
 */
function need(holds, name, expected) {
  if (!holds) throw new TypeError(`createSandbox: option "${name}" is not usable; expected ${expected}`);
}
