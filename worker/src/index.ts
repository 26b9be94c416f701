// The Worker's entry: what the platform calls. It only names things; a request's way begins in routes.ts, and what
// happens to a task between requests is in task.ts.

import type { Env } from "./config.ts";
import { answer } from "./routes.ts";

export { Ledger } from "./ledger.ts";
export { TaskObject } from "./task.ts";

export default {
  fetch: (request, env) => answer(request, env),
} satisfies ExportedHandler<Env>;
