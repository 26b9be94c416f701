/**
 * Tells what a video or image file is before it is paid for: it reads the head of each, in a page by the browser's own
 * decoders where they can.
 *
 * ```js
 * import { run } from "act-one";
 * import { checkMedia } from "act-one/media";
 *
 * await run({ video, image }, { apiKey, checkMedia });
 * ```
 *
 * @module
 */

import type { FileLike, Options, UrlLike } from "act-one";

export { ActOneError } from "act-one";

/**
 * Reads as little of each file as tells its format, its size and its duration, and says what the service would refuse. Of a
 * typical film that is less than 256 KB, and never more than 2 MB.
 *
 * @param media the files; either may be left out
 * @param options `signal`, `fetch`, `requestTimeout`, `maxRetries` and `onRetry` count; neither key, token nor headers
 *   are sent to where the files are
 * @returns what was found; never a rejection for what a file is like
 * @throws {ActOneError} `invalid_input` where an argument is neither a URL nor a file, `wasm_unavailable` where the
 *   WebAssembly could not be loaded
 */
export function checkMedia<Given extends MediaInput>(
  media: Given,
  options?: Options,
): Promise<MediaReports<Given>>;

/** What to check: the same object that `run` takes. */
export interface MediaInput {
  /** The performance: an absolute `http(s)` URL, or a file. */
  video?: MediaSource | null | undefined;
  /** The character: an absolute `http(s)` URL, or a file. */
  image?: MediaSource | null | undefined;
  /** Ignored. */
  callbackUrl?: unknown;
}

/** Where a file is: an absolute `http(s)` URL, a `Blob` or `File`, or its bytes. */
export type MediaSource = string | UrlLike | FileLike;

/** A report for each file that was given, `null` for what was left out. */
export interface MediaReports<Given extends MediaInput> {
  video: ReportOf<Given["video"]>;
  image: ReportOf<Given["image"]>;
}

type ReportOf<Source> = Source extends MediaSource
  ? MediaReport
  : Source extends null | undefined
    ? null
    : MediaReport | null;

/** What was found of a file. What is `null` could not be told. */
export interface MediaReport {
  /** By its bytes, not by its name. */
  format: MediaFormat | null;
  /** In pixels, as displayed: turned, stretched and cropped as the file says. */
  width: number | null;
  /** In pixels, as displayed. */
  height: number | null;
  /** `width / height`. */
  aspectRatio: number | null;
  /** In seconds; `null` for images. */
  duration: number | null;
  /** The file's length. */
  bytes: number | null;
  /** What the service would refuse, or why nothing is known; empty where all is well. */
  problems: MediaProblem[];
}

/** The formats that are told apart. */
export type MediaFormat = "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "mp4" | "mov" | "webm" | "mkv";

/** One thing that is wrong with a file. */
export interface MediaProblem {
  /**
   * What kind of problem this is:
   *
   * - `not_16_9`: the service takes 16:9 only; `crop` would make it so
   * - `not_a_video`, `not_an_image`: the file is something else
   * - `unreachable`: it could not be fetched
   * - `unreadable`: it is broken, or of a kind that is not read here
   * - `empty`: it has no bytes
   */
  code: "not_16_9" | "not_a_video" | "not_an_image" | "unreachable" | "unreadable" | "empty";
  /** What is wrong and what to do, for people. */
  message: string;
  /** The largest part around the middle that is 16:9, in displayed pixels, all even. Only with `not_16_9`. */
  crop?: { x: number; y: number; width: number; height: number };
}
