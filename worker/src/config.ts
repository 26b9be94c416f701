// What the deployer sets, read once for each request and checked: bindings, vars and secrets of wrangler.jsonc. A
// mistake closes the Worker and is named in the log and by /healthz; the values of secrets are named nowhere.

import type { Env } from "./contract.ts";
import { webAddress } from "./web-address.ts";

/** `previous` is accepted too, while callers change over to a new one. */
export type Access =
  | { kind: "bearer"; token: string; previous: string | undefined }
  | { kind: "signed"; secret: string; previous: string | undefined };

export interface Config {
  apiKey: string;
  baseUrl: string;
  /** With it, creates whose answer was lost are looked for in the account's task list. */
  accountToken: string | undefined;
  /** Nobody but this Worker creates Runway tasks on the account. */
  isSoleCreator: boolean;
  access: Access;
  /** Origins whose pages may call. */
  origins: ReadonlySet<string>;
  /** The Worker's own URL, where it is not the one that a request came to. */
  publicUrl: string | undefined;
  /** For development beside a local sandbox: media may lie on this machine. */
  allowPrivateMedia: boolean;
  maxConcurrentTasks: number;
  maxCreatesPerDay: number;
  /** `null` where one shared token makes everybody the same caller. */
  perCaller: { maxConcurrentTasks: number; maxCreatesPerDay: number } | null;
  maxVideoBytes: number;
  maxUploadBytes: number;
  maxUploadBytesPerDay: number;
  /** How long an upload is kept that no task has been made from. */
  uploadMs: number;
  /** How long an ended task and its video are kept. */
  keepMs: number;
  /** After this long without an end a task is reported as failed. */
  giveUpMs: number;
  /** How long a create of unknown outcome waits for a callback that settles it. */
  unknownMs: number;
  /** How long a copy of the video is tried, before the task ends with the service's own URL. */
  copyMs: number;
  /** The longest time in seconds that a read is held; 0 where none is. */
  holdSeconds: number;
  /** A fixed time between reads, in place of the package's schedule. */
  pollIntervalMs: number | undefined;
}

/** Either a usable configuration, or everything that is wrong with it. */
export type ConfigReading =
  { config: Config; problems?: undefined } | { config?: undefined; problems: string[] };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MB = 1_000_000;

/** Below this, a shared secret can be guessed; `openssl rand -base64 32` gives 44 characters. */
const LEAST_SECRET_LENGTH = 32;

/** No key of the service is this short; what is has been cut off when it was copied. */
const LEAST_KEY_LENGTH = 8;

interface Range {
  byDefault: number;
  least: number;
  most: number;
  isWhole?: boolean;
}

/** One object of R2 that is put in one piece holds 5 GiB less 5 MiB. */
const MOST_MB = 5000;

const numbers = {
  MAX_CONCURRENT_TASKS: { byDefault: 20, least: 1, most: 100_000, isWhole: true },
  MAX_CREATES_PER_DAY: { byDefault: 200, least: 1, most: 1_000_000, isWhole: true },
  MAX_CONCURRENT_TASKS_PER_CALLER: { byDefault: 20, least: 1, most: 100_000, isWhole: true },
  MAX_CREATES_PER_DAY_PER_CALLER: { byDefault: 200, least: 1, most: 1_000_000, isWhole: true },
  MAX_VIDEO_MB: { byDefault: 500, least: 0.001, most: MOST_MB },
  MAX_UPLOAD_MB: { byDefault: 100, least: 0.001, most: MOST_MB },
  MAX_UPLOAD_MB_PER_DAY_PER_CALLER: { byDefault: 2000, least: 0.001, most: 1_000_000 },
  UPLOAD_HOURS: { byDefault: 24, least: 0.0001, most: 24 * 365 },
  KEEP_HOURS: { byDefault: 168, least: 0.0001, most: 24 * 3650 },
  GIVE_UP_HOURS: { byDefault: 6, least: 0.0001, most: 24 * 30 },
  UNKNOWN_MINUTES: { byDefault: 15, least: 0.001, most: 60 * 24 * 30 },
  COPY_MINUTES: { byDefault: 30, least: 0.001, most: 60 * 24 },
  HOLD_SECONDS: { byDefault: 25, least: 0, most: 60, isWhole: true },
  POLL_INTERVAL_MS: { byDefault: 0, least: 50, most: HOUR_MS },
} satisfies Record<string, Range>;

export function readConfig(env: Env): ConfigReading {
  const problems: string[] = [];
  const access = readAccess(env, problems);
  const number = (name: keyof typeof numbers) => readNumber(env, name, problems);
  const perCaller = {
    maxConcurrentTasks: number("MAX_CONCURRENT_TASKS_PER_CALLER"),
    maxCreatesPerDay: number("MAX_CREATES_PER_DAY_PER_CALLER"),
  };
  const config = {
    apiKey: readKey(env, problems),
    baseUrl: readUrl(env, "COMETAPI_BASE_URL", problems)?.replace(/\/v1$/, "") ?? "https://api.cometapi.com",
    accountToken: readAccountToken(env, problems),
    isSoleCreator: readSwitch(env, "SOLE_CREATOR", problems),
    publicUrl: readPublicUrl(env, problems),
    origins: readOrigins(env.ALLOWED_ORIGINS ?? "", problems),
    allowPrivateMedia: readSwitch(env, "ALLOW_PRIVATE_MEDIA", problems),
    maxConcurrentTasks: number("MAX_CONCURRENT_TASKS"),
    maxCreatesPerDay: number("MAX_CREATES_PER_DAY"),
    perCaller: access?.kind === "signed" ? perCaller : null,
    maxVideoBytes: number("MAX_VIDEO_MB") * MB,
    maxUploadBytes: number("MAX_UPLOAD_MB") * MB,
    maxUploadBytesPerDay: number("MAX_UPLOAD_MB_PER_DAY_PER_CALLER") * MB,
    uploadMs: number("UPLOAD_HOURS") * HOUR_MS,
    keepMs: number("KEEP_HOURS") * HOUR_MS,
    giveUpMs: number("GIVE_UP_HOURS") * HOUR_MS,
    unknownMs: number("UNKNOWN_MINUTES") * MINUTE_MS,
    copyMs: number("COPY_MINUTES") * MINUTE_MS,
    holdSeconds: number("HOLD_SECONDS"),
    pollIntervalMs: env.POLL_INTERVAL_MS ? number("POLL_INTERVAL_MS") : undefined,
  };
  return access && problems.length === 0 ? { config: { ...config, access } } : { problems };
}

