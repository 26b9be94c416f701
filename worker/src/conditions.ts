// HTTP's conditional requests (RFC 9110, section 13): what a caller already has, and what it wants only if the file is
// still the same. Tags are taken unquoted too, as some clients send them.

export interface Representation {
  /** Quoted, as the header has it. */
  etag: string;
  lastModified: Date;
}

/** In the order of RFC 9110, section 13.2.2. */
export function precondition(request: Request, file: Representation): 304 | 412 | undefined {
  const { headers } = request;
  const [match, noneMatch] = [headers.get("If-Match"), headers.get("If-None-Match")];
  const [unmodified, modified] = [headers.get("If-Unmodified-Since"), headers.get("If-Modified-Since")];
  if (match !== null) {
    if (!namesFile(match, file, false)) return 412;
  } else if (unmodified !== null && isAfter(file.lastModified, unmodified)) return 412;
  if (noneMatch !== null) return namesFile(noneMatch, file, true) ? 304 : undefined;
  return modified !== null && isAfter(file.lastModified, modified) === false ? 304 : undefined;
}

/** Whether a range is wanted of this very file: `If-Range` with another one asks for the whole. */
export function rangeApplies(request: Request, file: Representation): boolean {
  const condition = request.headers.get("If-Range");
  if (condition === null) return true;
  const date = Date.parse(condition);
  if (/^(W\/)?"|^[^,\s]*$/.test(condition) || Number.isNaN(date)) return namesFile(condition, file, false);
  return date === wholeSeconds(file.lastModified);
}

function namesFile(list: string, { etag }: Representation, isWeakEnough: boolean): boolean {
  if (list.trim() === "*") return true;
  return list.split(",").some((entry) => {
    const [, weak, tag] = entry.trim().match(/^(W\/)?"?([^"]*)"?$/) ?? [];
    return tag !== undefined && `"${tag}"` === etag && (isWeakEnough || weak === undefined);
  });
}

/** @returns undefined for a date that is none: such a condition is ignored */
function isAfter(lastModified: Date, header: string): boolean | undefined {
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : wholeSeconds(lastModified) > date;
}

function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}
