// The caller's `AbortSignal` before the Wasm is there to look after it.

/** What `promise` gives, or a rejection with the reason of the signal in `options` as soon as that aborts. */
export function untilAborted(promise, options) {
  const signal = signalOf(options);
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const unfollow = follow(signal, () => reject(signal.reason));
    promise.then(resolve, reject).then(unfollow);
  });
}

/** The signal in `options`; nothing if there is none, or what is there is none: the call itself refuses that. */
export function signalOf(options) {
  try {
    const signal = options?.signal;
    const isSignal = typeof signal?.addEventListener === "function" && typeof signal.aborted === "boolean";
    return isSignal && typeof signal.removeEventListener === "function" ? signal : undefined;
  } catch {
    return undefined;
  }
}

/** Calls `onAbort` once `signal` has aborted, at once if it has already; gives what ends that. */
export function follow(signal, onAbort) {
  try {
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    return () => {
      try {
        signal.removeEventListener("abort", onAbort);
      } catch {
        // It has nothing to end any more.
      }
    };
  } catch {
    return () => {};
  }
}
