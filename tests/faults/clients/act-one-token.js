// Ours, with the account's access token: a create whose answer was lost is looked for in the task list.

import { startWith } from "./act-one.js";

/** @type {import("../drive.js").Start} */
export const start = (task) => startWith(task, { accessToken: "at-sandbox" });
