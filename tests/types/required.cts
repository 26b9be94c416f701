// CommonJS, where Node allows to require an ES module.

import actOne = require("act-one");

export const task: Promise<actOne.SucceededTask> = actOne.run({ video: "", image: "" });
