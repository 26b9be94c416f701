// A thousand waits on a service that allows 20 requests a second: told 429 once, they slow down together, and all of
// them finish. In full size and at the service's usual pace, in virtual time.

import assert from "node:assert/strict";
import { after, before, mock, test } from "node:test";
import { submit, waitForTask } from "../../npm/node.js";
import { createSandbox } from "../../sandbox/index.js";
import { INPUT } from "./answers.js";
import { elapse } from "./virtual-time.js";

const WAITS = 1_000;

before(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.UTC(2026, 10, 22) }));
after(() => mock.timers.reset());

const CASES = {
  "at the usual schedule, told when to come back": { retryAfter: true },
  "at the usual schedule, told nothing": { retryAfter: false },
  "each wanting a read every second": { retryAfter: false, pollInterval: 1_000 },
};

for (const [name, { retryAfter, pollInterval }] of Object.entries(CASES)) {
  test(`${WAITS} waits share 20 requests a second, ${name}`, async () => {
    const rateLimit = { requests: 20, per: 1_000, retryAfter, emptyBody: !retryAfter };
    const { fetch, counts } = createSandbox({ keys: null, checkMedia: false, rateLimit });
    const baseUrl = `https://${encodeURIComponent(name)}.example`
      .replaceAll("%20", "-")
      .replaceAll("%2C", "");
    // The limit is one for each key, and what is looked at here is the waiting: each submission has its own.
    const submitting = Array.from({ length: WAITS }, (_, index) =>
      submit(INPUT, { apiKey: `sk-${index}`, baseUrl: `https://submit-${index}.example`, fetch }),
    );
    const tasks = await elapse(Promise.all(submitting));

    const began = Date.now();
    const late = { answers: 0, refused: 0 };
    const counting = async (request) => {
      const response = await fetch(request);
      if (Date.now() - began > 10_000) {
        late.answers++;
        if (response.status === 429) late.refused++;
      }
      return response;
    };
    const options = { apiKey: "sk-shared", baseUrl, fetch: counting, pollInterval };
    const finished = await elapse(Promise.all(tasks.map((task) => waitForTask(task, options))));

    assert.ok(finished.every(({ status }) => status === "succeeded"));
    assert.ok(counts.rateLimited > 0, "the limit was never reached");
    assert.ok(late.refused < 0.05 * late.answers, `${late.refused} of ${late.answers} answers were 429`);
    // With all tasks done after 83 s and each still to be read, a minute more is all that fairness can ask for; five
    // are given. Whoever starved would be there later, or have run into its timeout of an hour.
    const ends = finished.map(({ checkedAt }) => checkedAt - began);
    assert.ok(Math.max(...ends) < 400_000, `the last wait ended after ${Math.max(...ends) / 1000} s`);
  });
}
