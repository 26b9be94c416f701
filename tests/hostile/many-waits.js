// The process that many-waits.test.js starts: ten thousand waits, begun at once, each of which has read once and sleeps.

import { waitForTask } from "../../npm/node.js";
import { ID, RUNNING, response } from "./answers.js";
import { turns } from "./virtual-time.js";

const WAITS = 10_000;
let reads = 0;
const fetch = async () => {
  reads += 1;
  return response(JSON.stringify(RUNNING));
};

for (const count of [100, WAITS]) {
  for (let begun = 0; begun < count; begun++)
    void waitForTask(ID, { apiKey: "sk-many", fetch, timeout: null, pollInterval: 3_600_000 });
  for (let seen = -1; seen < reads; await new Promise((resolve) => setTimeout(resolve, 500))) seen = reads;
}
await turns();
console.log(reads);
process.exit();
