// The first states of a task, `new` and `sending`: a place in the ledger, one create, and its answer. Everything from the
// place to the answer has one deadline, and each submission has a word of its own in the record, so that one which was
// given up neither sends nor accepts anything when it wakes.

import { ActOneError, nextPollDelay, type Task } from "act-one";
import { callbackUrlOf } from "./callbacks.ts";
import type { Config } from "./config.ts";
import type { Admission, CreateCall, Creation, Order, Refusal, TaskRecord } from "./contract.ts";
import { Deadline } from "./deadline.ts";
import type { Doubt } from "./doubt.ts";
import { log } from "./log.ts";
import { createAtService, mayHaveMadeTask, outcomeUnknown, refusalOf, tooBusy } from "./service.ts";
import { newRecord } from "./task-record.ts";
import { describe, type TaskTools } from "./task-tools.ts";

/** From the place in the ledger to the service's answer, turns to wait for included. The caller waits 30 s by default. */
const CREATE_DEADLINE_MS = 26_000;

/** Well after a create has ended one way or the other: who wakes then finds out what a crash left. */
const INTERRUPTED_AFTER_MS = CREATE_DEADLINE_MS + 4000;

/** When a task that is being taken back is looked at again, in case that this fails. */
const WITHDRAW_AGAIN_MS = 5000;

const NOT_SENT = "This Worker is too busy. Nothing was created; try again shortly";

/** This submission is not the task's any more: nothing was sent. */
class Superseded extends Error {}

export class Creating {
  readonly #tools: TaskTools;
  readonly #doubt: Doubt;
  #submission: Promise<Creation> | undefined;
  /** Until when the submission can be under way: a platform that drops its work settles no promise. */
  #submissionEndsBy = 0;
  /** An acceptance that could not be written down yet. */
  #unwritten: { mine: TaskRecord; task: Task } | undefined;

  constructor(tools: TaskTools, doubt: Doubt) {
    this.#tools = tools;
    this.#doubt = doubt;
  }

  get isUnderWay(): boolean {
    return this.#submission !== undefined && Date.now() < this.#submissionEndsBy;
  }

  get endsBy(): number {
    return this.#submissionEndsBy;
  }

  /** Creates the task; the same call again, by idempotency key, gives the same task. */
  async create(call: CreateCall): Promise<Creation> {
    const { record } = this.#tools.store;
    if (record && !isSameOrder(record.order, call.order)) return { refusal: keyUsedForAnother };
    if (this.#submission && this.isUnderWay) return repeated(await this.#submission);
    if (record?.taskMayExist) return { refusal: outcomeUnknown(call.id) };
    if (record && record.state !== "new") return { taskId: call.id, isRepeat: true };

    this.#submissionEndsBy = Date.now() + INTERRUPTED_AFTER_MS;
    const submission = this.#submit(call).finally(() => {
      if (this.#submission === submission) this.#submission = undefined;
    });
    this.#submission = submission;
    return submission;
  }

