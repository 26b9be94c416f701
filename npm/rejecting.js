/** The promise that `call` gives; a rejected one if it throws. */
export function rejecting(call) {
  try {
    return call();
  } catch (thrown) {
    return Promise.reject(thrown);
  }
}
