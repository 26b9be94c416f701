// The history of runs, in IndexedDB: one record for each run, and beside it the files and small pictures that belong to
// it. It is this browser's alone. Where a browser forbids storage, everything works but is gone with the page.

import { openDB } from "idb";

/**
 * @typedef {import("./runs.js").Run} Run
 * @typedef {"video" | "image" | "video.jpg" | "image.jpg" | "result.jpg"} BlobName
 */

const NAME = "act-one";
const VERSION = 1;

/** @type {Promise<import("idb").IDBPDatabase | null> | undefined} */
let opened;

function database() {
  opened ??= openDB(NAME, VERSION, {
    upgrade(db) {
      db.createObjectStore("runs", { keyPath: "id" });
      db.createObjectStore("blobs");
    },
    // A tab with a newer page wants to change the layout: this one lets go.
    blocking: (_current, _blocked, event) => /** @type {IDBDatabase} */ (event.target).close(),
  }).catch(() => null);
  return opened;
}

/** @returns {Promise<Run[]>} newest first */
export async function storedRuns() {
  const db = await database();
  const all = (await db?.getAll("runs").catch(() => [])) ?? [];
  return all.sort((one, other) => other.createdAt - one.createdAt);
}

/** @param {string} id @returns {Promise<Run | undefined>} */
export async function storedRun(id) {
  return (await database())?.get("runs", id).catch(() => undefined);
}

/** @param {Run} run */
export async function storeRun(run) {
  await (await database())?.put("runs", run).catch(ignored);
}

/** @param {string} id */
export async function deleteRun(id) {
  const db = await database();
  await db?.delete("runs", id).catch(ignored);
  await db?.delete("blobs", IDBKeyRange.bound([id], [id, []])).catch(ignored);
}

/** @param {string} id @param {BlobName} name @param {Blob} blob */
export async function storeBlob(id, name, blob) {
  await (await database())?.put("blobs", blob, [id, name]).catch(ignored);
}

/** @param {string} id @param {BlobName} name @returns {Promise<Blob | undefined>} */
export async function storedBlob(id, name) {
  return (await database())?.get("blobs", [id, name]).catch(() => undefined);
}

/** A full disk costs the history, not the run. */
function ignored() {}
