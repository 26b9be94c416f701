// One task, from the create to the day it expires, as an object of its own that any crash may interrupt anywhere. Each
// step writes down what it is about to do, does it, and writes down what came of it; the alarm comes back for whatever
// was left. This file is what the object can be asked, and which state has the next step; each state has its own file.

import { DurableObject } from "cloudflare:workers";
import { viewOf } from "./answers.ts";
import type {
  CreateCall,
  Creation,
  Env,
  Reading,
  Removal,
  Standing,
  TaskMethods,
  TaskRecord,
  TaskView,
} from "./contract.ts";
import { Creating } from "./creating.ts";
import { Doubt } from "./doubt.ts";
import { leave, remove } from "./ending.ts";
import { HeldReads } from "./held-reads.ts";
import { keepAgain } from "./keeping.ts";
import { log } from "./log.ts";
import { isSameSecret } from "./secrets.ts";
import { TaskStore } from "./task-record.ts";
import { describe, TaskTools } from "./task-tools.ts";
import { heed, poll } from "./watching.ts";

/** An alarm this late is one that the platform has lost. */
const OVERDUE_MS = 60_000;

/** How long after its alarm is due a task is looked after. */
const CHECK_AFTER_MS = 5 * 60_000;

export class TaskObject extends DurableObject<Env> implements TaskMethods {
  readonly #store = new TaskStore(this.ctx.storage);
  readonly #tools = new TaskTools(this.#store, this.env);
  readonly #doubt = new Doubt(this.#tools);
  readonly #creating = new Creating(this.#tools, this.#doubt);
  readonly #heldReads = new HeldReads();
  #isAwake = false;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store.onChange(() => this.#heldReads.changed());
  }

  async create(call: CreateCall): Promise<Creation> {
    this.#noticeInterruption();
    const creation = this.#creating.create(call);
    // Whoever asked may hang up: what is paid for is written down all the same.
    this.ctx.waitUntil(creation);
    return creation;
  }

  /**
   * The task as its caller sees it: out of storage, however many ask. With `holdMs` it waits that long for news. Somebody
   * else's task is like none, also in how long that takes.
   */
  async read(caller: string, holdMs: number): Promise<Reading> {
    this.#noticeInterruption();
    this.#wakeIfOverdue();
    const look = () => this.#viewFor(caller);
    const offersToHold = this.#heldReads.hasRoomFor(look());
    if (offersToHold) await this.#heldReads.untilNews(look, holdMs);
    return { task: look(), offersToHold };
  }

  /** @returns whether it came to the right URL */
  async callback(secret: string, body: string): Promise<boolean> {
    const known = this.#store.record;
    if (!known || !(await isSameSecret(secret, known.callbackSecret))) return false;
    this.#noticeInterruption();
    await heed(this.#tools, this.#doubt, body);
    return true;
  }

  async remove(caller: string): Promise<Removal> {
    return remove(this.#tools, caller);
  }

  async standing(): Promise<Standing | null> {
    const { record } = this.#store;
    if (!record) return null;
    const { serviceId, taskMayExist, state, order } = record;
    return { serviceId, mayHaveTask: taskMayExist || state === "sending", order };
  }

  async wake(): Promise<number | null> {
    const { record } = this.#store;
    if (!record) return this.#creating.isUnderWay ? this.#creating.endsBy : null;
    this.#wakeIfOverdue();
    return Math.max(record.wakeAt, Date.now()) + CHECK_AFTER_MS;
  }

  override async alarm(): Promise<void> {
    this.#noticeInterruption();
    const { record } = this.#store;
    if (!record) return;
    this.#isAwake = true;
    this.#store.count("alarms");
    try {
      await this.#step(record);
    } catch (error) {
      // The platform repeats a failing alarm six times and then never again; a task must not be left that way.
      log("alarm.failed", { task: record.id, state: record.state, error: describe(error) });
      if (this.#store.record) this.#tools.tryAgainLater();
    } finally {
      this.#isAwake = false;
    }
  }

  async #step({ state }: TaskRecord): Promise<void> {
    switch (state) {
      case "new":
        // Nothing was sent and nobody was answered: there is no task. A repeat by idempotency key begins anew.
        // No repeat may begin while this one is being taken back.
        if (!this.#creating.isUnderWay) {
          return this.ctx.blockConcurrencyWhile(() => this.#creating.withdraw("abandoned"));
        }
        return void this.#store.update({}, this.#creating.endsBy);
      case "sending":
        return void this.#store.update({}, this.#creating.endsBy);
      case "unknown":
        await this.#creating.finish();
        return this.#store.known.state === "unknown" ? this.#doubt.wait(this.#tools.config()) : undefined;
      case "waiting":
        return poll(this.#tools, this.#tools.config());
      case "copying":
        return keepAgain(this.#tools, this.#tools.config());
      case "succeeded":
      case "failed":
      case "leaving":
        return leave(this.#tools);
    }
  }

  /** A create that a crash has interrupted is told as what it is: of unknown outcome. */
  #noticeInterruption(): void {
    const { record } = this.#store;
    if (record?.state !== "sending" || this.#creating.isUnderWay) return;
    try {
      this.#doubt.begin("interrupted");
    } catch (error) {
      // Whoever asks is answered all the same; the next one notices it again.
      log("record.not_written", { task: record.id, error: describe(error) });
    }
  }

  #wakeIfOverdue(): void {
    const { record } = this.#store;
    const isOverdue = record && record.wakeAt + OVERDUE_MS < Date.now();
    if (isOverdue && !this.#isAwake) this.#store.wake(Date.now());
  }

  #viewFor(caller: string): TaskView | undefined {
    const { record } = this.#store;
    return record && record.caller === caller && record.state !== "leaving" ? viewOf(record) : undefined;
  }
}
