// What of Node's test runner is worth reading: each failure, with what its file printed, and the counts. Silent about
// tests that pass.

import { inspect } from "node:util";

const COUNTS = /^(tests|pass|fail|cancelled|skipped) \d+$/;

/** @param {AsyncIterable<import("node:test/reporters").TestEvent>} events */
export default async function* report(events) {
  /** What each file has printed. @type {Map<string | undefined, string>} */
  const printed = new Map();
  for await (const { type, data } of events) {
    if (type === "test:stdout" || type === "test:stderr") {
      printed.set(data.file, (printed.get(data.file) ?? "") + data.message);
    }
    // What only says that a test within it has failed says nothing new.
    if (type === "test:fail" && data.details.error.failureType !== "subtestsFailed") {
      yield `\n✖ ${data.name} (${data.file}:${data.line})\n${inspect(data.details.error.cause ?? data.details.error)}\n`;
      yield printed.get(data.file) ?? "";
      printed.delete(data.file);
    }
    if (type === "test:diagnostic" && data.nesting === 0 && COUNTS.test(data.message)) {
      yield `ℹ ${data.message}\n`;
    }
  }
}
