// `watchTask`: a wait as an async iterable, which a Wasm export cannot be. Each iterator is a wait of its
// own; it starts with the first `next()` and stops at once with `return()`.

import { asSignal, onAbort } from "./abort.js";
import { waitForTask } from "./api.js";
import { calledAt } from "./error.js";
import { under } from "./snapshot.js";

export function watchTask(taskOrId, options) {
  return watch(taskOrId, () => under({}, options));
}

/** The same with the options that `read` returns. */
export function watch(taskOrId, read) {
  return { [Symbol.asyncIterator]: () => new Watch(taskOrId, read) };
}

class Watch {
  #taskOrId;
  #read;
  #stop = new AbortController();
  #started = false;
  #ended = false;
  #tasks = [];
  #failure;
  /** Resolves what `next()` calls wait for. */
  #change = () => {};
  #changed;

  constructor(taskOrId, read) {
    this.#taskOrId = taskOrId;
    this.#read = read;
  }

  async next() {
    if (!this.#started) {
      this.#started = true;
      calledAt(this.next, () => this.#wait());
    }
    while (this.#tasks.length === 0 && !this.#ended) {
      await (this.#changed ??= new Promise((resolve) => (this.#change = resolve)));
    }
    if (this.#tasks.length > 0) return { done: false, value: this.#tasks.shift() };
    if (this.#failure) {
      const { reason } = this.#failure;
      this.#failure = undefined;
      throw reason;
    }
    return { done: true, value: undefined };
  }

  async return(value) {
    this.#started = true;
    this.#tasks = [];
    this.#failure = undefined;
    this.#end();
    this.#stop.abort();
    return { done: true, value };
  }

  /** What `yield*` passes on. */
  async throw(reason) {
    await this.return();
    throw reason;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async #wait() {
    let unlisten = () => {};
    try {
      const options = this.#read();
      const signal = asSignal(options.signal);
      if (signal) {
        unlisten = onAbort(signal, (reason) => {
          this.#fail(reason);
          this.#stop.abort();
        });
      }
      if (!this.#ended) await waitForTask(this.#taskOrId, this.#own(options, signal));
    } catch (reason) {
      // A failed task has been given as the last one; that is this iteration's regular end.
      if (!this.#ended && !(reason.code === "task_failed" && reason.task)) this.#fail(reason);
    } finally {
      unlisten();
      this.#end();
    }
  }

  /** The options with this iteration's own signal and listener; what is wrong stays, to be refused. */
  #own(options, signal) {
    if (typeof options !== "object") return options;
    const { onUpdate } = options;
    const own = { ...options };
    if (signal || options.signal === undefined || options.signal === null) own.signal = this.#stop.signal;
    if (onUpdate === undefined || onUpdate === null) own.onUpdate = (task) => this.#push(task);
    else if (typeof onUpdate === "function") own.onUpdate = (task) => (this.#push(task), onUpdate(task));
    return own;
  }

  #push(task) {
    if (this.#ended) return;
    this.#tasks.push(task);
    this.#wake();
  }

  /** Ends with a rejection, once the tasks that came before it have been taken. */
  #fail(reason) {
    if (this.#ended) return;
    this.#failure = { reason };
    this.#end();
  }

  #end() {
    this.#ended = true;
    this.#wake();
  }

  #wake() {
    this.#changed = undefined;
    this.#change();
  }
}
