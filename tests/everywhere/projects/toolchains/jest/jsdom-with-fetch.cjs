// jsdom with what Node has and it has not.

const { TestEnvironment } = require("jest-environment-jsdom");

module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup();
    Object.assign(this.global, { fetch, Request, Response, TextDecoder, TextEncoder });
  }
};
