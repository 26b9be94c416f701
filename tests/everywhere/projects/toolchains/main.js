// For tools that make one file of a program, also one of CommonJS, which cannot wait at its top.

import { ActOneError, createClient, run, watchTask } from "act-one";
import { wholeTask } from "./whole-task.js";

wholeTask({ ActOneError, createClient, run, watchTask }, process.argv.at(-1)).then(console.log);
