// Names that a caller got wrong, each with the one that is meant. Checks names only: values are read by the Wasm.

import { FILTER, INPUT, OPTIONS } from "./names.js";
import { isPromise } from "./snapshot.js";

/** What the first argument of a function is called in its issues. */
const SUBJECTS = {
  submit: "input",
  run: "input",
  checkMedia: "input",
  listTasks: "filter",
  upload: "file",
  download: "videoUrl",
};

/** Longer names are cut in messages. */
const MAX_NAME = 60;

/** What is wrong with the names of a call's arguments: `{ path, message }` each. */
export function wrongNames(call, subject, options) {
  const path = SUBJECTS[call] ?? "task";
  const issues = [];
  if (isPromise(subject)) issues.push({ path, message: `${path} is a promise. Await it first.` });
  else if (path === "input") issues.push(...unknown("input", subject, INPUT, OPTIONS));
  else if (path === "filter") issues.push(...unknown("filter", subject, FILTER, OPTIONS));
  issues.push(...unknown("option", options, OPTIONS, path === "input" ? INPUT : []));
  return issues;
}

function unknown(kind, object, names, elsewhere) {
  if (typeof object !== "object" || object === null) return [];
  // A class, a file or a promise has names of its own; the copy of a plain object has no prototype.
  if (Object.getPrototypeOf(object) !== null) return [];
  return Object.keys(object)
    .filter((name) => !names.includes(name))
    .map((path) => {
      const shown = JSON.stringify(path.slice(0, MAX_NAME));
      const what = kind === "option" ? `unknown option ${shown}` : `unknown name ${shown} in ${kind}`;
      if (elsewhere.includes(path)) {
        const place = kind === "option" ? "first argument, the input" : "second argument, the options";
        return { path, message: `${what}. It belongs in the ${place}.` };
      }
      const meant = nearest(path, names);
      const help = meant ? `Did you mean ${meant}?` : `The names are ${names.join(", ")}.`;
      return { path, message: `${what}. ${help}` };
    });
}

/** The name that is meant: spelled otherwise, with a typo, or longer or shorter by a word. */
function nearest(given, names) {
  const bare = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const sorted = (name) => [...name].sort().join("");
  const wanted = bare(given.slice(0, MAX_NAME));
  if (wanted.length < 2) return undefined;
  const rank = (name) => {
    const known = bare(name);
    if (known === wanted) return 0;
    // The same letters in another order are the commonest typo.
    const typos = sorted(known) === sorted(wanted) ? 1 : distance(known, wanted);
    if (typos <= Math.min(3, Math.floor(known.length / 3))) return typos;
    const overlaps = wanted.length > 2 && (known.includes(wanted) || wanted.includes(known));
    return overlaps ? 3 + typos : Infinity;
  };
  const [best] = names.map((name) => ({ name, rank: rank(name) })).sort((a, b) => a.rank - b.rank);
  return best.rank < Infinity ? best.name : undefined;
}

/** How many letters have to be added, taken away or replaced to make `a` of `b` (Levenshtein). */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
