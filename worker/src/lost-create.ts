// Which record of the account's task list is the task of a create whose answer was lost. The rule alone: nothing is
// asked here. It is the package's own rule, over what the ledger knows of this Worker's other creates in place of what
// one process remembers. A stranger's task is never taken for ours.

import type { Task } from "act-one";
import type { Order } from "./contract.ts";

/** A create that was sent and has no outcome. */
export interface LostCreate {
  order: Order;
  /** The part of the callback URL that no other submission has. */
  callbackPath: string;
  sentAt: number;
}

/** What is known beside the create itself. */
export interface Surroundings {
  /** The service's ids of this Worker's other tasks. */
  given: ReadonlySet<string>;
  /** The orders of other creates that may have made a task nobody has the id of. */
  inDoubt: readonly Order[];
  /** Nobody but this Worker creates tasks on the account. */
  isSoleCreator: boolean;
  /** Whether all of it is known: every record of the time, and every other task of this Worker. */
  isWhole: boolean;
}

/** The service's id, or the ids of what may be the task. */
export type Verdict = { serviceId: string } | { candidates: string[] };

type Match = "callback" | "input" | "part" | "silent" | "stranger";

/** How far the service's clock may be off. */
export const CLOCK_SKEW_MS = 120_000;

export function judge(create: LostCreate, records: readonly Task[], known: Surroundings): Verdict {
  const possible = records
    .filter(({ id, submittedAt }) => !known.given.has(id) && isLateEnough(submittedAt, create))
    .map((task) => ({ id: task.id, match: matchOf(create, task.raw) }))
    .filter(({ match }) => match !== "stranger");
  const by = (match: Match) => possible.filter((record) => record.match === match);
  // Where a record names our callback URL, those that name none are not ours; and so on with our input.
  const [best] = (["callback", "input"] as const).filter((match) => by(match).length > 0);
  const fitting = best ? by(best) : possible;
  const [first] = fitting;
  if (first && fitting.length === 1 && isProof(first.match, create, known)) return { serviceId: first.id };
  return { candidates: (best === "callback" ? fitting : possible).map(({ id }) => id) };
}

function isLateEnough(submittedAt: number | null, { sentAt }: LostCreate): boolean {
  return submittedAt === null || submittedAt >= sentAt - CLOCK_SKEW_MS;
}

/** Whether the only record that fits so well is the task for sure. */
function isProof(match: Match, { order }: LostCreate, known: Surroundings): boolean {
  const { inDoubt, isSoleCreator, isWhole } = known;
  const isSame = ({ video, image }: Order) => video === order.video && image === order.image;
  switch (match) {
    case "callback":
      return true;
    case "input":
      return isWhole && !inDoubt.some(isSame);
    case "silent":
      return isWhole && isSoleCreator && inDoubt.length === 0;
    default:
      return false;
  }
}

function matchOf({ order, callbackPath }: LostCreate, record: unknown): Match {
  const { video, image, callbackUrl } = sentAccordingTo(record);
  if (callbackUrl !== undefined) return callbackUrl.endsWith(callbackPath) ? "callback" : "stranger";
  if (video === undefined && image === undefined) return isRunway(record) ? "silent" : "stranger";
  const isOurs = (named: string | undefined, ours: string) => named === undefined || named === ours;
  if (!isOurs(video, order.video) || !isOurs(image, order.image)) return "stranger";
  return video !== undefined && image !== undefined ? "input" : "part";
}

/** What a record says of what was sent: itself, or under one of these names, as an object or as its JSON. */
function sentAccordingTo(record: unknown) {
  const at = (holder: unknown, name: string) => parsed(fieldOf(parsed(holder), name));
  const [properties, data] = [at(record, "properties"), at(record, "data")];
  const inner = at(data, "data");
  const holders = [
    at(properties, "input"),
    properties,
    at(record, "input"),
    at(record, "request"),
    at(data, "input"),
    at(inner, "input"),
    inner,
    data,
    record,
  ];
  const first = (...names: string[]) =>
    holders
      .flatMap((holder) => names.map((name) => fieldOf(holder, name)))
      .find((value): value is string => typeof value === "string" && value !== "");
  return {
    video: first("video"),
    image: first("image"),
    callbackUrl: first("callback_url", "callbackUrl", "notify_hook"),
  };
}

function isRunway(record: unknown): boolean {
  const platform = fieldOf(record, "platform");
  return typeof platform !== "string" || /^(runway(ml)?)?$/i.test(platform.trim());
}

function fieldOf(holder: unknown, name: string): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, name) : undefined;
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
