// What the deployer sets, read once for each request and checked: bindings, vars and secrets of wrangler.jsonc. A
// mistake closes the Worker and is named in the log and by /healthz; the values of secrets are named nowhere.

import type { Ledger } from "./ledger.ts";
import type { TaskObject } from "./task.ts";
import { webAddress } from "./web-address.ts";

/** What Cloudflare hands in. All vars are strings; all of them but the key and the access may be left out. */
export interface Env {
  TASKS: DurableObjectNamespace<TaskObject>;
  LEDGER: DurableObjectNamespace<Ledger>;
  OUTPUTS: R2Bucket;
  CREATE_LIMIT: RateLimit;
  READ_LIMIT: RateLimit;

  COMETAPI_KEY?: string;
  COMETAPI_BASE_URL?: string;
  ACCESS?: string;
  ACCESS_TOKEN?: string;
  TOKEN_SECRET?: string;
  ALLOWED_ORIGINS?: string;
  PUBLIC_URL?: string;
  ALLOW_PRIVATE_MEDIA?: string;
  MAX_CONCURRENT_TASKS?: string;
  MAX_CREATES_PER_DAY?: string;
  MAX_VIDEO_MB?: string;
  KEEP_HOURS?: string;
  GIVE_UP_HOURS?: string;
  UNKNOWN_MINUTES?: string;
  POLL_INTERVAL_MS?: string;
}

export type Access = { kind: "bearer"; token: string } | { kind: "signed"; secret: string };

export interface Config {
  apiKey: string;
  baseUrl: string;
  access: Access;
  /** Origins whose pages may call. */
  origins: ReadonlySet<string>;
  /** The Worker's own address, where it is not the one that a request came to. */
  publicUrl: string | undefined;
  /** For development beside a local sandbox: media may lie on this machine. */
  allowPrivateMedia: boolean;
  maxConcurrentTasks: number;
  maxCreatesPerDay: number;
  maxVideoBytes: number;
  /** How long an ended task and its video are kept. */
  keepMs: number;
  /** After this long without an end, or without a copy of the video, a task is reported as failed. */
  giveUpMs: number;
  /** How long a create of unknown outcome waits for a callback that settles it. */
  unknownMs: number;
  /** A fixed time between reads, in place of the package's schedule. */
  pollIntervalMs: number | undefined;
}

/** Either a usable configuration, or everything that is wrong with it. */
export type Reading = { config: Config; problems?: undefined } | { config?: undefined; problems: string[] };

const HOUR_MS = 3_600_000;

/** Below this, a shared secret can be guessed; `openssl rand -base64 32` gives 44 characters. */
const LEAST_SECRET_LENGTH = 32;

export function readConfig(env: Env): Reading {
  const problems: string[] = [];
  const access = readAccess(env, problems);
  if (!env.COMETAPI_KEY) problems.push("COMETAPI_KEY is not set: npx wrangler secret put COMETAPI_KEY");
  const config = {
    apiKey: env.COMETAPI_KEY ?? "",
    baseUrl: readAddress(env, "COMETAPI_BASE_URL", problems) ?? "https://api.cometapi.com",
    publicUrl: readAddress(env, "PUBLIC_URL", problems),
    origins: readOrigins(env.ALLOWED_ORIGINS ?? "", problems),
    allowPrivateMedia: env.ALLOW_PRIVATE_MEDIA === "true",
    maxConcurrentTasks: readNumber(env, "MAX_CONCURRENT_TASKS", 20, problems),
    maxCreatesPerDay: readNumber(env, "MAX_CREATES_PER_DAY", 200, problems),
    maxVideoBytes: readNumber(env, "MAX_VIDEO_MB", 500, problems) * 1_000_000,
    keepMs: readNumber(env, "KEEP_HOURS", 168, problems) * HOUR_MS,
    giveUpMs: readNumber(env, "GIVE_UP_HOURS", 6, problems) * HOUR_MS,
    unknownMs: (readNumber(env, "UNKNOWN_MINUTES", 15, problems) * HOUR_MS) / 60,
    pollIntervalMs: env.POLL_INTERVAL_MS ? readNumber(env, "POLL_INTERVAL_MS", 0, problems) : undefined,
  };
  return access && problems.length === 0 ? { config: { ...config, access } } : { problems };
}

/** Nothing chosen means that nobody gets in. */
function readAccess(env: Env, problems: string[]): Access | undefined {
  if (env.ACCESS === "bearer") {
    const token = readSecret(env, "ACCESS_TOKEN", problems);
    return token === undefined ? undefined : { kind: "bearer", token };
  }
  if (env.ACCESS === "signed") {
    const secret = readSecret(env, "TOKEN_SECRET", problems);
    return secret === undefined ? undefined : { kind: "signed", secret };
  }
  problems.push('ACCESS is not chosen: set it to "bearer" or "signed" in wrangler.jsonc');
  return undefined;
}

function readSecret(env: Env, name: "ACCESS_TOKEN" | "TOKEN_SECRET", problems: string[]): string | undefined {
  const secret = env[name];
  if (secret !== undefined && secret.length >= LEAST_SECRET_LENGTH) return secret;
  const what = secret ? `is shorter than ${LEAST_SECRET_LENGTH} characters` : "is not set";
  problems.push(`${name} ${what}: openssl rand -base64 32 | npx wrangler secret put ${name}`);
  return undefined;
}

function readAddress(
  env: Env,
  name: "COMETAPI_BASE_URL" | "PUBLIC_URL",
  problems: string[],
): string | undefined {
  const address = env[name];
  if (!address) return undefined;
  if (!webAddress(address)) problems.push(`${name} is no http(s) address`);
  return address.replace(/\/+$/, "");
}

/** Exact origins only: a pattern lets in more than its author sees. */
function readOrigins(list: string, problems: string[]): ReadonlySet<string> {
  const origins = list.split(/[\s,]+/).filter(Boolean);
  for (const origin of origins) {
    if (origin.includes("*") || webAddress(origin)?.origin !== origin) {
      problems.push(`ALLOWED_ORIGINS: "${origin}" is no origin like https://app.example`);
    }
  }
  return new Set(origins);
}

type NumberName =
  | "MAX_CONCURRENT_TASKS"
  | "MAX_CREATES_PER_DAY"
  | "MAX_VIDEO_MB"
  | "KEEP_HOURS"
  | "GIVE_UP_HOURS"
  | "UNKNOWN_MINUTES"
  | "POLL_INTERVAL_MS";

function readNumber(env: Env, name: NumberName, byDefault: number, problems: string[]): number {
  const value = Number(env[name] || byDefault);
  if (!(value > 0 && Number.isFinite(value))) problems.push(`${name} is no number above 0`);
  return value;
}
