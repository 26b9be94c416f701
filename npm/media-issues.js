// The option `checkMedia`: what it finds wrong with the files of an input, before anything is uploaded or paid.

import { isLocal } from "./media/local-file.js";
import { Parcel } from "./parcel.js";
import { pick } from "./snapshot.js";

/** What the service fails on after it was paid. A file that could not be read may be all right. */
const REFUSED = ["not_16_9", "not_a_video", "not_an_image", "empty"];

/** The options that count for the reading of files. */
const PASSED_ON = ["fetch", "signal", "requestTimeout", "maxRetries", "onRetry"];

/** `{ path, message }` for each file that would be refused; for the check itself, where it fails. */
export async function mediaIssues({ video, image }, options) {
  const files = { video: contentOf(video), image: contentOf(image) };
  try {
    const reports = await options.checkMedia(
      files,
      pick(options, PASSED_ON, (value) => value),
    );
    // A function that forgets to return what it was told would let every file pass.
    if (Object(reports) !== reports) throw new TypeError("it returned no report.");
    return Object.keys(files).flatMap((path) => {
      const { format, problems = [] } = reports[path] ?? {};
      // A fetch of the caller's may reach nothing but a proxy, and answer for all URLs with a page.
      const isProof = format !== null || !options.fetch || typeof files[path] !== "string";
      const refused = problems.filter(({ code }) => isProof && REFUSED.includes(code));
      return refused.map(({ message }) => ({ path, message: String(message) }));
    });
  } catch (thrown) {
    return failures(thrown, files);
  }
}

/** Why the check failed: by file, where it says so of a file. */
function failures(thrown, files) {
  const told = (path, message) => ({ path, message: `checkMedia failed: ${message}` });
  try {
    const ofFiles = thrown.issues.filter(({ path }) => Object.hasOwn(files, path));
    if (ofFiles.length > 0) return ofFiles.map(({ path, message }) => told(path, String(message)));
  } catch {
    // It tells no issues.
  }
  return [told("checkMedia", messageOf(thrown))];
}

/** What `checkMedia` takes: a file that cannot be read in parts is not checked. */
function contentOf(medium) {
  const content = medium instanceof Parcel ? medium.content : medium;
  return typeof content === "string" || isLocal(content) ? content : undefined;
}

function messageOf(thrown) {
  try {
    return String(thrown?.message ?? thrown);
  } catch {
    return "for an unknown reason.";
  }
}
