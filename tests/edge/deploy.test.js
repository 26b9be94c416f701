// `npm run deploy:edge` with a stand-in for Cloudflare: what is asked, what is set, and what the operator is told. And the
// real bundling, as wrangler does it before it would upload anything.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { deploy } from "../../worker/deploy.js";

const URL_OF_WORKER = "https://act-one.someone.workers.dev";
const worker = fileURLToPath(new URL("../../worker", import.meta.url));

/**
 * An account, and somebody at the terminal.
 *
 * @param {import("node:test").TestContext} context
 * @param {{ secrets?: string[], buckets?: string[], answers?: Record<string, string>, health?: object, listFailure?: string }} [given]
 */
async function account(
  context,
  { secrets = [], buckets = [], answers = {}, health = { ok: true }, listFailure } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "act-one-deploy-test-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const configFile = join(folder, "wrangler.jsonc");
  await copyFile(join(worker, "wrangler.jsonc"), configFile);
  /** @type {Record<string, string>} */
  const uploaded = {};
  /** @type {{ commands: string[], asked: string[], printed: string[], secretsFile: string }} */
  const seen = { commands: [], asked: [], printed: [], secretsFile: "" };
  const surroundings = {
    configFile,
    isRotating: false,
    sleep: async () => {},
    print: (/** @type {string} */ line) => void seen.printed.push(line),
    ask: async (/** @type {string} */ name) => {
      seen.asked.push(name);
      return answers[name] ?? "";
    },
    fetch: /** @type {typeof fetch} */ (
      async (url) => {
        assert.equal(String(url), `${URL_OF_WORKER}/healthz`);
        return Response.json(health);
      }
    ),
    wrangler: async (/** @type {string[]} */ parameters, /** @type {Record<string, string>} */ env = {}) => {
      const command = parameters.filter((word) => !word.startsWith("/")).join(" ");
      seen.commands.push(command);
      if (command.startsWith("r2 bucket info"))
        return { ok: buckets.includes(parameters[3] ?? ""), output: "" };
      if (command.startsWith("secret list")) {
        if (listFailure || secrets.length === 0) {
          return { ok: false, output: listFailure ?? 'Worker "act-one" not found.' };
        }
        return { ok: true, output: JSON.stringify(secrets.map((name) => ({ name, type: "secret_text" }))) };
      }
      if (command.startsWith("deploy")) {
        seen.secretsFile = parameters[2] ?? "";
        assert.equal((await stat(seen.secretsFile)).mode & 0o077, 0, "others cannot read the secrets");
        Object.assign(uploaded, JSON.parse(await readFile(seen.secretsFile, "utf8")));
        const targets = ["schedule: */5 * * * *", URL_OF_WORKER];
        const lines = [{ type: "wrangler-session" }, { type: "deploy", targets }];
        const output = env.WRANGLER_OUTPUT_FILE_PATH ?? "";
        await writeFile(output, lines.map((line) => JSON.stringify(line)).join("\n"));
      }
      return { ok: true, output: "" };
    },
  };
  return { surroundings, uploaded, seen, configFile };
}

test("the first deployment asks for what is missing, and tells the URL, the token and a line to try", async (context) => {
  const answers = { COMETAPI_KEY: "sk-mine-and-long", ALLOWED_ORIGINS: "https://app.example" };
  const { surroundings, uploaded, seen, configFile } = await account(context, { answers });
  assert.equal(await deploy(surroundings), true);
  assert.deepEqual(seen.asked, ["ACCESS", "ALLOWED_ORIGINS", "COMETAPI_KEY", "COMETAPI_ACCESS_TOKEN"]);
  assert.deepEqual(seen.commands, [
    "whoami --json",
    "r2 bucket info act-one-outputs",
    "r2 bucket create act-one-outputs",
    "secret list --format json",
    "deploy --secrets-file",
  ]);
  assert.deepEqual(Object.keys(uploaded), ["COMETAPI_KEY", "ACCESS_TOKEN"]);
  assert.equal(uploaded.COMETAPI_KEY, answers.COMETAPI_KEY);
  assert.match(uploaded.ACCESS_TOKEN ?? "", /^[\w-]{43}$/);
  const config = await readFile(configFile, "utf8");
  assert.match(config, /"ACCESS": "bearer"/);
  assert.match(config, /"ALLOWED_ORIGINS": "https:\/\/app\.example"/);
  const printed = seen.printed.join("\n");
  assert.ok(printed.includes(URL_OF_WORKER));
  assert.ok(printed.includes(`curl -H "Authorization: Bearer ${uploaded.ACCESS_TOKEN}"`));
  assert.ok(!printed.includes(answers.COMETAPI_KEY));
  await assert.rejects(stat(seen.secretsFile), { code: "ENOENT" });
});

test("a further deployment leaves what is set, and a rotation keeps the old token working", async (context) => {
  const [secrets, buckets] = [["COMETAPI_KEY", "ACCESS_TOKEN"], ["act-one-outputs"]];
  const answers = { ACCESS_TOKEN_PREVIOUS: "the token of today" };
  const { surroundings, uploaded, seen } = await account(context, { secrets, buckets, answers });
  await deploy(surroundings);
  assert.deepEqual(uploaded, {});
  assert.ok(!seen.commands.some((command) => command.includes("create")));
  assert.match(seen.printed.join("\n"), /as before/);

  seen.asked.length = 0;
  await deploy({ ...surroundings, isRotating: true });
  assert.deepEqual(seen.asked, ["ACCESS_TOKEN_PREVIOUS"]);
  assert.equal(uploaded.ACCESS_TOKEN_PREVIOUS, "the token of today");
  assert.match(uploaded.ACCESS_TOKEN ?? "", /^[\w-]{43}$/);
  assert.match(seen.printed.join("\n"), /secret delete ACCESS_TOKEN_PREVIOUS/);
});

test("what is wrong with the deployed Worker is shown, and an access that there is not deploys nothing", async (context) => {
  const health = { ok: false, problems: ["COMETAPI_KEY is too short to be a key"] };
  const { surroundings, seen } = await account(context, { answers: { COMETAPI_KEY: "x" }, health });
  assert.equal(await deploy(surroundings), false);
  assert.ok(seen.printed.includes("✗ COMETAPI_KEY is too short to be a key"));

  const other = await account(context, { answers: { ACCESS: "open", COMETAPI_KEY: "x" } });
  await assert.rejects(deploy(other.surroundings), /ACCESS must be "bearer" or "signed", got "open"/);
  await assert.rejects(deploy((await account(context)).surroundings), /COMETAPI_KEY is missing/);
  assert.ok(!other.seen.commands.some((command) => command.startsWith("deploy")));
});

test("secrets that cannot be listed are not taken for none: the token in use is not replaced", async (context) => {
  const given = {
    listFailure: "A request to the Cloudflare API failed",
    answers: { COMETAPI_KEY: "sk-mine" },
  };
  const { surroundings, seen } = await account(context, given);
  await assert.rejects(deploy(surroundings), /cannot be listed[^]*Cloudflare API failed/);
  assert.ok(!seen.commands.some((command) => command.startsWith("deploy")));
});

test("wrangler bundles the Worker as it would deploy it", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "act-one-dry-run-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const program = fileURLToPath(new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url));
  const parameters = [program, "deploy", "--dry-run", "--outdir", folder];
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", CI: "true" };
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { cwd: worker, env });
  for (const binding of ["TASKS", "LEDGER", "OUTPUTS", "CREATE_LIMIT", "UPLOAD_LIMIT"]) {
    assert.ok(stdout.includes(`env.${binding}`), binding);
  }
});