function readKey({ COMETAPI_KEY: key = "" }: Env, problems: string[]): string {
  const put = "npx wrangler secret put COMETAPI_KEY";
  if (key === "") problems.push(`COMETAPI_KEY is not set: ${put}`);
  else if (!isHeaderWord(key)) {
    problems.push(
      `COMETAPI_KEY holds white space or a character that no header can carry. Copy it again: ${put}`,
    );
  } else if (key.length < LEAST_KEY_LENGTH) problems.push(`COMETAPI_KEY is too short to be a key: ${put}`);
  return key;
}

/** The account's access token, from the service's console: not its API key, and not what callers of this Worker send. */
function readAccountToken(env: Env, problems: string[]): string | undefined {
  const { COMETAPI_ACCESS_TOKEN: token = "" } = env;
  if (token === "") return undefined;
  const put = "npx wrangler secret put COMETAPI_ACCESS_TOKEN";
  if (!isHeaderWord(token)) {
    problems.push(
      `COMETAPI_ACCESS_TOKEN holds white space or a character that no header can carry. Copy it again: ${put}`,
    );
  } else if (token.length < LEAST_KEY_LENGTH) {
    problems.push(`COMETAPI_ACCESS_TOKEN is too short to be an access token: ${put}`);
  } else if (token === env.COMETAPI_KEY) {
    problems.push(
      `COMETAPI_ACCESS_TOKEN is the API key. It takes the account's access token, from the console: ${put}`,
    );
  }
  return token;
}

function readSwitch(env: Env, name: "SOLE_CREATOR" | "ALLOW_PRIVATE_MEDIA", problems: string[]): boolean {
  const word = env[name] ?? "";
  if (!["", "true", "false"].includes(word)) {
    problems.push(`${name} must be "true" or "false", got "${word}"`);
  }
  return word === "true";
}

/** Nothing chosen means that nobody gets in. */
function readAccess(env: Env, problems: string[]): Access | undefined {
  if (env.ACCESS === "bearer") {
    const token = readSecret(env, "ACCESS_TOKEN", problems);
    const previous = env.ACCESS_TOKEN_PREVIOUS && readSecret(env, "ACCESS_TOKEN_PREVIOUS", problems);
    return token === undefined ? undefined : { kind: "bearer", token, previous: previous || undefined };
  }
  if (env.ACCESS === "signed") {
    const secret = readSecret(env, "TOKEN_SECRET", problems);
    const previous = env.TOKEN_SECRET_PREVIOUS && readSecret(env, "TOKEN_SECRET_PREVIOUS", problems);
    return secret === undefined ? undefined : { kind: "signed", secret, previous: previous || undefined };
  }
  problems.push('ACCESS is not chosen: set it to "bearer" or "signed" in wrangler.jsonc');
  return undefined;
}

type SecretName = "ACCESS_TOKEN" | "ACCESS_TOKEN_PREVIOUS" | "TOKEN_SECRET" | "TOKEN_SECRET_PREVIOUS";

function readSecret(env: Env, name: SecretName, problems: string[]): string | undefined {
  const secret = env[name] ?? "";
  const put = `npx wrangler secret put ${name}, with what "openssl rand -base64 32" prints`;
  if (secret === "") problems.push(`${name} is not set: ${put}`);
  else if (!isHeaderWord(secret)) {
    problems.push(`${name} holds white space or a character that no header can carry: ${put}`);
  } else if (secret.length < LEAST_SECRET_LENGTH) {
    problems.push(`${name} is shorter than ${LEAST_SECRET_LENGTH} characters: ${put}`);
  } else return secret;
  return undefined;
}

/** Visible ASCII: what stands behind `Bearer` in a header. */
function isHeaderWord(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

function readUrl(env: Env, name: "COMETAPI_BASE_URL" | "PUBLIC_URL", problems: string[]): string | undefined {
  const url = env[name];
  if (!url) return undefined;
  if (!webAddress(url)) problems.push(`${name} is no http(s) URL`);
  return url.replace(/\/+$/, "");
}

/** Routes begin at the root: under a path, callbacks and videos would lead nowhere. */
function readPublicUrl(env: Env, problems: string[]): string | undefined {
  const url = readUrl(env, "PUBLIC_URL", problems);
  if (url !== undefined && webAddress(url) && webAddress(url)?.origin !== url.toLowerCase()) {
    problems.push("PUBLIC_URL must be an origin like https://act.example.com, with no path and no user name");
  }
  return url?.toLowerCase();
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

function readNumber(env: Env, name: keyof typeof numbers, problems: string[]): number {
  const { byDefault, least, most, isWhole = false }: Range = numbers[name];
  const text = env[name];
  const value = text ? Number(text) : byDefault;
  const isGood = value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (text && !isGood) {
    problems.push(
      `${name} must be a ${isWhole ? "whole " : ""}number from ${least} to ${most}, got "${text}"`,
    );
  }
  return value;
}
