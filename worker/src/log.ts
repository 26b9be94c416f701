// One JSON line for each event, for `wrangler tail` and Workers Logs. Fields are named by the caller one by one:
// requests, headers and configuration never go in whole, so that no secret can.

export interface LogFields {
  /** The task's id, where there is one. */
  task?: string | undefined;
  [field: string]: string | number | boolean | null | undefined;
}

export function log(event: string, fields: LogFields = {}): void {
  console.log(JSON.stringify({ event, ...fields }));
}
