// The one kind of error that this package rejects with. A class of JavaScript's own, which a Wasm export
// cannot be; what goes into it is decided in Rust.

export class ActOneError extends Error {
  constructor(fields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = fields.code;
    this.issues = fields.issues ?? [];
    this.status = fields.status ?? null;
    this.requestId = fields.requestId ?? null;
    this.taskId = fields.taskId ?? null;
    this.task = fields.task ?? null;
    this.retryable = fields.retryable ?? false;
    this.taskMayExist = fields.taskMayExist ?? false;
  }
}

// On the prototype, as the built-in errors have it: it shows in stacks and not among the fields.
Object.defineProperty(ActOneError.prototype, "name", {
  value: "ActOneError",
  configurable: true,
  writable: true,
});
