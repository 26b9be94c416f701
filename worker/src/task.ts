// One task, from the create to the day it expires, as an object of its own that any crash may interrupt anywhere. Each
// step writes down what it is about to do, does it, and writes down what came of it; the alarm comes back for whatever
// was left. It decides what a task's next step is; how a step is done is in service.ts and video-copy.ts.

import { DurableObject } from "cloudflare:workers";
import { ActOneError, nextPollDelay, parseCallback, type Task } from "act-one";
import { type TaskView, viewOf } from "./answers.ts";
import { callbackAddress } from "./callbacks.ts";
import { type Config, type Env, readConfig } from "./config.ts";
import type { Refusal } from "./errors.ts";
import type { Order } from "./inputs.ts";
import { type Admission, type Ledger } from "./ledger.ts";
import { log } from "./log.ts";
import { outputKey } from "./outputs.ts";
import { isSameSecret } from "./secrets.ts";
import {
  CREATE_DEADLINE_MS,
  createAtService,
  mayHaveMadeTask,
  outcomeUnknown,
  readAtService,
  refusalOf,
  tooBusy,
} from "./service.ts";
import { newRecord, type State, type TaskRecord, TaskStore } from "./task-record.ts";
import { copyVideo, Unstorable } from "./video-copy.ts";

export interface CreateCall {
  id: string;
  caller: string;
  order: Order;
  /** This Worker's own address, for the callback. */
  origin: string;
}

export type Creation = { taskId: string; isRepeat: boolean } | { refusal: Refusal };

/** Well after a create has ended one way or the other: who wakes then finds out what a crash left. */
const INTERRUPTED_AFTER_MS = CREATE_DEADLINE_MS + 4000;

/** A crowd of callbacks does not read faster than this. */
const LEAST_BETWEEN_READS_MS = 1000;

/** How long the service may not know a task that it has accepted, or known before. */
const NOT_FOUND_GRACE_MS = 120_000;

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

/** An alarm this late is one that the platform has lost. */
const OVERDUE_MS = 60_000;

export class TaskObject extends DurableObject<Env> {
  readonly #store = new TaskStore(this.ctx.storage);
  #submission: Promise<Creation> | undefined;
  /** Until when the submission can be under way: a platform that drops its work settles no promise. */
  #submissionEndsBy = 0;
  #isAwake = false;
  #readAt = 0;

