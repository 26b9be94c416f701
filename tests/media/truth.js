// The media files of the tests, and what ffprobe and exiftool say of them.

import { readFileSync } from "node:fs";

/**
 * @typedef {object} Truth
 * @property {"ffprobe" | "exiftool"} tool
 * @property {object} said what it printed
 * @property {"image" | "video" | "audio"} kind
 * @property {string} format
 * @property {number | null} width as displayed
 * @property {number | null} height
 * @property {number | null} duration
 * @property {number} bytes
 */

/** @type {Record<string, Truth>} */
export const truths = JSON.parse(readFileSync(new URL("truth.json", import.meta.url), "utf8"));

/** @param {string} name */
export const bytesOf = (name) => new Uint8Array(readFileSync(new URL(`files/${name}`, import.meta.url)));
