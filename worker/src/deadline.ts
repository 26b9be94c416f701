// One deadline over several steps, as a signal and as a race. Unlike `AbortSignal.timeout` it can be cleared, so that no
// timer keeps an object awake after its work.

export class Deadline {
  readonly #stop = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor(ms: number, message: string) {
    this.#timer = setTimeout(() => this.#stop.abort(new Error(message)), ms);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Settles as `work` does, or rejects at the deadline; `work` itself goes on. */
  race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#stop;
    return new Promise((resolve, reject) => {
      const late = () => reject(signal.reason);
      if (signal.aborted) late();
      signal.addEventListener("abort", late, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener("abort", late));
    });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
