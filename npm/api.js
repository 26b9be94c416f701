// The package's functions: each passes a snapshot of its arguments on to the Wasm, as soon as that is there.

import { asSignal, untilAborted } from "./abort.js";
import { follow } from "./calls.js";
import { inOneBody } from "./download.js";
import { ActOneError, tracedFrom } from "./error.js";
import { filesNow } from "./files.js";
import { ifLoaded, load } from "./load.js";
import { mediaIssues } from "./media-issues.js";
import { optionsNow, subjectNow } from "./snapshot.js";
import { wrongNames } from "./unknown.js";

export { ActOneError } from "./error.js";
export { init } from "./load.js";

export const submit = (input, options) => call(submit, "submit", input, options);
export const getTask = (taskOrId, options) => call(getTask, "getTask", taskOrId, options);
export const waitForTask = (taskOrId, options) => call(waitForTask, "waitForTask", taskOrId, options);
export const run = (input, options) => call(run, "run", input, options);
export const listTasks = (filter, options) => call(listTasks, "listTasks", filter, options);
export const parseCallback = (requestOrBody) => call(parseCallback, "parseCallback", requestOrBody);
export const nextPollDelay = (task, options) => call(nextPollDelay, "nextPollDelay", task, options);
export const upload = (file, options) => call(upload, "upload", file, options);
export const download = (taskOrUrl, options) => call(download, "download", taskOrUrl, options, inOneBody);

/** How deep calls may be nested: each of those around has a property that is being read, or a listener being added. */
const MAX_NESTED = 40;

let nested = 0;

/** What the Wasm's function of that name resolves with, or what `through` makes of it. */
function call(entry, name, subject, options, through) {
  const traced = tracedFrom(entry);
  if (nested >= MAX_NESTED) {
    const message = "options calls the client from a getter or addEventListener without end.";
    const issues = [{ path: "options", message }];
    return Promise.reject(
      new ActOneError({ code: "invalid_input", message: `Nothing was sent. ${message}`, issues }),
    );
  }
  nested += 1;
  try {
    // A file is held below.
    const now = name === "upload" ? subject : subjectNow(subject);
    return begin(name, now, optionsNow(options), through).catch(traced);
  } finally {
    nested -= 1;
  }
}

function begin(name, given, options, through) {
  const issues = wrongNames(name, given, options);
  const subject = filesNow(name, given, issues, options.onProgress);
  const ask = (more) => {
    const checkMedia = () => (options.checkMedia ? mediaIssues(subject, options) : undefined);
    const askIt = (wasm) =>
      follow((record) => wasm[name](subject, options, record, more), issues, checkMedia);
    const wasm = ifLoaded();
    return wasm ? askIt(wasm) : load().then(askIt);
  };
  const start = (release) => (through ? through(ask, options, release) : ask());
  const signal = asSignal(options.signal);
  if (!signal) return start(() => {});
  const startWith = (own, release) => {
    options.signal = own;
    return start(release);
  };
  // The body of a download is read after its call has resolved.
  return untilAborted(signal, startWith, name === "download");
}
