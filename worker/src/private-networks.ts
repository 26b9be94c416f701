// Whether an address points into somebody's private network: this machine, a company's inside, a cloud's metadata
// service. It goes by the name alone; where a public name leads is for the one who fetches to check.

import ipaddr from "ipaddr.js";

/** Names that only mean something inside a network (RFC 6761, 6762, 8375, 9476, and what routers and offices use). */
const PRIVATE_ENDINGS = [
  "localhost",
  "local",
  "internal",
  "home.arpa",
  "lan",
  "home",
  "corp",
  "intranet",
  "private",
];

/** `hostname` is `URL.hostname`: every spelling of an IPv4 address (hex, octal, one number) is one there already. */
export function isPrivateHost(hostname: string): boolean {
  const name = hostname.replace(/\.$/, "").toLowerCase();
  const literal = name.replace(/^\[(.*)\]$/, "$1");
  // `process` unwraps an IPv4 address in an IPv6 one. Only plain unicast is public: not loopback, link-local,
  // carrier-grade NAT, multicast, documentation, or tunnels into IPv4 (NAT64, 6to4, Teredo).
  if (ipaddr.isValid(literal)) return ipaddr.process(literal).range() !== "unicast";
  if (!name.includes(".")) return true;
  return PRIVATE_ENDINGS.some((ending) => name.endsWith(`.${ending}`));
}
