// Looks for the task of a create whose answer was lost, in the account's task list: reads the list, and asks this
// Worker's other tasks of the time for what is theirs. Which record it is, if any, is decided in lost-create.ts.

import { listTasks, type Task } from "act-one";
import { callbackPathOf } from "./callbacks.ts";
import type { Config } from "./config.ts";
import type { Order } from "./contract.ts";
import { CLOCK_SKEW_MS, judge, type Verdict } from "./lost-create.ts";
import type { TaskTools } from "./task-tools.ts";

const READ_TIMEOUT_MS = 20_000;
const PAGE_SIZE = 100;

/** More than an account makes in the time that counts. */
const MOST_PAGES = 5;

/** Other tasks of this Worker that are asked for their ids; with more, only a callback URL tells. */
const MOST_TASKS = 100;

export async function search(tools: TaskTools, config: Config, accessToken: string): Promise<Verdict> {
  const { id, order, callbackSecret, submittedAt, createdAt } = tools.store.known;
  const create = {
    order,
    callbackPath: callbackPathOf(id, callbackSecret),
    sentAt: submittedAt ?? createdAt,
  };
  // The list first: what was sent after it was read is in none of its records.
  const list = await readList(create.sentAt - CLOCK_SKEW_MS, config, accessToken);
  const others = await othersSince(create.sentAt - 2 * CLOCK_SKEW_MS, tools);
  const { isSoleCreator } = config;
  return judge(create, list.records, { ...others, isSoleCreator, isWhole: list.isWhole && others.isWhole });
}

async function readList(since: number, config: Config, accessToken: string) {
  const options = {
    accessToken,
    baseUrl: config.baseUrl,
    maxRetries: 0,
    requestTimeout: READ_TIMEOUT_MS,
  };
  const records: Task[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const filter = { since, page, pageSize: PAGE_SIZE, all: true };
    const { tasks, total } = await listTasks(filter, options);
    records.push(...(tasks as Task[]));
    // A service may give fewer on a page than it is asked for.
    const isWhole =
      tasks.length === 0 || (total === null ? tasks.length < PAGE_SIZE : records.length >= total);
    if (isWhole) return { records, isWhole };
  }
  return { records, isWhole: false };
}

async function othersSince(since: number, { ledger, store, env }: TaskTools) {
  const { tasks, isWhole } = await ledger.createdSince(since, MOST_TASKS);
  const others = tasks.filter((task) => task !== store.known.id);
  const standings = await Promise.all(
    others.map((task) => env.TASKS.get(env.TASKS.idFromName(task)).standing()),
  );
  const given = new Set<string>();
  const inDoubt: Order[] = [];
  for (const standing of standings) {
    if (standing?.serviceId) given.add(standing.serviceId);
    else if (standing?.mayHaveTask) inDoubt.push(standing.order);
  }
  return { given, inDoubt, isWhole };
}
