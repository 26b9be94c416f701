// Changes to the boxes of MP4 and HEIF files, for files that no program at hand writes.

/** What is in boxes of these kinds is boxes too, behind so many bytes. @type {Record<string, number>} */
const HOLDERS = { moov: 0, trak: 0, mdia: 0, minf: 0, stbl: 0, stsd: 8, avc1: 78, meta: 4, iprp: 0, ipco: 0 };

/** @typedef {{ start: number, body: number, end: number, around: number[] }} Place `around`: where its holders begin */

/** Where the first box of a kind is. @param {Buffer} file @param {string} kind @returns {Place} */
export function boxAt(file, kind) {
  const found = search(file, kind, 0, file.length, []);
  if (!found) throw new Error(`there is no ${kind} in it`);
  return found;
}

/**
 * @param {Buffer} file
 * @param {string} kind
 * @param {number} from
 * @param {number} to
 * @param {number[]} around
 * @returns {Place | undefined}
 */
function search(file, kind, from, to, around) {
  for (let start = from; start + 8 <= to;) {
    const size = file.readUInt32BE(start) || to - start;
    const name = file.toString("latin1", start + 4, start + 8);
    if (name === kind) return { start, body: start + 8, end: start + size, around };
    if (name in HOLDERS) {
      const found = search(file, kind, start + 8 + HOLDERS[name], start + size, [...around, start]);
      if (found) return found;
    }
    start += size;
  }
  return undefined;
}

/** A copy in which `change` has changed a box. @param {Buffer} file @param {string} kind @param {(box: Buffer) => void} change */
export function changed(file, kind, change) {
  const copy = Buffer.from(file);
  const { start, end } = boxAt(copy, kind);
  change(copy.subarray(start, end));
  return copy;
}

/** A copy with bytes at the end of a box. @param {Buffer} file @param {string} kind @param {Buffer} bytes */
export function append(file, kind, bytes) {
  const { start, end, around } = boxAt(file, kind);
  const copy = Buffer.concat([file.subarray(0, end), bytes, file.subarray(end)]);
  for (const at of [...around, start]) copy.writeUInt32BE(copy.readUInt32BE(at) + bytes.length, at);
  return copy;
}
