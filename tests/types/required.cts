// CommonJS, where Node allows to require an ES module.

import actOne = require("act-one");

const task: Promise<actOne.SucceededTask> = actOne.run({ video: "", image: "" });
void task;
