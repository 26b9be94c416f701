// The caller's `AbortSignal`, which may be of any make: another realm's, a polyfill's, a hostile one. The Wasm gets a
// signal of this realm in its place, and the caller's promise rejects with the caller's own reason.

/**
 * What `start` resolves with, unless `signal` aborts first. `start` is given a signal of this realm, and what ends the
 * listening.
 *
 * @template T
 * @param {AbortSignal} signal
 * @param {(own: AbortSignal, release: () => void) => Promise<T>} start
 * @param {boolean} isFollowed whether the signal still counts once `start` has resolved, until it is released
 * @returns {Promise<T>}
 */
export function untilAborted(signal, start, isFollowed) {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const unlisten = onAbort(signal, (reason) => {
      reject(reason);
      controller.abort(reason);
    });
    if (controller.signal.aborted) return;
    start(controller.signal, unlisten).then(
      (value) => {
        if (!isFollowed) unlisten();
        resolve(value);
      },
      (reason) => {
        unlisten();
        reject(reason);
      },
    );
  });
}

/** What is a signal by its members; nothing for anything else, which the call itself refuses. */
export function asSignal(value) {
  try {
    const isSignal = typeof value?.addEventListener === "function" && typeof value.aborted === "boolean";
    return isSignal && typeof value.removeEventListener === "function" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Calls `listener` with the reason once `signal` has aborted, at once if it has already; returns what ends that. */
export function onAbort(signal, listener) {
  let isListening = false;
  const unlisten = () => {
    if (!isListening) return;
    isListening = false;
    try {
      signal.removeEventListener("abort", check);
    } catch {
      // It has nothing to end any more.
    }
  };
  const check = () => {
    try {
      // An event alone proves nothing.
      if (!signal.aborted) return;
    } catch {
      return;
    }
    unlisten();
    listener(reasonOf(signal));
  };
  check();
  try {
    if (!signal.aborted) {
      isListening = true;
      signal.addEventListener("abort", check);
    }
  } catch {
    // A signal that throws cannot abort; the call goes on without it.
  }
  return unlisten;
}

function reasonOf(signal) {
  try {
    return signal.reason;
  } catch {
    return undefined;
  }
}
