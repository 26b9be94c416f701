// The Worker with faults that a test switches on: a ledger that is slow or fails, storage that cannot be written, R2 that
// refuses, alarms that are lost, a clock that is ahead. `POST /faults` takes the switches; the Worker's own code is as it
// is deployed.

import worker, { Ledger as RealLedger, TaskObject as RealTaskObject } from "../../../worker/src/index.ts";
import type { Admission, Census, Env, Limits } from "../../../worker/src/contract.ts";

const faults = {
  /** Before the ledger takes a place, in ms. */
  slowAdmit: 0,
  /** Which of the ledger's methods throw. */
  failingLedger: [] as string[],
  /** Before a task's writes are on disk, in ms. */
  slowSync: 0,
  /** Whether a task's record can be written. */
  failingWrites: false,
  failingDeleteAll: false,
  /** Whether R2 refuses a file before it has read any of it. */
  failingPut: false,
  failingDelete: false,
  failingHead: false,
  /** Whether alarms are lost, as after six failures in a row. */
  lostAlarms: false,
  /** How far the clock is ahead, in ms. */
  ahead: 0,
};

const now = Date.now.bind(Date);
Date.now = () => now() + faults.ahead;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function failIf(isFailing: boolean, what: string): void {
  if (isFailing) throw new Error(`${what} is made to fail`);
}

/** Storage is an object of the platform's; what is set on it stands in front of its own. */
function injectInto(storage: DurableObjectStorage): void {
  const [exec, sync, setAlarm, deleteAll] = [
    storage.sql.exec.bind(storage.sql),
    storage.sync.bind(storage),
    storage.setAlarm.bind(storage),
    storage.deleteAll.bind(storage),
  ];
  Object.assign(storage.sql, {
    exec(query: string, ...bindings: unknown[]) {
      failIf(faults.failingWrites && /^\s*(INSERT|UPDATE|CREATE)/.test(query), "writing");
      return exec(query, ...(bindings as never[]));
    },
  });
  Object.assign(storage, {
    async sync() {
      const ms = faults.slowSync;
      await sync();
      if (ms > 0) await sleep(ms);
    },
    async setAlarm(time: number) {
      failIf(faults.failingWrites, "the alarm");
      // The platform's own clock is right.
      await setAlarm(time - faults.ahead);
    },
    async deleteAll() {
      failIf(faults.failingDeleteAll, "deleteAll");
      await deleteAll();
    },
  });
}

function withFaultyBucket(env: Env): Env {
  const OUTPUTS = new Proxy(env.OUTPUTS, {
    get(bucket, name) {
      const method = Reflect.get(bucket, name);
      if (typeof method !== "function") return method;
      return async (...parameters: unknown[]) => {
        failIf(faults.failingPut && /put|Multipart/.test(String(name)), "R2's put");
        failIf(faults.failingDelete && name === "delete", "R2's delete");
        failIf(faults.failingHead && name === "head", "R2's head");
        return method.apply(bucket, parameters);
      };
    },
  });
  return { ...env, OUTPUTS };
}

/** Turns the record into what the first version wrote: no number, and none of the fields that came later. */
function makeOld(sql: SqlStorage): void {
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'task'").toArray().length === 0) return;
  sql.exec(
    `UPDATE task SET record = json_remove(record, '$.version', '$.attempt', '$.temporaryBecause', '$.uploads',
      '$.hints', '$.notVideos', '$.copyingSince')`,
  );
}

export class TaskObject extends RealTaskObject {
  constructor(state: DurableObjectState, env: Env & { OLD_RECORDS?: string }) {
    if (env.OLD_RECORDS) makeOld(state.storage.sql);
    injectInto(state.storage);
    super(state, withFaultyBucket(env));
  }

  override async alarm(): Promise<void> {
    if (!faults.lostAlarms) await super.alarm();
  }
}

export class Ledger extends RealLedger {
  override async admit(task: string, caller: string, uploads: string[], limits: Limits): Promise<Admission> {
    failIf(faults.failingLedger.includes("admit"), "the ledger");
    const ms = faults.slowAdmit;
    if (ms > 0) await sleep(ms);
    return super.admit(task, caller, uploads, limits);
  }

  override async release(task: string): Promise<void> {
    failIf(faults.failingLedger.includes("release"), "the ledger");
    return super.release(task);
  }

  override async census(): Promise<Census> {
    failIf(faults.failingLedger.includes("census"), "the ledger");
    return super.census();
  }

  override async ended(task: string, status: "SUCCESS" | "FAILURE", checkAt: number): Promise<void> {
    failIf(faults.failingLedger.includes("ended"), "the ledger");
    return super.ended(task, status, checkAt);
  }
}

export default {
  ...worker,
  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/faults") return worker.fetch(request, withFaultyBucket(env));
    Object.assign(faults, await request.json());
    return Response.json(faults);
  },
} satisfies ExportedHandler<Env>;
