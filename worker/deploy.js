// `npm run deploy:edge`: puts the Worker on Cloudflare. It asks for what is missing, makes the bucket and the access
// token, deploys, and checks what answers. What it asks can be given as environment variables of the same names, so that
// it runs unattended too. The same steps by hand are in README.md.
//
//   npm run deploy:edge                  deploys; what was set before stays as it is
//   npm run deploy:edge -- --rotate      also makes a new access token, and keeps the old one working beside it

import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const folder = fileURLToPath(new URL(".", import.meta.url));
const wranglerProgram = fileURLToPath(new URL("../node_modules/wrangler/bin/wrangler.js", import.meta.url));

/** A new workers.dev name takes a while until it answers. */
const HEALTH_TRIES = 20;
const HEALTH_PAUSE_MS = 3000;

/** How wrangler says that nothing is deployed under the name yet. */
const NO_SUCH_WORKER = /Worker "[^"]*"[^]* not found|code: 100(07|90)/;

/** What each kind of access is guarded by. */
const guards = /** @type {const} */ ({ bearer: "ACCESS_TOKEN", signed: "TOKEN_SECRET" });

/**
 * @typedef {object} Surroundings what a deployment has to do with, so that a test can stand in for it
 * @property {(parameters: string[], env?: Record<string, string>) => Promise<{ ok: boolean, output: string }>} wrangler
 * @property {(name: string, question: string, isSecret?: boolean) => Promise<string>} ask
 * @property {(line: string) => void} print
 * @property {typeof fetch} fetch
 * @property {(ms: number) => Promise<unknown>} sleep
 * @property {string} configFile
 * @property {boolean} isRotating
 */

/**
 * @param {Surroundings} surroundings
 * @returns {Promise<boolean>} whether the Worker answers that it is set up
 */
export async function deploy(surroundings) {
  const { wrangler, print, isRotating } = surroundings;
  if (!(await wrangler(["whoami", "--json"])).ok && !(await wrangler(["login"])).ok) {
    throw new Error(
      "Cloudflare lets nobody in. Log in with `npx wrangler login`, or set CLOUDFLARE_API_TOKEN",
    );
  }
  const config = await settle(surroundings);
  await provideBucket(config.bucket, surroundings);
  const guard = guards[config.access];
  const { secrets, isNewGuard } = await missingSecrets(guard, surroundings);
  const url = await send(secrets, surroundings);
  const isHealthy = await check(url, surroundings);

  print("");
  print(`Worker:        ${url}`);
  if (isNewGuard) print(`${guard}: ${secrets[guard]}`);
  else print(`${guard}: as before. It cannot be read back; npm run deploy:edge -- --rotate makes a new one`);
  if (isNewGuard) print("               Keep it now: nobody can read it back from Cloudflare.");
  if (isRotating && secrets[`${guard}_PREVIOUS`]) {
    print(`               The old one works too, until: npx wrangler secret delete ${guard}_PREVIOUS`);
  }
  if (config.access === "bearer") {
    const token = secrets[guard] ?? "$ACCESS_TOKEN";
    print(`Try it:        curl -H "Authorization: Bearer ${token}" "${url}/healthz?deep"`);
  } else print("               Your backend signs with it; README.md shows how.");
  return isHealthy;
}

/**
 * Writes into wrangler.jsonc who gets in, where that is not chosen yet.
 *
 * @param {Surroundings} surroundings
 */
async function settle({ ask, print, configFile }) {
  let text = await readFile(configFile, "utf8");
  const valueOf = (/** @type {string} */ name) =>
    text.match(new RegExp(`^\\s*"${name}":\\s*"([^"]*)"`, "m"))?.[1];
  const set = (/** @type {string} */ name, /** @type {string} */ value) => {
    text = text.replace(
      new RegExp(`^(\\s*"${name}":\\s*)"[^"]*"`, "m"),
      (_, start) => start + JSON.stringify(value),
    );
  };
  const wasChosen = valueOf("ACCESS") !== "";
  if (!wasChosen) {
    set(
      "ACCESS",
      (await ask("ACCESS", "Who gets in: bearer (one shared token) or signed (your backend's)?")) || "bearer",
    );
    set(
      "ALLOWED_ORIGINS",
      await ask("ALLOWED_ORIGINS", "Origins of pages that may call, with spaces between (none: Enter)?"),
    );
  }
  const access = valueOf("ACCESS");
  if (access !== "bearer" && access !== "signed") {
    throw new Error(`ACCESS must be "bearer" or "signed", got ${JSON.stringify(access)}`);
  }
  if (!wasChosen) {
    await writeFile(configFile, text);
    print(`${configFile} now says who gets in.`);
  }
  const bucket = text.match(/"bucket_name":\s*"([^"]+)"/)?.[1];
  if (bucket === undefined) throw new Error(`${configFile} names no bucket_name`);
  return /** @type {{ access: "bearer" | "signed", bucket: string }} */ ({ access, bucket });
}

/** @param {string} bucket @param {Surroundings} surroundings */
async function provideBucket(bucket, { wrangler }) {
  if ((await wrangler(["r2", "bucket", "info", bucket])).ok) return;
  const { ok, output } = await wrangler(["r2", "bucket", "create", bucket]);
  if (!ok)
    throw new Error(`The bucket ${bucket} could not be made. Is R2 enabled for the account?\n${output}`);
}

