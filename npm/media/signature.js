// The format of a file by its first bytes, for pages, where nothing else of it has to be read.

/** With dots for bytes that may be anything. @type {[string, string][]} */
const SIGNATURES = [
  ["\xff\xd8\xff", "jpeg"],
  ["\x89PNG", "png"],
  ["GIF8", "gif"],
  ["RIFF....WEBP", "webp"],
  ["....ftypavi", "avif"],
  ["....ftyphe", "heic"],
  ["....ftypmif1", "heic"],
  ["....ftypqt  ", "mov"],
  ["....ftyp", "mp4"],
  ["....moov", "mov"],
  ["....mdat", "mov"],
  ["....wide", "mov"],
];

/** @param {Uint8Array} bytes */
export function formatOf(bytes) {
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  if (start.startsWith("\x1aE\xdf\xa3")) return start.includes("webm") ? "webm" : "mkv";
  // An AVIF may call itself by the name of its whole family first.
  if (start.startsWith("ftypmif1", 4) && start.includes("avif")) return "avif";
  const fits = ([signature]) => [...signature].every((byte, index) => byte === "." || byte === start[index]);
  return SIGNATURES.find(fits)?.[1] ?? null;
}
