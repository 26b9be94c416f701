// One contestant in a process of its own: does a round of polls whenever it is told to, and tells what CPU time that
// took, of all threads (the collector's and the compiler's too).
//
// node polls.js CONTESTANT

import { serviceOf } from "../services.js";
import { beginVirtualTime } from "../virtual-time.js";

const [contestant] = process.argv.slice(2);
beginVirtualTime();
/** @type {import("../contestants.js").Client} */
const { connect } = await import(`../contestants/${contestant}.js`);

process.on("message", async (/** @type {{ reads: number }} */ { reads }) => {
  const service = serviceOf(contestant, { running: reads });
  const wait = connect({ fetch: service.fetch });
  const before = process.cpuUsage();
  await wait("3d957031-9a2a-45e2-9dc7-bc8513059c50");
  const { user, system } = process.cpuUsage(before);
  process.send?.({ microseconds: (user + system) / service.requests });
});
process.send?.("ready");