  /** Creates the task; the same call again, by idempotency key, gives the same task. */
  async create(call: CreateCall): Promise<Creation> {
    const config = this.#config();
    const record = this.#current();
    if (record && !isSameOrder(record.order, call.order)) return { refusal: keyUsedForAnother };
    if (this.#submission && this.#isSubmitting) return repeated(await this.#submission);
    if (record?.taskMayExist) return { refusal: outcomeUnknown(call.id) };
    if (record && record.state !== "new") return { taskId: call.id, isRepeat: true };

    this.#submissionEndsBy = Date.now() + INTERRUPTED_AFTER_MS;
    this.#submission = this.#submit(call, config).finally(() => (this.#submission = undefined));
    // Whoever asked may hang up: what is paid for is written down all the same.
    this.ctx.waitUntil(this.#submission);
    return this.#submission;
  }

  /** The task as its caller sees it: out of storage, however many ask. */
  async read(caller: string): Promise<TaskView | undefined> {
    const record = this.#current();
    if (!record || record.caller !== caller) return undefined;
    const isOverdue = record.wakeAt + OVERDUE_MS < Date.now();
    if (isOverdue && !this.#isAwake) await this.ctx.storage.setAlarm(Date.now());
    return viewOf(record);
  }

  /**
   * Takes a callback as a hint to look at once.
   *
   * @returns whether it came to the right address
   */
  async callback(secret: string, body: string): Promise<boolean> {
    const known = this.#store.record;
    if (!known || !(await isSameSecret(secret, known.callbackSecret))) return false;
    const said = await parseCallback(body).catch(() => undefined);
    const record = this.#current();
    if (!record) return false;

    this.#store.keepAnswer("callback", said?.raw ?? body);
    log("callback", { task: record.id, state: record.state, said: said?.status ?? "unreadable" });
    if (hasEnded(record)) {
      if (record.taskMayExist) log("callback.too_late", { task: record.id, serviceId: said?.id ?? null });
      return true;
    }
    const hint = { hintedAt: Date.now(), hintedId: said?.id ?? record.hintedId };
    this.#store.update(hint, record.state === "waiting" ? this.#soonestRead : record.wakeAt);
    if (record.state === "unknown") this.#settle();
    await this.#store.sync();
    return true;
  }

  override async alarm(): Promise<void> {
    const record = this.#current();
    if (!record) return;
    this.#isAwake = true;
    this.#store.count("alarms");
    try {
      await this.#step(record.state, this.#config());
    } catch (error) {
      // The platform repeats a failing alarm six times and then never again; a task must not be left that way.
      log("alarm.failed", { task: record.id, state: record.state, error: describe(error) });
      if (this.#store.record) this.#tryAgainLater();
    } finally {
      this.#isAwake = false;
    }
  }

  async #step(state: State, config: Config): Promise<void> {
    switch (state) {
      case "new":
        // Nothing was sent and nobody was answered: there is no task. A repeat by idempotency key begins anew.
        // No repeat may begin while this one is being taken back.
        if (!this.#isSubmitting) return this.ctx.blockConcurrencyWhile(() => this.#withdraw("abandoned"));
        return void this.#store.update({}, this.#submissionEndsBy);
      case "sending":
        return void this.#store.update({}, this.#submissionEndsBy);
      case "unknown":
        return this.#awaitCallback(config);
      case "waiting":
        return this.#poll(config);
      case "copying":
        return this.#copy(config);
      case "succeeded":
      case "failed":
        return this.#expire();
    }
  }

  // Creating

  async #submit({ id, caller, order, origin }: CreateCall, config: Config): Promise<Creation> {
    const now = Date.now();
    if (this.#store.record) this.#store.update({}, now + INTERRUPTED_AFTER_MS);
    else this.#store.begin(newRecord(id, caller, order, now), now + INTERRUPTED_AFTER_MS);
    const callbackUrl = callbackAddress(origin, id, this.#store.known.callbackSecret);
    try {
      const admission = await this.#ledger.admit(id, {
        maxConcurrentTasks: config.maxConcurrentTasks,
        maxCreatesPerDay: config.maxCreatesPerDay,
        holdMs: config.giveUpMs + config.unknownMs,
      });
      if (admission !== "admitted") {
        await this.#withdraw(admission);
        return { refusal: full[admission] };
      }
      const task = await createAtService(order, callbackUrl, config, () => this.#noteSending());
      return await this.#accept(task, config);
    } catch (error) {
      return await this.#notAccepted(id, error);
    }
  }

  /** Before the request leaves, it is on disk that it does. */
  async #noteSending(): Promise<void> {
    this.#store.update({ state: "sending", submittedAt: Date.now() });
    await this.#store.sync();
  }

  /** Before the caller has the id, the service's id is on disk. */
  async #accept(task: Task, config: Config): Promise<Creation> {
    const delay = config.pollIntervalMs ?? (await nextPollDelay(task));
    const { id, hintedAt } = this.#store.known;
    this.#store.keepAnswer("create", task.raw);
    this.#store.update(
      { state: "waiting", serviceId: task.id, submittedAt: task.checkedAt },
      hintedAt === null ? Date.now() + delay : Date.now(),
    );
    await this.#store.sync();
    log("task.accepted", { task: id, serviceId: task.id });
    return { taskId: id, isRepeat: false };
  }

  async #notAccepted(id: string, error: unknown): Promise<Creation> {
    const wasSent = this.#store.known.state === "sending";
    if (wasSent && mayHaveMadeTask(error)) {
      this.#markUnknown(describe(error));
      await this.#store.sync();
      return { refusal: outcomeUnknown(id) };
    }
    log("create.refused", { task: id, wasSent, error: describe(error) });
    await this.#withdraw(wasSent ? "refused" : "not_sent");
    return { refusal: error instanceof ActOneError ? refusalOf(error) : tooBusy("The service is too busy") };
  }

