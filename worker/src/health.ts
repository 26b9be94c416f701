// `/healthz`: whether the Worker is set up, for anybody; with `?deep`, for callers, also whether its storage and its
// ledger work, and what there is to do.

import type { Config } from "./config.ts";
import type { Env } from "./contract.ts";
import { describe, ledgerOf } from "./task-tools.ts";

export function health(config: Config | undefined, problems: string[] | undefined): Response {
  const found = config ? abilities(config) : { problems };
  return Response.json({ ok: config !== undefined, ...found }, { status: config ? 200 : 503 });
}

/** Whether creates whose answer was lost are looked for in the account's task list. */
function abilities({ accountToken }: Config) {
  return { finds_lost_creates: accountToken !== undefined };
}

export async function deepHealth(env: Env, config: Config): Promise<Response> {
  const problems: string[] = [];
  const [census, bucket] = await Promise.all([
    ledgerOf(env)
      .census()
      .catch((error: unknown) => void problems.push(`The ledger does not answer: ${describe(error)}`)),
    env.OUTPUTS.head("healthz").then(
      () => true,
      (error: unknown) => void problems.push(`The R2 bucket does not answer: ${describe(error)}`),
    ),
  ]);
  if (census && census.overdueTasks > 0) {
    problems.push(
      `${census.overdueTasks} tasks are overdue. Is the cron trigger of wrangler.jsonc deployed?`,
    );
  }
  const ok = problems.length === 0;
  const found = { ...abilities(config), r2: bucket === true, ledger: census !== undefined, ...census };
  return Response.json({ ok, ...(!ok && { problems }), ...found }, { status: ok ? 200 : 503 });
}
