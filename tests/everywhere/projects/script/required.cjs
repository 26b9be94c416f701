// The same from CommonJS, where Node allows to require an ES module.

const { ActOneError, createClient, run, watchTask } = require("act-one");
const { checkMedia } = require("act-one/media");

import("./whole-task.js")
  .then(({ wholeTask }) =>
    wholeTask({ ActOneError, createClient, run, watchTask, checkMedia }, process.argv[2]),
  )
  .then(console.log);