  /** Takes the task back: it is certain that the service has none. */
  async #withdraw(reason: string): Promise<void> {
    // So that a crash in the middle of this leaves what the alarm withdraws, and no doubt.
    const { id } = this.#store.update({ state: "new" }, Date.now() + LONGEST_RETRY_MS);
    await this.#ledger.release(id, { unused: true });
    await this.#store.forget();
    log("task.withdrawn", { task: id, reason });
  }

  // Creates of unknown outcome

  /** The record, with a create that a crash has interrupted told as what it is: unknown. */
  #current(): TaskRecord | undefined {
    const { record } = this.#store;
    if (record?.state === "sending" && !this.#isSubmitting) this.#markUnknown("interrupted");
    return this.#store.record;
  }

  #markUnknown(error: string): void {
    const { id, hintedId } = this.#store.update({ state: "unknown", taskMayExist: true }, Date.now());
    log("create.unknown", { task: id, error });
    if (hintedId !== null) this.#settle();
  }

  /** Only the service knows the address that a callback came to, so the id in it is this task's. */
  #settle(): void {
    const { id, hintedId: serviceId } = this.#store.known;
    if (serviceId === null) return;
    log("create.settled", { task: id, serviceId });
    this.#store.update({ state: "waiting", taskMayExist: false, serviceId }, Date.now());
  }

  async #awaitCallback({ unknownMs }: Config): Promise<void> {
    const until = this.#store.known.createdAt + unknownMs;
    if (Date.now() < until) return void this.#store.update({}, until);
    const reason =
      "It is not known whether the service made this task: its answer to the create was lost. A paid task may " +
      "exist (taskMayExist). It was not sent again";
    await this.#end("failed", reason);
  }

  // Watching

  async #poll(config: Config): Promise<void> {
    const startedAt = Date.now();
    const { serviceId, createdAt } = this.#store.known;
    if (startedAt - createdAt > config.giveUpMs) {
      return this.#end("failed", "The service did not finish this task in time");
    }
    this.#store.count("reads");
    this.#readAt = startedAt;
    let task: Task;
    try {
      task = await readAtService(serviceId ?? "", config);
    } catch (error) {
      return this.#readFailed(error);
    }
    this.#store.keepAnswer("feed", task.raw);
    const seen = learned(this.#store.known, task);
    if (task.status === "failed") {
      this.#store.update(seen);
      return this.#end("failed", task.failReason ?? "The service gives no reason");
    }
    if (task.status === "succeeded") {
      this.#store.update({ ...seen, state: "copying", videoUrl: task.videoUrl });
      return this.#copy(config);
    }
    const { submittedAt } = this.#store.known;
    const delay = config.pollIntervalMs ?? (await nextPollDelay({ ...task, ...seen, submittedAt }));
    const hintedMeanwhile = (this.#store.known.hintedAt ?? 0) >= startedAt;
    this.#store.update(seen, hintedMeanwhile ? this.#soonestRead : task.checkedAt + delay);
  }

  async #readFailed(error: unknown): Promise<void> {
    const { id, seenAt, submittedAt } = this.#store.known;
    log("read.failed", { task: id, error: describe(error) });
    const isLost = error instanceof ActOneError && error.code === "task_not_found";
    if (isLost && Date.now() - (seenAt ?? submittedAt ?? 0) > NOT_FOUND_GRACE_MS) {
      return this.#end("failed", "The service does not know this task any more");
    }
    this.#tryAgainLater();
  }

  // Keeping the video

  async #copy(config: Config): Promise<void> {
    const { id, videoUrl, outputId, createdAt } = this.#store.known;
    try {
      const key = outputKey(outputId);
      const bytes = await copyVideo(videoUrl ?? "", this.env.OUTPUTS, key, config);
      log("video.stored", { task: id, bytes });
    } catch (error) {
      log("copy.failed", { task: id, error: describe(error) });
      const isHopeless = error instanceof Unstorable;
      if (!isHopeless && Date.now() - createdAt <= config.giveUpMs) {
        // The address may have expired: the next try begins with a read that gives a fresh one.
        this.#store.update({ state: "waiting" });
        return this.#tryAgainLater();
      }
      const reason = isHopeless ? error.message : "its address gave no whole file";
      return this.#end("failed", `The video was made but could not be stored: ${reason}`);
    }
    await this.#end("succeeded", null);
  }

  // Ending

  async #end(state: "succeeded" | "failed", failReason: string | null): Promise<void> {
    const { id, createdAt, finishedAt } = this.#store.known;
    await this.#ledger.release(id, { unused: false });
    const { spent } = this.#store.update(
      { state, failReason, finishedAt: finishedAt ?? Date.now(), videoUrl: null, failures: 0 },
      Date.now() + this.#config().keepMs,
    );
    log(`task.${state}`, { task: id, ms: Date.now() - createdAt, ...spent });
  }

  async #expire(): Promise<void> {
    const { id, outputId } = this.#store.known;
    await this.env.OUTPUTS.delete(outputKey(outputId));
    await this.#store.forget();
    log("task.expired", { task: id });
  }

  // Waking up

  #tryAgainLater(): void {
    const { failures } = this.#store.known;
    const longest = Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS);
    const delay = longest * (0.5 + Math.random() / 2);
    this.#store.update({ failures: failures + 1 }, Date.now() + delay);
  }

  get #soonestRead(): number {
    return Math.max(Date.now(), this.#readAt + LEAST_BETWEEN_READS_MS);
  }

  get #isSubmitting(): boolean {
    return this.#submission !== undefined && Date.now() < this.#submissionEndsBy;
  }

  get #ledger(): DurableObjectStub<Ledger> {
    return this.env.LEDGER.get(this.env.LEDGER.idFromName("all tasks"));
  }

  #config(): Config {
    const { config, problems } = readConfig(this.env);
    if (!config) throw new Error(problems.join("; "));
    return config;
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
  too_many_creates: {
    status: 403,
    message:
      "As many tasks were created today (UTC) as this Worker allows (MAX_CREATES_PER_DAY). Try again tomorrow",
    code: "daily_limit",
  },
};

function repeated(creation: Creation): Creation {
  return "taskId" in creation ? { ...creation, isRepeat: true } : creation;
}

function isSameOrder(a: Order, b: Order): boolean {
  return a.video === b.video && a.image === b.image && a.runwayVersion === b.runwayVersion;
}

function hasEnded({ state }: TaskRecord): boolean {
  return state === "succeeded" || state === "failed";
}

/** What a read adds to the record. What was known stays known: later answers can leave things out. */
function learned(record: TaskRecord, task: Task) {
  const isRunning = task.status !== "queued";
  return {
    progress: task.progress === null ? record.progress : Math.max(record.progress ?? 0, task.progress),
    startedAt: task.startedAt ?? record.startedAt ?? (isRunning ? task.checkedAt : null),
    finishedAt: task.finishedAt,
    seenAt: task.checkedAt,
    // What fails about a finished task is the copying, and a read does not mend that.
    failures: task.status === "succeeded" ? record.failures : 0,
  };
}

function describe(error: unknown): string {
  if (error instanceof ActOneError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
