// The fault campaign: drives ours, without and with an access token, and three peers over the same bad network and
// prints one table. Ends with a failure if ours pays twice, loses a result, lets an abort wait, hangs, or leaves a
// rejection unhandled, or with the token does not name a task that was paid for; what the peers do is only told.
//
// node tests/faults/campaign.js [--seed N] [--runs N] [--ours]
//   --ours  leaves the peers out, which take most of the time

import { execFileSync, fork } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startFaultProxy } from "./fault-proxy.js";
import { startService } from "./stand-ins.js";
import { markdown } from "./table.js";
import { broken, judge } from "./verdict.js";

/** @type {("fal" | "replicate" | "runway")[]} */
const PEERS = ["fal", "replicate", "runway"];
const ABORTED_RUNS = 100;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "500" },
    ours: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed ?? randomInt(1_000_000));
const runs = Number(values.runs);
if (!Number.isInteger(seed) || !Number.isInteger(runs) || runs < 1)
  throw new Error("--seed and --runs take whole numbers");

console.log(`Fault campaign, seed ${seed}: ${runs} runs and ${ABORTED_RUNS} aborted ones for each client.`);
const peers = values.ours ? [] : PEERS;
if (peers.length > 0) installPeers();

// Ours first and alone, then the peers together: they mostly sleep.
const ours = await campaignOf("act-one");
const withToken = await campaignOf("act-one-token");
const others = await Promise.all(peers.map(async (name) => [name, await campaignOf(name)]));
const verdicts = { "act-one": ours, "act-one-token": withToken, ...Object.fromEntries(others) };
console.log(`\n${markdown({ seed, verdicts })}`);

const failures = [...broken(ours), ...broken(withToken, { listsTasks: true })];
for (const failure of failures) console.error(`act-one broke its word: ${failure}`);
if (failures.length > 0) console.error(`Repeat with: npm run test:faults -- --seed ${seed} --runs ${runs}`);
process.exitCode = failures.length > 0 ? 1 : 0;

/**
 * With the token, every other run has a service whose list does not say what was sent: there a lost task is one of
 * several candidates.
 *
 * @param {"act-one-token" | Parameters<typeof startService>[0]} client
 */
function servicesOf(client) {
  if (client !== "act-one-token") return Promise.all([startService(client)]);
  return Promise.all([
    startService("act-one", { listedInput: { place: "properties" } }),
    startService("act-one", { listedInput: null }),
  ]);
}

/** @param {"act-one-token" | Parameters<typeof startService>[0]} client */
async function campaignOf(client) {
  const began = Date.now();
  const services = await servicesOf(client);
  const proxy = await startFaultProxy({ upstreams: services.map(({ url }) => url), seed });
  const whole = await drive(client, proxy.url, 0, runs);
  const aborted = await drive(client, proxy.url, runs, ABORTED_RUNS, "abort");
  const verdict = judge({
    whole: whole.reports,
    aborted: aborted.reports,
    unhandled: whole.unhandled + aborted.unhandled,
    tasks: services.flatMap(({ sandbox }) => [...sandbox.tasks.values()]),
  });
  proxy.close();
  await Promise.all(services.map((service) => service.close()));
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`${client}: ${seconds} s; exchanges by fault: ${JSON.stringify(proxy.injected)}`);
  return verdict;
}

/**
 * Has a client do its runs, in a process of its own.
 *
 * @param {string} client
 * @param {string} proxyUrl
 * @param {number} firstRun
 * @param {number} count
 * @param {string[]} mode
 * @returns {Promise<{ reports: import("./drive.js").Report[], unhandled: number }>}
 */
async function drive(client, proxyUrl, firstRun, count, ...mode) {
  const script = fileURLToPath(new URL("drive.js", import.meta.url));
  const args = [client, proxyUrl, firstRun, count, seed, ...mode].map(String);
  // Some peers leave rejections unhandled for a while; the count tells of it, Node's warnings need not.
  const child = fork(script, args, { execArgv: ["--no-warnings"] });
  /** @type {import("./drive.js").Report[]} */
  const reports = [];
  let unhandled = 0;
  child.on("message", (/** @type {any} */ message) => {
    if ("unhandled" in message) unhandled = message.unhandled;
    else reports.push(message);
  });
  const status = await new Promise((resolve) => child.on("exit", resolve));
  if (status !== 0 || reports.length !== count)
    throw new Error(`${client}: the process ended with ${status}`);
  return { reports, unhandled };
}

/** The peers are no dependencies of the package: they have a lock file of their own and come when first needed. */
function installPeers() {
  if (existsSync(new URL("node_modules", import.meta.url))) return;
  const cwd = fileURLToPath(new URL(".", import.meta.url));
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
