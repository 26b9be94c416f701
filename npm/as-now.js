// The Wasm reads what it is given at the call. Where it is yet to be loaded, it is given what was there at the call: two
// calls in a loop that changes one object would be one task paid twice, and one signal for both.

/** A copy of a plain object, with the addresses and headers in it; all else as it is. */
export const asNow = (given) =>
  copied(given, (value, name) => (name === "headers" ? copied(value) : fixed(value)));

/** @param {(value: unknown, name: string) => unknown} [each] what becomes of an object's values */
function copied(value, each = fixed) {
  try {
    const prototype = Object.getPrototypeOf(value);
    const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
    if (!isPlain) return fixed(value);
    return Object.fromEntries(Object.entries(value).map(([name, nested]) => [name, each(nested, name)]));
  } catch {
    // The call itself reads it, or refuses it.
    return value;
  }
}

/** What can be changed within, as what it is now. */
function fixed(value) {
  if (value instanceof URL) return value.href;
  return value instanceof Headers ? new Headers(value) : value;
}
