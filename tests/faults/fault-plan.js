// Which fault meets which exchange. Drawn from the seed, the run and the exchange's number within it, and from
// nothing else: every client is dealt the same hand, however fast it plays, and a seed brings a campaign back.

import { createHash } from "node:crypto";

/**
 * @typedef {object} Fault
 * @property {"none" | "reset" | "late" | "silent" | "status" | "cut off" | "cut short" | "html"} kind
 * @property {boolean} processed whether the service behind has done what it was asked for
 * @property {number} [status]
 * @property {string} [retryAfter]
 */

/** Of a hundred exchanges, how many meet which fault. Creates meet more, because each run has but one. */
const SHARES = {
  create: {
    reset: 12,
    late: 6,
    silent: 2,
    "too fast": 8,
    "server error": 12,
    "cut off": 5,
    "cut short": 5,
    html: 4,
  },
  read: {
    reset: 6,
    late: 3,
    silent: 1,
    "too fast": 5,
    "server error": 8,
    "cut off": 3,
    "cut short": 3,
    html: 1,
  },
};

const SERVER_ERRORS = [500, 502, 503, 504, 524];

/**
 * @param {number} seed
 * @param {number} run
 * @param {"create" | "read"} exchange
 * @param {number} attempt
 * @returns {Fault}
 */
export function faultOf(seed, run, exchange, attempt) {
  const dice = createHash("sha256").update(`${seed}/${run}/${exchange}/${attempt}`).digest();
  const processed = dice.readUInt8(4) % 2 === 1;
  const detail = dice.readUInt8(5);
  const kind = drawn(SHARES[exchange], dice.readUInt32BE(0) % 100);
  switch (kind) {
    case "too fast":
      // A gateway that says "too fast" has done nothing; half of them say when to come back.
      return { kind: "status", status: 429, processed: false, retryAfter: processed ? "1" : undefined };
    case "server error":
      return { kind: "status", status: SERVER_ERRORS[detail % SERVER_ERRORS.length], processed };
    case "late":
    case "cut off":
    case "cut short":
      // These are answers of the service itself, on a bad way back.
      return { kind, processed: true };
    default:
      return { kind, processed };
  }
}

/**
 * A number from 0 up to 1 for a run, for what is not a fault: when to abort.
 *
 * @param {number} seed
 * @param {number} run
 */
export function fractionOf(seed, run) {
  return createHash("sha256").update(`${seed}/${run}`).digest().readUInt32BE(0) / 2 ** 32;
}

/**
 * @param {Record<string, number>} shares
 * @param {number} number from 0 to 99
 * @returns {any}
 */
function drawn(shares, number) {
  let rest = number;
  for (const [kind, share] of Object.entries(shares)) {
    if (rest < share) return kind;
    rest -= share;
  }
  return "none";
}
