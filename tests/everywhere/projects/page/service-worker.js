// A service worker: it may not import later on, and lives only while an event waits for it.

import { ActOneError, createClient, run, watchTask } from "./node_modules/act-one/npm/browser.js";
import { report, service } from "./report.js";
import { wholeTask } from "./whole-task.js";

addEventListener("message", (event) => {
  event.waitUntil(report(wholeTask({ ActOneError, createClient, run, watchTask }, service)));
});
