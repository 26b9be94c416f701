// CometAPI's own command line tool, from PyPI: what it makes of a task list. It is installed into a virtual environment
// of its own, once.

import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PACKAGE = "cometapi-cli==0.3.10";
const FOLDER = fileURLToPath(new URL("../node_modules/.cache/cometapi-cli", import.meta.url));
const PYTHON = join(FOLDER, "bin", "python");

// Its options move the base of the models' routes alone; that of the account's is a constant of its module.
const PROGRAM = `
import sys
import cometapi_cli.client
cometapi_cli.client.COMETAPI_DASHBOARD_BASE = sys.argv.pop(1)
from cometapi_cli.app import app
app()
`;

/** @returns {string | false} why the tool cannot be had on this machine; `false` where it can */
export function cannotInstall() {
  try {
    if (!existsSync(join(FOLDER, "bin", "cometapi"))) {
      execFileSync("python3", ["-m", "venv", FOLDER], { stdio: "pipe" });
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE];
      execFileSync(PYTHON, pip, { stdio: "pipe" });
    }
    return false;
  } catch (error) {
    const reason = String(/** @type {any} */ (error).stderr || error).trim();
    return `${PACKAGE} needs Python with venv and pip, and PyPI: ${reason.slice(-200)}`;
  }
}

/**
 * `cometapi tasks --json`, asked of another service.
 *
 * @param {string} baseUrl
 * @param {string} accessToken
 * @param {string[]} filters further options of the tool
 * @returns {Promise<Record<string, any>[]>}
 */
export async function tasksByTool(baseUrl, accessToken, filters = []) {
  const parameters = ["-c", PROGRAM, baseUrl, "tasks", "--json", ...filters];
  const env = { ...process.env, COMETAPI_ACCESS_TOKEN: accessToken, COMETAPI_KEY: "sk-none", HOME: FOLDER };
  const { stdout } = await promisify(execFile)(PYTHON, parameters, { env });
  return JSON.parse(stdout);
}
