// One accepted task, from create to its end. Nothing in it moves: where it stands follows from its times and the
// clock whenever somebody looks. It knows no wire format.

import { outcomeOf } from "./options.js";

/** @typedef {import("./index.js").SandboxTask} SandboxTask */
/** @typedef {import("./options.js").Settings} Settings */

/**
 * @param {{ video: string, image: string, callbackUrl: string }} input
 * @param {string} home where the sandbox was reached, for result URLs
 * @param {Settings} settings
 * @returns {SandboxTask}
 */
export function createTask(input, home, settings) {
  const { clock, speed } = settings;
  const submittedAt = clock.now();
  const startsAt = submittedAt + settings.queueTime / speed;
  const visibleAt = submittedAt + settings.invisibleFor / speed;
  const id = crypto.randomUUID();
  const { outcome, failReason } = plannedEnd(input, settings);
  const finishesAt = outcome === "stall" ? Infinity : startsAt + settings.runTime / speed;

  return {
    id,
    ...input,
    submittedAt,
    startsAt,
    finishesAt,
    visibleAt,
    outcome,
    failReason,
    results: { ...resultsUnder(`${home}/outputs/${id}`), ...settings.resultUrls },
    get visible() {
      return clock.now() >= visibleAt;
    },
    get status() {
      const now = clock.now();
      if (now < startsAt) return "queued";
      if (now < finishesAt) return "running";
      return outcome === "fail" ? "failed" : "succeeded";
    },
    get progress() {
      const now = clock.now();
      if (now < startsAt) return 0;
      if (now >= finishesAt) return 1;
      // A stalled task creeps up like any other and then stays short of the end.
      const runsUntil = startsAt + settings.runTime / speed;
      const done = now < runsUntil ? (now - startsAt) / (runsUntil - startsAt) : 1;
      return Math.min(wholeSteps(done, settings.progressStep), 0.99);
    },
  };
}

/**
 * @param {SandboxTask} task
 * @param {number} now
 * @param {Settings} settings
 * @returns {number} when a reader next sees something else of the task; `Infinity` for never
 */
export function nextChange({ visibleAt, startsAt, finishesAt }, now, { runTime, progressStep, speed }) {
  const stepTime = (runTime / speed) * progressStep;
  const stepsDone = Math.max(Math.floor((now - startsAt) / stepTime + 1e-9), 0);
  const times = [visibleAt, startsAt, finishesAt, startsAt + (stepsDone + 1) * stepTime];
  return Math.min(...times.filter((time) => time > now));
}

/** @param {string} folder */
function resultsUnder(folder) {
  return { video: `${folder}/result.mp4`, poster: `${folder}/poster.jpg`, lastFrame: `${folder}/last.jpg` };
}

/**
 * An input's own wish (`?sandbox=fail`) comes before the sandbox's option.
 *
 * @param {{ video: string, image: string, callbackUrl: string }} input
 * @param {Settings} settings
 * @returns {Pick<SandboxTask, "outcome" | "failReason">}
 */
function plannedEnd(input, settings) {
  const optional = outcomeOf(input, settings);
  for (const address of [input.video, input.image]) {
    const query = new URL(address).searchParams;
    const wish = query.get("sandbox");
    if (wish === "fail" || wish === "stall" || wish === "succeed") {
      return { outcome: wish, failReason: query.get("reason") || settings.failReason };
    }
  }
  return { outcome: optional, failReason: settings.failReason };
}

/**
 * @param {number} fraction
 * @param {number} step
 */
function wholeSteps(fraction, step) {
  // The small addition keeps 0.3 / 0.1 from counting as 2.999… steps.
  return Math.floor(fraction / step + 1e-9) * step;
}
