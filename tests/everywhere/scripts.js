// Runtimes with a command line: a script is started with the sandbox's address, and says how it went.

import { execute } from "./execute.js";
import { programs } from "./tools.js";

/** @param {string} runtime @param {string[]} args @returns {import("./rows.js").Row["prove"]} */
export function script(runtime, args) {
  return async ({ project, service }) => {
    const program = programs[runtime]();
    const folder = await project("script");
    const { stdout, stderr } = await execute(program, [...args, service], {
      cwd: folder,
      env: { NODE_OPTIONS: "" },
    });
    if (stdout.trim() !== "ok") throw new Error(`It said:\n${stdout}\n${stderr}`);
    const version = await execute(program, ["--version"]);
    return version.stdout
      .split("\n")[0]
      .replace(/^(v|deno )/, "")
      .replace(/ \(.*/, "");
  };
}
