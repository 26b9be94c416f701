// One project for each way that people set Jest up; a row picks its own by name.

const babel = ["babel-jest", { presets: [["@babel/preset-env", { targets: { node: "current" } }]] }];
const transform = { "\\.js$": babel };
const testMatch = ["**/jest/act-one.spec.js"];

module.exports = {
  projects: [
    { displayName: "default", testMatch, transform },
    // Everything is transformed, packages too.
    { displayName: "transformed", testMatch, transform: { "\\.c?js$": babel }, transformIgnorePatterns: [] },
    { displayName: "jsdom", testMatch, transform, testEnvironment: "./jest/jsdom-with-fetch.cjs" },
    { displayName: "bare-jsdom", testMatch: ["**/jest/bare-jsdom.spec.js"], transform },
    {
      displayName: "ts-jest",
      testMatch: ["**/jest/act-one.spec.ts"],
      transform: { "\\.ts$": ["ts-jest", { tsconfig: "jest/tsconfig.json" }], ...transform },
    },
  ],
};
