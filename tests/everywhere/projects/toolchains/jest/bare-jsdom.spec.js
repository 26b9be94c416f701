/** @jest-environment jsdom */

import { run } from "act-one";

test("without Node's own globals, the error names what is missing", async () => {
  await expect(run({}, { apiKey: "sk" })).rejects.toMatchObject({
    code: "wasm_unavailable",
    retryable: false,
    message: expect.stringMatching(/has no TextDecoder/),
  });
});
