import { ActOneError, createClient, run, watchTask } from "act-one/inline";
import { report, service } from "../report.js";
import { wholeTask } from "../whole-task.js";

report(wholeTask({ ActOneError, createClient, run, watchTask }, service));
