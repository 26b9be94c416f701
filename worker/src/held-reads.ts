// Holds readers of one task until it has news. Nobody is asked for a held read: whatever changes the record says so here.
// It is bounded, and every timer ends with its read, so that readers neither exhaust the object nor keep it awake.

import { wordOf } from "./answers.ts";
import type { TaskView } from "./contract.ts";

/** Progress alone does not end a held read before, or a task would take as many reads held as polled. */
const PROGRESS_HELD_MS = 12_000;

/** Readers of one task at a time. Further ones are answered at once, and are not offered to be held again. */
const MOST_READERS = 2500;

/** The same for an id that there is no task of: anybody can make one up. */
const MOST_READERS_OF_NOTHING = 20;

/** What a reader may see of the task. */
type Look = () => TaskView | undefined;

export class HeldReads {
  /** What looks again, for each reader. */
  readonly #readers = new Set<() => void>();

  hasRoomFor(task: TaskView | undefined): boolean {
    return this.#readers.size < (task ? MOST_READERS : MOST_READERS_OF_NOTHING);
  }

  /** Returns when there is news, or the time is up. */
  async untilNews(look: Look, holdMs: number): Promise<void> {
    const seen = look();
    if (holdMs <= 0 || hasEnded(seen)) return;
    const progressFrom = Date.now() + PROGRESS_HELD_MS;
    const timers: ReturnType<typeof setTimeout>[] = [];
    let again = () => {};
    await new Promise<void>((answer) => {
      again = () => {
        const countsProgress = Date.now() >= progressFrom;
        if (isNews(seen, look(), countsProgress)) answer();
      };
      this.#readers.add(again);
      timers.push(setTimeout(answer, holdMs));
      if (holdMs > PROGRESS_HELD_MS) timers.push(setTimeout(again, PROGRESS_HELD_MS + 1));
    });
    this.#readers.delete(again);
    for (const timer of timers) clearTimeout(timer);
  }

  /** The record has changed. */
  changed(): void {
    for (const again of this.#readers) again();
  }
}

function isNews(seen: TaskView | undefined, task: TaskView | undefined, countsProgress: boolean): boolean {
  if (statusOf(task) !== statusOf(seen) || task?.taskMayExist !== seen?.taskMayExist) return true;
  return countsProgress && task?.progress !== seen?.progress;
}

const statuses: Record<string, string> = {
  SUCCESS: "succeeded",
  FAILURE: "failed",
  IN_PROGRESS: "running",
};

/** What the package's client tells apart, in place of the gateway's words. */
function statusOf(task: TaskView | undefined): string | undefined {
  return task && (statuses[wordOf(task)] ?? "queued");
}

function hasEnded(task: TaskView | undefined): boolean {
  return task?.state === "succeeded" || task?.state === "failed";
}
