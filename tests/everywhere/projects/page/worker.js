// A web worker: modules in workers know no import map, so the package is named by its address.

import { ActOneError, createClient, run, watchTask } from "./node_modules/act-one/npm/browser.js";
import { checkMedia } from "./node_modules/act-one/npm/media/browser.js";
import { report, service } from "./report.js";
import { wholeTask } from "./whole-task.js";

report(wholeTask({ ActOneError, createClient, run, watchTask, checkMedia }, service));
