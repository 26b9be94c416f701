// The state `unknown`: a create has left, and its answer was lost. The service may have made a task, and it is not asked
// a second time. What settles the doubt is the service's id, whoever brings it: the callback, whose URL only the service
// knows, at any time while the record is kept; or, with COMETAPI_ACCESS_TOKEN, the account's task list.

import type { Config } from "./config.ts";
import { end } from "./ending.ts";
import { log } from "./log.ts";
import { search } from "./searching.ts";
import { describe, type TaskTools } from "./task-tools.ts";

const GIVEN_UP =
  "It is not known whether the service made this task: its answer to the create was lost. A paid task may exist " +
  "(taskMayExist). It was not sent again";

export class Doubt {
  readonly #tools: TaskTools;
  /** The candidates that the log has. */
  #logged = "";

  constructor(tools: TaskTools) {
    this.#tools = tools;
  }

  begin(error: string): void {
    const { store } = this.#tools;
    const { id, caller, hintedId } = store.update({ state: "unknown", taskMayExist: true }, Date.now());
    log("create.unknown", { task: id, caller, error });
    if (hintedId !== null) this.settle(hintedId);
  }

  /** The service's id has turned up. */
  settle(serviceId: string): void {
    const { id, caller } = this.#tools.store.known;
    log("create.settled", { task: id, caller, serviceId });
    this.end(serviceId, Date.now());
  }

  /** The task is the service's `serviceId`, also if it was given up for failed; it is read next at `wakeAt`. */
  end(serviceId: string, wakeAt: number): void {
    const { store } = this.#tools;
    const wasGivenUp = store.known.state === "failed";
    const cleared = { taskMayExist: false, failReason: null, finishedAt: null, failures: 0 };
    store.update({ ...cleared, state: "waiting", serviceId }, wakeAt);
    if (wasGivenUp) this.#takePlaceAgain();
  }

  /** Looks for the task, where that can be done, and waits for the callback; or ends that. */
  async wait(config: Config): Promise<void> {
    const { store } = this.#tools;
    if (config.accountToken !== undefined) {
      await this.#look(config, config.accountToken);
      if (store.record?.state !== "unknown") return;
    }
    const until = store.known.createdAt + config.unknownMs;
    if (Date.now() < until) {
      if (config.accountToken === undefined) return void store.update({}, until);
      return this.#tools.tryAgainLater(until);
    }
    await end(this.#tools, { state: "failed", failReason: GIVEN_UP });
  }

  /** A look that fails changes nothing: there is a next one, and the callback. */
  async #look(config: Config, accessToken: string): Promise<void> {
    const { store } = this.#tools;
    const { id, caller, attempt } = store.known;
    const isStillMine = () => store.record?.state === "unknown" && store.record.attempt === attempt;
    try {
      const verdict = await search(this.#tools, config, accessToken);
      // A callback can have come meanwhile.
      if (!isStillMine()) return;
      if ("serviceId" in verdict) return this.settle(verdict.serviceId);
      const candidates = verdict.candidates.join(" ");
      if (candidates === this.#logged) return;
      this.#logged = candidates;
      log("create.candidates", { task: id, caller, candidates });
    } catch (error) {
      log("search.failed", { task: id, caller, error: describe(error) });
    }
  }

  /** Best effort: a paid task goes on whether it is counted or not. */
  #takePlaceAgain(): void {
    const { ledger, store } = this.#tools;
    const { id, caller } = store.known;
    const { giveUpMs } = this.#tools.config();
    void ledger
      .resumed(id, caller, giveUpMs)
      .catch((error: unknown) => log("ledger.failed", { task: id, error: String(error) }));
  }
}
