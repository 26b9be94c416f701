// The Worker's entry: what the platform calls. It only names things; a request's way begins in routes.ts, and what
// happens to a task between requests is in task.ts.

import type { Env } from "./contract.ts";
import { answer } from "./routes.ts";
import { sweep } from "./sweeping.ts";

export { Ledger } from "./ledger.ts";
export { TaskObject } from "./task.ts";

export default {
  fetch: (request, env) => answer(request, env),
  scheduled: (_event, env) => sweep(env),
} satisfies ExportedHandler<Env>;
