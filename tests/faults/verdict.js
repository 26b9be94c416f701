// From what the runs reported and what the service has booked: who paid twice, what was lost, what hung. The two
// sides are matched by the run's number in the address of the input.

/** @typedef {import("./drive.js").Report} Report */
/** @typedef {import("../../sandbox/index.js").SandboxTask} SandboxTask */
/** @typedef {ReturnType<typeof judge>} Verdict */

/**
 * @param {{ whole: Report[], aborted: Report[], unhandled: number, tasks: Iterable<SandboxTask> }} evidence
 */
export function judge({ whole, aborted, unhandled, tasks }) {
  const booked = [...tasks];
  const paidOf = (/** @type {Report} */ { run }) => booked.filter((task) => runOf(task) === run);
  const fates = whole.flatMap((report) => paidOf(report).map((task) => ({ report, task })));
  const lost = fates.filter(({ report, task }) => isLost(report, task));
  const times = aborted
    .flatMap(({ abortMs }) => (abortMs === undefined ? [] : [abortMs]))
    .sort((a, b) => a - b);
  return {
    runs: whole.length,
    paidTasks: fates.length,
    paidTwice: [...whole, ...aborted].filter((report) => paidOf(report).length > 1).length,
    delivered: whole.filter(({ end }) => end === "result").length,
    ledTo: whole.filter(
      (report) => report.end === "error" && paidOf(report).some((task) => !isLost(report, task)),
    ).length,
    lost: lost.length,
    unnamed: fates.filter(({ report, task }) => !report.text.includes(task.id)).length,
    lostYetNamed: lost.filter(({ report, task }) => report.named.includes(task.id)).length,
    aborts: times.length,
    abortMedian: times[Math.floor(times.length / 2)],
    abortWorst: times.at(-1),
    lateAborts: aborted.filter(({ withinTurn }) => withinTurn === false).length,
    abortsThatResolved: aborted.filter(({ abortMs, end }) => abortMs !== undefined && end === "result")
      .length,
    notEnded: [...whole, ...aborted].filter(({ end }) => end === "not ended").length,
    unhandled,
  };
}

/**
 * What of a verdict on ours must not be.
 *
 * @param {Verdict} verdict
 * @param {{ listsTasks?: boolean }} [token] `listsTasks`: whether the account's task list could be looked into
 * @returns {string[]}
 */
export function broken(verdict, { listsTasks = false } = {}) {
  const must = {
    "paid twice": verdict.paidTwice,
    "results lost": verdict.lost,
    "paid tasks neither delivered nor named": listsTasks ? verdict.unnamed : 0,
    "aborts later than one turn of the event loop": verdict.lateAborts,
    "not ended": verdict.notEnded,
    "unhandled rejections": verdict.unhandled,
  };
  return Object.entries(must)
    .filter(([, count]) => count > 0)
    .map(([what, count]) => `${what}: ${count}`);
}

/**
 * A paid task is lost when its result has not come and the error does not lead to it: neither by the id, wherever the
 * error has it, nor by saying that a task may exist.
 *
 * @param {Report} report
 * @param {SandboxTask} task
 */
function isLost(report, task) {
  return !report.text.includes(task.id) && !report.taskMayExist;
}

/** @param {SandboxTask} task */
function runOf(task) {
  return Number(task.video.match(/\/(\d+)\.mp4$/)?.[1]);
}
