// Nothing but what finds packages, which then picks what is for no runtime in particular.

import { nodeResolve } from "@rollup/plugin-node-resolve";

export default {
  input: "main.js",
  output: { file: "dist/rollup.mjs", format: "es" },
  plugins: [nodeResolve()],
  onLog: (level, log) => {
    if (level === "warn") throw new Error(log.message);
  },
};
