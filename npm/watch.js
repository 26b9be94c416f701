// `watchTask`: a wait as an async iterable, which a Wasm export cannot be. Each iterator is a wait of its
// own; it starts with the first `next()` and stops at once with `return()`.

import { load } from "./load.js";

export function watchTask(taskOrId, options) {
  return { [Symbol.asyncIterator]: () => new Watch(taskOrId, options) };
}

class Watch {
  #taskOrId;
  #options;
  #stop = new AbortController();
  #started = false;
  #ended = false;
  #tasks = [];
  #failure;
  /** Resolves what `next()` calls wait for. */
  #change = () => {};
  #changed;

  constructor(taskOrId, options) {
    this.#taskOrId = taskOrId;
    this.#options = options;
  }

  async next() {
    if (!this.#started) {
      this.#started = true;
      this.#wait();
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
    this.#end();
    this.#stop.abort();
    return { done: true, value };
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async #wait() {
    let unfollow = () => {};
    try {
      const wasm = await load();
      let options = this.#options;
      if (options === undefined || options === null || typeof options === "object") {
        const { signal, onUpdate } = options ?? {};
        unfollow = this.#follow(signal);
        options = {
          ...options,
          // What is no signal is passed on, to be refused with the rest.
          signal: unfollow ? this.#stop.signal : signal,
          onUpdate:
            onUpdate === undefined || onUpdate === null || typeof onUpdate === "function"
              ? (task) => (this.#push(task), onUpdate?.(task))
              : onUpdate,
        };
      }
      await wasm.waitForTask(this.#taskOrId, options);
    } catch (reason) {
      // A failed task has been given as the last one; that is this iteration's regular end.
      if (!this.#ended && !(reason?.code === "task_failed" && reason.task)) this.#failure = { reason };
    } finally {
      unfollow?.();
      this.#end();
    }
  }

  /** Aborts with `signal`; gives what ends that, or nothing if `signal` is none. */
  #follow(signal) {
    if (signal === undefined || signal === null) return () => {};
    if (typeof signal.addEventListener !== "function" || typeof signal.aborted !== "boolean") return undefined;
    const abort = () => this.#stop.abort(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    return () => signal.removeEventListener("abort", abort);
  }

  #push(task) {
    if (this.#ended) return;
    this.#tasks.push(task);
    this.#wake();
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
