// What has to be there before anything can be measured: the package itself, as built, and the peers, pinned by a lock
// file of their own. Only Node's own modules, because it runs before anything is installed.

import { execFileSync } from "node:child_process";
import { existsSync, statSync, symlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { prepare } from "../xtask/prepare.js";

/** @param {string} path in this folder */
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Installs and builds what is missing or out of date. */
export function prepareBench() {
  prepare();
  installPeers();
  // So that `act-one` is found by its public entries, as in a user's project.
  if (!existsSync(at("node_modules/act-one"))) symlinkSync(at(".."), at("node_modules/act-one"), "junction");
}

function installPeers() {
  // npm writes this file last, with the versions that it has installed.
  const installed = at("node_modules/.package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(at("package-lock.json")).mtimeMs)
    return;
  console.log("▸ Installing the peers …");
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: at("."),
    stdio: ["ignore", "ignore", "inherit"],
  });
}
