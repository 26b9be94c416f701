// Whether a URL's host lies in somebody's private network: this machine, a company's inside, a cloud's metadata service.
// It goes by the name alone; where a public name leads is for the one who fetches to check. JavaScript, so that the dev
// server can use it as it is.

import ipaddr from "ipaddr.js";

/**
 * Names that mean something inside a network only, or nothing anywhere (RFC 6761, 6762, 7686, 8375, 9476, and what
 * routers, offices and clusters use).
 */
const PRIVATE_ENDINGS = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "home.arpa",
  "lan",
  "home",
  "corp",
  "intranet",
  "intra",
  "private",
  "domain",
  "svc",
  "consul",
  "mail",
  "test",
  "invalid",
  "onion",
];

/** The part of IPv6 that is routed on the Internet. */
const GLOBAL_UNICAST = ipaddr.parseCIDR("2000::/3");

/**
 * @param {string} hostname `URL.hostname`: every spelling of an IPv4 address (hex, octal, one number) is one there already
 * @returns {boolean}
 */
export function isPrivateHost(hostname) {
  const name = hostname.replace(/\.+$/, "").toLowerCase();
  const literal = name.replace(/^\[(.*)\]$/, "$1");
  if (ipaddr.isValid(literal)) return !isPublicAddress(literal);
  if (!name.includes(".")) return true;
  return PRIVATE_ENDINGS.some((ending) => name.endsWith(`.${ending}`));
}

/**
 * Only plain unicast is public: not loopback, link-local, carrier-grade NAT, multicast, documentation, or what wraps an
 * IPv4 address (NAT64, 6to4, Teredo, `::127.0.0.1`).
 *
 * @param {string} address
 */
function isPublicAddress(address) {
  // Unwraps `::ffff:10.0.0.1`.
  const parsed = ipaddr.process(address);
  const isRouted = parsed.kind() === "ipv4" || parsed.match(GLOBAL_UNICAST);
  return isRouted && parsed.range() === "unicast";
}
