// The caller's listeners that are called from here; the Rust calls the others, in the same way.

/** Calls a listener, if there is one. What it throws ends nothing, and is shown on the console. */
export function tell(listener, name, told) {
  if (typeof listener !== "function") return;
  const complain = (thrown) => console.error(`act-one: ${name} threw; the call goes on.`, thrown);
  try {
    const given = listener(told);
    // An async function's rejection would otherwise end a Node process.
    if (typeof given === "object" && given !== null) Promise.resolve(given).catch(complain);
  } catch (thrown) {
    complain(thrown);
  }
}
