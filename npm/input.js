// What is submitted is the input as it was when the function was called, and not what its caller has made of the same
// object by the time the Wasm reads it: two calls in a loop would pay for one task twice.

/** A copy of a plain object; what is none is given back as it is, for the call itself to read or to refuse. */
export function copyInput(input) {
  try {
    const prototype = Object.getPrototypeOf(input);
    const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
    return isPlain ? { ...input } : input;
  } catch {
    return input;
  }
}
