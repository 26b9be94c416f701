// Unguessable words, and comparing them without telling by the time it takes how much of a guess was right.

/** 256 random bits, in characters that need no escaping in a URL. */
export function randomSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return btoa(String.fromCharCode(...bytes)).replace(
    /[+/=]/g,
    (sign) => ({ "+": "-", "/": "_" })[sign] ?? "",
  );
}

/** Compares digests: they have one length whatever the guess has. */
export async function isSameSecret(guess: string, secret: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256(guess), sha256(secret)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

export function sha256(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
