// Who may spend the key: by a shared bearer token, or by short-lived tokens that the deployer's own backend signs. It
// also says who the caller is, which rate limits, idempotency keys and tasks belong to.

import { type JWTPayload, jwtVerify } from "jose";
import type { Access, Config } from "./config.ts";
import { Refused } from "./errors.ts";
import { isSameSecret } from "./secrets.ts";

/** What a signed token must name as its audience: a token signed for something else opens nothing here. */
const AUDIENCE = "act-one";

/** The longest life of a signed token, in seconds: one that leaks is soon worth nothing. */
const LONGEST_LIFE = 3600;

/** How far the backend's clock may be off, in seconds. */
const CLOCK_TOLERANCE = 30;

export interface Caller {
  /** Whose tasks: the token's `sub`, or everybody who shares the bearer token. */
  name: string;
  /** What rate limits count by. */
  limitedBy: string;
}

export async function checkAccess(request: Request, { access }: Config): Promise<Caller> {
  const token = request.headers.get("Authorization")?.match(/^Bearer +(\S+)$/i)?.[1];
  if (token === undefined) throw refused("Send an access token in the header Authorization: Bearer …");
  return access.kind === "bearer" ? checkShared(token, access, request) : checkSigned(token, access);
}

async function checkShared(
  token: string,
  { token: current, previous }: Access & { kind: "bearer" },
  request: Request,
): Promise<Caller> {
  const isOld = previous !== undefined && (await isSameSecret(token, previous));
  if (!(await isSameSecret(token, current)) && !isOld) throw refused("The access token is not the right one");
  // All share one token, so it cannot tell them apart.
  const address = request.headers.get("CF-Connecting-IP") ?? "unknown";
  return { name: "shared", limitedBy: `ip:${address}` };
}

async function checkSigned(
  token: string,
  { secret, previous }: Access & { kind: "signed" },
): Promise<Caller> {
  const payload = await verify(token, secret)
    .catch((error) => {
      if (previous === undefined || error?.code === "ERR_JWT_EXPIRED") throw error;
      return verify(token, previous);
    })
    .catch((error) => {
      const isOld = error?.code === "ERR_JWT_EXPIRED";
      throw refused(
        isOld ? "The access token has expired: fetch a new one" : "The access token is not valid",
      );
    });
  const { sub, exp = 0, iat = 0 } = payload;
  if (typeof sub !== "string" || sub === "" || sub.length > 256) {
    throw refused("The access token names no caller: sub must be a string of 1 to 256 characters");
  }
  if (exp - iat > LONGEST_LIFE) throw refused(`The access token lives longer than ${LONGEST_LIFE} seconds`);
  return { name: `sub:${sub}`, limitedBy: `sub:${sub}` };
}

async function verify(token: string, secret: string): Promise<JWTPayload> {
  const options = {
    algorithms: ["HS256"],
    audience: AUDIENCE,
    requiredClaims: ["sub", "exp", "iat"],
    clockTolerance: CLOCK_TOLERANCE,
    maxTokenAge: LONGEST_LIFE,
  };
  return (await jwtVerify(token, new TextEncoder().encode(secret), options)).payload;
}

function refused(message: string): Refused {
  return new Refused({ status: 401, message, code: "access_denied" });
}
