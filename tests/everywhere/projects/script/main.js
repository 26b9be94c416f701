// For runtimes with a command line: the sandbox's address is the argument, the outcome is the output.

import { ActOneError, createClient, run, watchTask } from "act-one";
import { checkMedia } from "act-one/media";
import { wholeTask } from "./whole-task.js";

console.log(await wholeTask({ ActOneError, createClient, run, watchTask, checkMedia }, process.argv[2]));