  async #submit(call: CreateCall): Promise<Creation> {
    const config = this.#tools.config();
    const deadline = new Deadline(CREATE_DEADLINE_MS, "the create took too long");
    try {
      const admission = await this.#admit(call, config, deadline);
      if (admission !== "admitted") {
        log("create.refused", { task: call.id, caller: call.caller, reason: admission });
        return { refusal: full[admission] };
      }
      return await this.#send(this.#begin(call), call, config, deadline);
    } catch (error) {
      // Before anything was written, or the writing itself: nothing was sent.
      log("create.not_sent", { task: call.id, caller: call.caller, error: describe(error) });
      return { refusal: tooBusy(NOT_SENT) };
    } finally {
      deadline.clear();
    }
  }

  /** Writes down an acceptance that storage refused at first. */
  async finish(): Promise<void> {
    if (!this.#unwritten || this.isUnderWay) return;
    const { mine, task } = this.#unwritten;
    await this.#accept(mine, task, this.#tools.config());
  }

  /** A place in the ledger, before anything is written here: who is refused costs no rows. */
  async #admit(call: CreateCall, config: Config, deadline: Deadline): Promise<Admission> {
    const asked = this.#tools.ledger.admit(call.id, call.caller, call.uploads, {
      maxConcurrentTasks: config.maxConcurrentTasks,
      maxCreatesPerDay: config.maxCreatesPerDay,
      perCaller: config.perCaller,
      holdMs: config.giveUpMs + config.unknownMs,
    });
    try {
      return await deadline.race(asked);
    } catch (error) {
      // A place that is given all the same goes back, unless another submission has come to need it.
      void Promise.resolve(asked)
        .catch(() => {})
        .then(() =>
          this.#tools.store.record || this.isUnderWay ? undefined : this.#tools.ledger.release(call.id),
        )
        .catch(() => {});
      throw error;
    }
  }

  #begin(call: CreateCall): TaskRecord {
    const { store } = this.#tools;
    const now = Date.now();
    store.begin(newRecord(call, now), now + INTERRUPTED_AFTER_MS);
    return store.known;
  }

  async #send(mine: TaskRecord, call: CreateCall, config: Config, deadline: Deadline): Promise<Creation> {
    const callbackUrl = callbackUrlOf(call.origin, call.id, mine.callbackSecret);
    let hasLeft = false;
    const beforeSending = async () => {
      await deadline.race(this.#noteSending(mine));
      if (!this.#isMine(mine, "sending") || deadline.isOver) throw new Superseded("it was given up");
      hasLeft = true;
    };
    try {
      const task = await createAtService(call.order, callbackUrl, config, deadline.signal, beforeSending);
      return await this.#accept(mine, task, config);
    } catch (error) {
      try {
        return await this.#notAccepted(mine, hasLeft, error);
      } catch (further) {
        if (!hasLeft) throw further;
        // Nothing can be written; what is on disk says that the create has left.
        log("create.unknown", { task: mine.id, caller: mine.caller, error: describe(further) });
        return { refusal: outcomeUnknown(mine.id) };
      }
    }
  }

  /** Before the request leaves, it is on disk that it does. */
  async #noteSending(mine: TaskRecord): Promise<void> {
    if (!this.#isMine(mine, "new")) throw new Superseded("it was given up");
    this.#tools.store.update({ state: "sending", submittedAt: Date.now() });
    await this.#tools.store.sync();
  }

  /** Before the caller has the id, the service's id is on disk. */
  async #accept(mine: TaskRecord, task: Task, config: Config): Promise<Creation> {
    const { store } = this.#tools;
    this.#unwritten = { mine, task };
    const delay = config.pollIntervalMs ?? (await nextPollDelay(task));
    if (!this.#isMine(mine)) {
      this.#unwritten = undefined;
      // Only a task that was deleted meanwhile gets here.
      log("create.fenced", { task: mine.id, caller: mine.caller, serviceId: task.id });
      return { refusal: outcomeUnknown(mine.id) };
    }
    store.keepAnswer("create", task.raw);
    const { serviceId, hintedAt } = store.known;
    // A callback can have settled it meanwhile.
    if (serviceId === null) {
      this.#doubt.end(task.id, hintedAt === null ? Date.now() + delay : Date.now());
      store.update({ submittedAt: task.checkedAt });
    }
    this.#unwritten = undefined;
    await store.sync();
    log("task.accepted", { task: mine.id, caller: mine.caller, serviceId: task.id });
    return { taskId: mine.id, isRepeat: false };
  }

  async #notAccepted(mine: TaskRecord, hasLeft: boolean, error: unknown): Promise<Creation> {
    const { store } = this.#tools;
    if (hasLeft && mayHaveMadeTask(error)) {
      if (this.#isMine(mine, "sending")) this.#doubt.begin(describe(error));
      await store.sync();
      return store.record?.serviceId
        ? { taskId: mine.id, isRepeat: false }
        : { refusal: outcomeUnknown(mine.id) };
    }
    log("create.refused", { task: mine.id, caller: mine.caller, wasSent: hasLeft, error: describe(error) });
    if (this.#isMine(mine)) await this.withdraw(hasLeft ? "refused" : "not_sent");
    const isTold = error instanceof ActOneError && (hasLeft || error.code === "invalid_input");
    return { refusal: isTold ? refusalOf(error) : tooBusy(NOT_SENT) };
  }

  /** Takes the task back: it is certain that the service has none. */
  async withdraw(reason: string): Promise<void> {
    const { store, ledger } = this.#tools;
    // So that a crash in the middle of this leaves what the alarm withdraws, and no doubt. The word changes, so that no
    // submission takes this record for its own.
    const changes = { state: "new", attempt: "withdrawn", taskMayExist: false } as const;
    const { id, caller } = store.update(changes, Date.now() + WITHDRAW_AGAIN_MS);
    await ledger.release(id);
    await store.forget();
    log("task.withdrawn", { task: id, caller, reason });
  }

  #isMine({ attempt }: TaskRecord, state?: TaskRecord["state"]): boolean {
    const { record } = this.#tools.store;
    return record?.attempt === attempt && (state === undefined || record.state === state);
  }
}

const keyUsedForAnother: Refusal = {
  status: 422,
  message: "This Idempotency-Key was used for another input. Take a new key for a new task",
  param: "Idempotency-Key",
  code: "idempotency_key_reused",
};

const full: Record<Exclude<Admission, "admitted">, Refusal> = {
  too_many_tasks: tooBusy(
    "As many tasks are running as this Worker allows (MAX_CONCURRENT_TASKS). Try again later",
  ),
  too_many_of_caller: tooBusy(
    "As many of your tasks are running as this Worker allows each caller (MAX_CONCURRENT_TASKS_PER_CALLER). " +
      "Try again later",
  ),
  too_many_creates: dailyLimit("this Worker allows (MAX_CREATES_PER_DAY)"),
  too_many_creates_of_caller: dailyLimit("this Worker allows each caller (MAX_CREATES_PER_DAY_PER_CALLER)"),
};

function dailyLimit(bound: string): Refusal {
  const message = `As many tasks were created today (UTC) as ${bound}. Try again tomorrow`;
  return { status: 403, message, code: "daily_limit" };
}

function repeated(creation: Creation): Creation {
  return "taskId" in creation ? { ...creation, isRepeat: true } : creation;
}

function isSameOrder(a: Order, b: Order): boolean {
  return a.video === b.video && a.image === b.image && a.runwayVersion === b.runwayVersion;
}
