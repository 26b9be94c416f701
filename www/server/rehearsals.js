// The sandboxes behind the page. `/sandbox` is the plain one; each further piece of the path changes one thing about
// it, so `/sandbox/fail/numeric` fails its tasks and says so in numbers. A path is all that a client needs to pick
// one, and it survives a reload. Requests without a key get the sandbox's: the page holds none in either mode.

import { limitRequestBody } from "srvx/body-limit";
import { createSandbox } from "../../sandbox/index.js";

/** @typedef {import("act-one/sandbox").SandboxOptions} SandboxOptions */
/** @typedef {import("act-one/sandbox").Sandbox} Sandbox */

/** Eight times the service's pace: a task takes ten seconds instead of eighty, and each state can still be seen. */
const DEFAULT_SPEED = 8;

const SANDBOX_KEY = "sk-sandbox";
const MAX_BODY_BYTES = 65_536;
const MAX_UPLOAD_BYTES = 100_000_000;

/** @type {Record<string, SandboxOptions>} */
const outcomes = {
  fail: { outcome: "fail" },
  stall: { outcome: "stall" },
  refuse: {
    answer: atCreate(() => Response.json({ code: 400, msg: "the portrait was not accepted", data: null })),
  },
  outage: { answer: atCreate(() => new Response("upstream error", { status: 500 })) },
  unauthorized: { keys: ["a key that nobody has"] },
};

/** @type {Record<string, SandboxOptions>} */
const paces = { real: { speed: 1 } };

/** @type {Record<string, SandboxOptions>} */
const answers = {
  flat: { createShape: "flat", feedShape: "flat" },
  numeric: { createShape: "record", feedShape: "numeric" },
  words: { createShape: "current", feedShape: "words" },
};

const pieces = [outcomes, paces, answers]
  .map((changes) => `(?:/(${Object.keys(changes).join("|")}))?`)
  .join("");

/**
 * @param {string} home the path that they are mounted on
 * @param {SandboxOptions} [options] for all of them
 */
export function createRehearsals(home, options = {}) {
  /** @type {Map<string, Sandbox>} */
  const sandboxes = new Map();
  const route = new RegExp(`^(${home}${pieces})/(?:runway/|outputs/|uploads|api/)`);
  const key = options.keys?.[0] ?? SANDBOX_KEY;

  /** @param {string} basePath @param {SandboxOptions} [changes] */
  function sandboxAt(basePath, changes) {
    const known = sandboxes.get(basePath);
    if (known) return known;
    const made = createSandbox({ speed: DEFAULT_SPEED, ...options, ...changes, basePath });
    sandboxes.set(basePath, made);
    return made;
  }

  return {
    plain: sandboxAt(home),

    /** @param {Request} request */
    async answer(request) {
      const [, basePath, outcome, pace, shape] = new URL(request.url).pathname.match(route) ?? [];
      if (basePath === undefined) return new Response("No such sandbox\n", { status: 404 });
      const sandbox = sandboxAt(basePath, { ...outcomes[outcome], ...paces[pace], ...answers[shape] });
      const body = await bodyOf(request);
      if (body === "too long") return new Response("The request body is too long\n", { status: 413 });
      const { method, signal } = request;
      return sandbox.fetch(
        new Request(request.url, { method, headers: withKey(request, key), body, signal }),
      );
    },
  };
}

/** @param {Request} request */
async function bodyOf(request) {
  if (request.method !== "POST") return undefined;
  const isUpload = new URL(request.url).pathname.endsWith("/uploads");
  return limitRequestBody(request, isUpload ? MAX_UPLOAD_BYTES : MAX_BODY_BYTES)
    .arrayBuffer()
    .catch(() => /** @type {const} */ ("too long"));
}

/** @param {Request} request @param {string} key */
function withKey(request, key) {
  const headers = new Headers(request.headers);
  if (!headers.has("Authorization")) headers.set("Authorization", `Bearer ${key}`);
  return headers;
}

/** @param {() => Response} answer @returns {NonNullable<SandboxOptions["answer"]>} */
function atCreate(answer) {
  return (request) => (request.url.endsWith("/runway/pro/act_one") ? answer() : undefined);
}
