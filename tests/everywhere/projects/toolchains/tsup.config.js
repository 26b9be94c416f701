// A dependency stays outside unless it is named.

export default { entry: ["main.js"], format: ["cjs"], platform: "node", noExternal: ["act-one"] };
