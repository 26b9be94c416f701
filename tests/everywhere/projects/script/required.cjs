// The same from CommonJS, where Node allows to require an ES module.

const { ActOneError, createClient, run, watchTask } = require("act-one");

import("./whole-task.js")
  .then(({ wholeTask }) => wholeTask({ ActOneError, createClient, run, watchTask }, process.argv[2]))
  .then(console.log);
