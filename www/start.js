// `npm start`: installs and builds what is missing, then serves the demo.

import { runCommand } from "../xtask/command.js";
import { prepare } from "../xtask/prepare.js";

await runCommand(async () => {
  prepare();
  // Only now: the server needs modules that may just have been installed.
  const { main } = await import("./server.js");
  await main();
});
