// The option `checkMedia`: what it finds wrong with the files of an input, before anything is uploaded or paid.

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
    return Object.keys(files).flatMap((path) => {
      const { format, problems = [] } = reports?.[path] ?? {};
      // A fetch of the caller's may reach nothing but a proxy, and answer for all URLs with a page.
      const isProof = format !== null || !options.fetch || typeof files[path] !== "string";
      const refused = problems.filter(({ code }) => isProof && REFUSED.includes(code));
      return refused.map(({ message }) => ({ path, message: String(message) }));
    });
  } catch (thrown) {
    return [{ path: "checkMedia", message: `checkMedia failed: ${messageOf(thrown)}` }];
  }
}

/** What `checkMedia` takes: of a file that cannot be read in parts it would know nothing. */
function contentOf(medium) {
  const content = medium instanceof Parcel ? medium.content : medium;
  return typeof content?.slice === "function" ? content : undefined;
}

function messageOf(thrown) {
  try {
    return String(thrown?.message ?? thrown);
  } catch {
    return "for an unknown reason.";
  }
}
