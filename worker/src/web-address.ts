// Reading a URL that somebody wrote.

/** @returns undefined for anything but an absolute http(s) URL */
export function webAddress(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url : undefined;
}