/**
 * The secrets that the deployed Worker does not have yet, or is to have anew.
 *
 * @param {"ACCESS_TOKEN" | "TOKEN_SECRET"} guard
 * @param {Surroundings} surroundings
 */
async function missingSecrets(guard, { wrangler, ask, isRotating }) {
  const { ok, output } = await wrangler(["secret", "list", "--format", "json"]);
  // Any other failure must not be taken for a Worker without secrets: its token would be replaced.
  if (!ok && !NO_SUCH_WORKER.test(output))
    throw new Error(`The Worker's secrets cannot be listed:\n${output}`);
  const present = new Set(ok ? namesIn(output) : []);
  /** @type {Record<string, string>} */
  const secrets = {};
  if (!present.has("COMETAPI_KEY")) {
    secrets.COMETAPI_KEY = await ask("COMETAPI_KEY", "The CometAPI key?", true);
    if (secrets.COMETAPI_KEY === "")
      throw new Error("COMETAPI_KEY is missing: the Worker cannot work without it");
    const question = "The account's access token, for finding lost creates (none: Enter)?";
    const accountToken = await ask("COMETAPI_ACCESS_TOKEN", question, true);
    if (accountToken !== "") secrets.COMETAPI_ACCESS_TOKEN = accountToken;
  }
  const isNewGuard = isRotating || !present.has(guard);
  if (isRotating && present.has(guard)) {
    const old = await ask(
      `${guard}_PREVIOUS`,
      `The ${guard} of today, which is to work for a while yet (none: Enter)?`,
      true,
    );
    if (old !== "") secrets[`${guard}_PREVIOUS`] = old;
  }
  if (isNewGuard) secrets[guard] = randomBytes(32).toString("base64url");
  return { secrets, isNewGuard };
}

/** @param {string} output JSON, perhaps below a banner @returns {string[]} */
function namesIn(output) {
  const list = JSON.parse(output.slice(output.indexOf("[")));
  return list.map((/** @type {{ name: string }} */ { name }) => name);
}

/**
 * @param {Record<string, string>} secrets
 * @param {Surroundings} surroundings
 * @returns {Promise<string>} the Worker's URL
 */
async function send(secrets, { wrangler }) {
  const place = await mkdtemp(join(tmpdir(), "act-one-deploy-"));
  try {
    const [secretsFile, outputFile] = [join(place, "secrets.json"), join(place, "output.ndjson")];
    await writeFile(secretsFile, JSON.stringify(secrets), { mode: 0o600 });
    const env = { WRANGLER_OUTPUT_FILE_PATH: outputFile };
    const { ok, output } = await wrangler(["deploy", "--secrets-file", secretsFile], env);
    if (!ok) throw new Error(`The deployment failed:\n${output}`);
    const lines = (await readFile(outputFile, "utf8")).split("\n").filter(Boolean);
    const deployed = lines.map((line) => JSON.parse(line)).find(({ type }) => type === "deploy");
    /** @type {string[]} */
    const targets = deployed?.targets ?? [];
    const [url] = targets.flatMap((target) => target.match(/https:\/\/[^\s/*]+/)?.[0] ?? []);
    if (!url)
      throw new Error(
        "The Worker is deployed, but has no URL. Enable workers.dev for it, or give it a route",
      );
    return url;
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

/** @param {string} url @param {Surroundings} surroundings */
async function check(url, { fetch, print, sleep }) {
  for (let tries = 1; ; tries++) {
    const health = await fetch(`${url}/healthz`)
      .then((response) => response.json())
      .catch(() => undefined);
    if (health?.ok) return true;
    if (health || tries === HEALTH_TRIES) {
      for (const problem of health?.problems ?? [`${url}/healthz does not answer yet`]) print(`✗ ${problem}`);
      return false;
    }
    await sleep(HEALTH_PAUSE_MS);
  }
}

/** @param {string[]} parameters @param {Record<string, string>} [env] */
function runWrangler(parameters, env = {}) {
  // What people have to see and answer is theirs; what is read here is not shown.
  const isForPeople = ["login", "deploy"].includes(parameters[0] ?? "");
  const child = spawn(process.execPath, [wranglerProgram, ...parameters], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: isForPeople ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout?.on("data", (data) => (output += data));
  child.stderr?.on("data", (data) => (output += data));
  return /** @type {ReturnType<Surroundings["wrangler"]>} */ (
    new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ ok: code === 0, output }));
    })
  );
}

/** @type {Surroundings["ask"]} */
async function askOrRead(name, question, isSecret = false) {
  const given = process.env[name];
  if (given !== undefined) return given.trim();
  if (!process.stdin.isTTY) return "";
  process.stdout.write(`${question} `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({
    input: process.stdin,
    output: isSecret ? silent : process.stdout,
    terminal: true,
  });
  const answer = await terminal.question("");
  terminal.close();
  if (isSecret) process.stdout.write("\n");
  return answer.trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { rotate: { type: "boolean" } } });
  deploy({
    wrangler: runWrangler,
    ask: askOrRead,
    print: console.log,
    fetch,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    configFile: join(folder, "wrangler.jsonc"),
    isRotating: values.rotate === true,
  }).then(
    (isHealthy) => void (process.exitCode = isHealthy ? 0 : 1),
    (error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
}
