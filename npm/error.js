// The one kind of error that this package rejects with. A class of JavaScript's own, which a Wasm export
// cannot be; what goes into it is decided in Rust.

/** What all copies of the package in one program put on their errors: the ES module's, the CommonJS one's, another version's. */
const BRAND = Symbol.for("act-one.error");

/** The errors of this copy that have no stack of the caller's yet: an abort's reason is not to be looked into. */
const made = new WeakSet();

export class ActOneError extends Error {
  static [Symbol.hasInstance](value) {
    // A caller's subclass has instances of its own.
    if (this !== ActOneError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && value[BRAND] === true;
  }

  constructor(fields) {
    // Made by the Wasm, it would have a stack of minified code, which Node prints of an error that nobody catches.
    const limit = Error.stackTraceLimit;
    if (fields.untraced) limitStacks(0);
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    if (fields.untraced) limitStacks(limit);
    made.add(this);
    this.code = fields.code;
    this.issues = fields.issues ?? [];
    this.status = fields.status || null;
    this.requestId = fields.requestId ?? null;
    this.taskId = fields.taskId ?? null;
    this.task = fields.task ?? null;
    this.retryable = fields.retryable ?? false;
    this.taskMayExist = fields.taskMayExist ?? false;
    this.sentAt = fields.sentAt ?? null;
    this.candidates = fields.candidates ?? null;
  }

  /** The fields as plain data, for logs. */
  toJSON() {
    const { name, message, cause, ...fields } = this;
    return { name, message, ...fields };
  }
}

function limitStacks(lines) {
  try {
    Error.stackTraceLimit = lines;
  } catch {
    // Frozen, as hardened runtimes have it: the stack is longer then.
  }
}

/** The client's function that a caller has called, where another function of the package calls on. */
let outermost;

/** What `call` returns; the stacks of its errors begin where `entry` was called. */
export function calledAt(entry, call) {
  const before = outermost;
  outermost ??= entry;
  try {
    return call();
  } finally {
    outermost = before;
  }
}

/** What gives an error of the call under way the stack of the place where `entry` was called, and throws it on. */
export function tracedFrom(entry) {
  const place = {};
  Error.captureStackTrace?.(place, outermost ?? entry);
  return (reason) => {
    // Once: an error of an earlier call may be an abort's reason.
    if (made.delete(reason) && typeof place.stack === "string") {
      const frames = place.stack.slice(place.stack.indexOf("\n    at "));
      const value = `${reason.name}: ${reason.message}${frames}`;
      Object.defineProperty(reason, "stack", { value, configurable: true, writable: true });
    }
    throw reason;
  };
}

// On the prototype, as the built-in errors have it: it shows in stacks and not among the fields.
Object.defineProperties(ActOneError.prototype, {
  name: { value: "ActOneError", configurable: true, writable: true },
  [BRAND]: { value: true },
});
