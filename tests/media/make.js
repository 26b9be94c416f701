// Makes the media files of the tests anew, and asks ffprobe and exiftool how large and how long each is:
// `node tests/media/make.js`. Nobody needs to run it but whoever adds a file; its products are in the repository.
// Debian's packages: ffmpeg imagemagick libimage-exiftool-perl libavif-bin libheif-examples.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { append, boxAt, changed } from "./boxes.js";

const folder = fileURLToPath(new URL("files/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "act-one-media-"));

/** Together, so that a clone stays light. */
const SIZE_LIMIT_BYTES = 1_000_000;

const made = (/** @type {string} */ name) => join(folder, name);
const draft = (/** @type {string} */ name) => join(scratch, name);

/** @param {string} program @param {string[]} parameters */
const run = (program, ...parameters) =>
  execFileSync(program, parameters, { maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "pipe"] });
const ffmpeg = (/** @type {string[]} */ ...parameters) => run("ffmpeg", "-v", "error", "-y", ...parameters);
const exiftool = (/** @type {string[]} */ ...parameters) =>
  run("exiftool", "-q", "-overwrite_original", ...parameters);

const PICTURE = ["-f", "lavfi", "-i", "smptehdbars=size=320x180:rate=10:duration=2"];
const SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3"];
const H264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "35", "-g", "5", "-pix_fmt", "yuv420p"];
const AAC = ["-c:a", "aac", "-b:a", "32k"];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
makeImages();
makeFilms();
writeFileSync(new URL("truth.json", import.meta.url), `${JSON.stringify(truths(), null, 2)}\n`);
rmSync(scratch, { recursive: true });

function makeImages() {
  ffmpeg(...PICTURE, "-frames:v", "1", draft("picture.png"));
  ffmpeg("-i", draft("picture.png"), "-vf", "scale=64:36", draft("preview.jpg"));
  const convert = (/** @type {string[]} */ ...parameters) =>
    run("convert", draft("picture.png"), ...parameters);

  convert("-quality", "80", made("photo.jpg"));
  convert("-quality", "80", "-interlace", "JPEG", made("progressive.jpg"));
  convert("-quality", "80", "-colorspace", "Gray", made("grey.jpg"));
  convert("-quality", "80", made("turned.jpg"));
  exiftool("-n", "-Orientation=6", made("turned.jpg"));
  convert("-quality", "80", made("turned-with-preview.jpg"));
  exiftool(
    "-n",
    "-Orientation=8",
    `-ThumbnailImage<=${draft("preview.jpg")}`,
    made("turned-with-preview.jpg"),
  );
  // Mirrored, which leaves the size as it is.
  convert("-quality", "80", made("mirrored.jpg"));
  exiftool("-n", "-Orientation=2", made("mirrored.jpg"));
  writeFileSync(made("far-in.jpg"), withLongSegments(readFileSync(made("turned.jpg")), 3));

  convert(made("photo.png"));
  convert(made("turned.png"));
  exiftool("-n", "-Orientation=6", made("turned.png"));
  writeFileSync(made("turned-behind-pixels.png"), withExifLast(readFileSync(made("turned.png"))));

  ffmpeg("-i", draft("picture.png"), "-c:v", "libwebp", made("photo.webp"));
  ffmpeg("-i", draft("picture.png"), "-c:v", "libwebp", "-lossless", "1", made("lossless.webp"));
  ffmpeg(...PICTURE, "-frames:v", "3", "-c:v", "libwebp_anim", made("animated.webp"));
  ffmpeg("-i", draft("picture.png"), "-c:v", "libwebp", made("turned.webp"));
  exiftool("-n", "-Orientation=6", made("turned.webp"));

  ffmpeg(...PICTURE, "-frames:v", "3", made("animated.gif"));

  const avif = (/** @type {string} */ name, /** @type {string[]} */ ...parameters) =>
    run(
      "avifenc",
      "--speed",
      "10",
      "--min",
      "50",
      "--max",
      "60",
      ...parameters,
      draft("picture.png"),
      made(name),
    );
  avif("photo.avif");
  avif("turned.avif", "--irot", "1");
  avif("mirrored.avif", "--imir", "0");
  // 180×180 out of the middle.
  avif("cropped.avif", "--clap", "180,1,180,1,0,1,0,1");
  avif("cropped-and-turned.avif", "--clap", "180,1,160,1,0,1,0,1", "--irot", "3");
  convert("-resize", "640x360!", draft("large.png"));
  run(
    "avifenc",
    "--speed",
    "10",
    "--min",
    "50",
    "--max",
    "60",
    "--grid",
    "2x1",
    draft("large.png"),
    made("grid.avif"),
  );

  run("heif-enc", "-q", "30", draft("picture.png"), "-o", made("photo.heic"));
  run("heif-enc", "-q", "30", "--thumb", "64", draft("picture.png"), "-o", draft("turned.heic"));
  writeFileSync(made("turned.heic"), turnedHeic(readFileSync(draft("turned.heic"))));
}

function makeFilms() {
  const film = (/** @type {string} */ name, /** @type {string[]} */ ...parameters) =>
    ffmpeg(...PICTURE, ...H264, "-movflags", "+faststart", ...parameters, made(name));
  film("film.mp4");
  ffmpeg(...PICTURE, ...H264, made("index-last.mp4"));
  ffmpeg(...SOUND, ...PICTURE, "-map", "0:a", "-map", "1:v", ...H264, ...AAC, made("sound-first.mp4"));
  ffmpeg("-i", made("film.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", made("turned.mp4"));
  ffmpeg("-i", made("film.mp4"), "-c", "copy", "-metadata:s:v", "rotate=180", made("upside-down.mp4"));
  film("stretched.mp4", "-vf", "scale=240:180,setsar=4/3");
  film("stretched-and-turned.mov", "-vf", "scale=240:180,setsar=4/3");
  ffmpeg(
    "-i",
    made("stretched-and-turned.mov"),
    "-c",
    "copy",
    "-metadata:s:v",
    "rotate=270",
    draft("turned.mov"),
  );
  writeFileSync(made("stretched-and-turned.mov"), readFileSync(draft("turned.mov")));
  // Its header states the size without the stretch.
  writeFileSync(made("disagreeing.mp4"), withTrackSize(readFileSync(made("stretched.mp4")), 240, 180));
  // No pixel aspect, and a header that states one.
  writeFileSync(
    made("stretched-by-header.mp4"),
    changed(readFileSync(made("stretched.mp4")), "pasp", (box) => box.write("free", 4, "latin1")),
  );
  // 180×180 out of the middle.
  const clap = Buffer.alloc(40);
  clap.writeUInt32BE(40, 0);
  clap.write("clap", 4, "latin1");
  [180, 1, 180, 1, 0, 1, 0, 1].forEach((value, index) => clap.writeUInt32BE(value, 8 + index * 4));
  writeFileSync(made("cropped.mp4"), append(readFileSync(made("index-last.mp4")), "avc1", clap));
  writeFileSync(made("large-sizes.mp4"), withLargeSize(readFileSync(made("index-last.mp4"))));
  writeFileSync(
    made("open-end.mp4"),
    changed(readFileSync(made("index-last.mp4")), "moov", (box) => box.writeUInt32BE(0, 0)),
  );
  ffmpeg("-ss", "0.75", "-i", made("film.mp4"), "-c", "copy", made("edited.mp4"));
  ffmpeg(...PICTURE, ...H264, "-movflags", "frag_keyframe+empty_moov", made("fragmented.mp4"));
  ffmpeg(
    ...PICTURE,
    ...H264,
    "-movflags",
    "frag_keyframe+empty_moov+skip_trailer",
    made("fragmented-bare.mp4"),
  );
  ffmpeg(
    ...[
      ...PICTURE,
      ...H264,
      "-movflags",
      "dash+frag_keyframe+empty_moov+global_sidx",
      made("fragmented-indexed.mp4"),
    ],
  );
  ffmpeg(...PICTURE, "-c:v", "libx265", "-x265-params", "log-level=none", "-tag:v", "hvc1", made("hevc.mp4"));
  ffmpeg(...PICTURE, ...H264, made("film.mov"));
  ffmpeg(...SOUND, ...AAC, made("sound.m4a"));

  const VP9 = ["-c:v", "libvpx-vp9", "-crf", "50", "-b:v", "0", "-deadline", "realtime", "-cpu-used", "8"];
  ffmpeg(...PICTURE, ...VP9, made("film.webm"));
  ffmpeg(...PICTURE, ...VP9, "-vf", "scale=240:180,setsar=4/3", made("stretched.webm"));
  // As a recorder in a page writes it: sizes and the duration left open.
  ffmpeg(...PICTURE, ...VP9, "-f", "webm", "-live", "1", made("live.webm"));
  ffmpeg(...SOUND, ...PICTURE, "-map", "0:a", "-map", "1:v", ...H264, ...AAC, made("film.mkv"));
  ffmpeg(...SOUND, "-c:a", "libopus", "-b:a", "32k", made("sound.webm"));
}

/** A JPEG whose size comes behind segments of 64 KB. @param {Buffer} jpeg @param {number} count */
function withLongSegments(jpeg, count) {
  const segment = Buffer.alloc(2 + 0xffff);
  segment.writeUInt32BE(0xffe2ffff, 0);
  // Behind the first one, which has the orientation.
  const behind = 4 + jpeg.readUInt16BE(4);
  return Buffer.concat([jpeg.subarray(0, behind), ...Array(count).fill(segment), jpeg.subarray(behind)]);
}

/** A PNG whose orientation comes behind its pixels. @param {Buffer} png */
function withExifLast(png) {
  const at = png.indexOf("eXIf") - 4;
  const chunk = png.subarray(at, at + 12 + png.readUInt32BE(at));
  const end = png.length - 12;
  return Buffer.concat([png.subarray(0, at), png.subarray(at + chunk.length, end), chunk, png.subarray(end)]);
}

/** @param {Buffer} mp4 @param {number} width @param {number} height */
function withTrackSize(mp4, width, height) {
  return changed(mp4, "tkhd", (box) => {
    box.writeUInt32BE(width * 65_536, box.length - 8);
    box.writeUInt32BE(height * 65_536, box.length - 4);
  });
}

/** With the size of its pictures in 64 bits: ffmpeg leaves room for them. @param {Buffer} mp4 */
function withLargeSize(mp4) {
  const { start, end } = boxAt(mp4, "mdat");
  const copy = Buffer.from(mp4);
  if (copy.toString("latin1", start - 4, start) !== "free") throw new Error("ffmpeg has left no room");
  copy.writeUInt32BE(1, start - 8);
  copy.write("mdat", start - 4, "latin1");
  copy.writeBigUInt64BE(BigInt(end - start + 8), start);
  return copy;
}

/** A HEIC whose main image is turned by a quarter. @param {Buffer} heic */
function turnedHeic(heic) {
  const irot = Buffer.from([0, 0, 0, 9, ...Buffer.from("irot"), 1]);
  const { body, end } = boxAt(heic, "ipco");
  let properties = 0;
  for (let at = body; at < end; at += heic.readUInt32BE(at)) properties += 1;
  // Version 0: the first image of the list is the main one, its id in two bytes, then a count of one-byte places.
  const table = boxAt(heic, "ipma");
  const associated = Buffer.from(heic.subarray(table.start, table.end));
  const count = associated[18];
  const withTurn = Buffer.concat([
    associated.subarray(0, 19 + count),
    Buffer.from([0x80 | (properties + 1)]),
    associated.subarray(19 + count),
  ]);
  withTurn.writeUInt32BE(withTurn.length, 0);
  withTurn[18] = count + 1;
  const grown = append(append(heic, "ipco", irot), "ipma", Buffer.alloc(1));
  const place = boxAt(grown, "ipma");
  withTurn.copy(grown, place.start);
  return movedItems(grown, heic, irot.length + 1);
}

/** The places of the items' bytes, which lie behind the index, so many bytes further on. */
function movedItems(/** @type {Buffer} */ heic, /** @type {Buffer} */ before, /** @type {number} */ by) {
  return changed(heic, "iloc", (box) => {
    const old = boxAt(before, "mdat");
    for (let at = 8; at + 4 <= box.length; at += 1) {
      const value = box.readUInt32BE(at);
      if (value >= old.body && value < old.end) {
        box.writeUInt32BE(value + by, at);
        at += 3;
      }
    }
  });
}

/** What the tools say of each file. */
function truths() {
  /** @type {Record<string, object>} */
  const truths = {};
  let total = 0;
  for (const name of readdirSync(folder).sort()) {
    const bytes = statSync(made(name)).size;
    total += bytes;
    const isImage = /\.(jpg|png|webp|gif|avif|heic)$/.test(name);
    truths[name] = { ...(isImage ? imageTruth(name) : filmTruth(name)), bytes };
  }
  if (total > SIZE_LIMIT_BYTES) throw new Error(`the files are too large together: ${total} bytes`);
  return truths;
}

/** @param {string} name @returns {any} */
function exif(name) {
  return JSON.parse(String(run("exiftool", "-json", "-n", made(name))))[0];
}

/** As `checkMedia` calls the formats that exiftool tells apart. @param {string} type */
function formatOf(type) {
  const name = type.toLowerCase();
  return (
    /** @type {Record<string, string>} */ ({ "extended webp": "webp", m4a: "mp4", mka: "webm" })[name] ?? name
  );
}

/** @param {string} name */
function imageTruth(name) {
  const { FileType, ImageWidth, ImageHeight, Orientation, Rotation, CleanAperture } = exif(name);
  const [width, height] = CleanAperture ? CleanAperture.split(" ").map(Number) : [ImageWidth, ImageHeight];
  const isTurned = Orientation >= 5 || Rotation % 180 === 90;
  return {
    tool: "exiftool",
    said: { ImageWidth, ImageHeight, Orientation, Rotation, CleanAperture },
    kind: "image",
    format: formatOf(FileType),
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    duration: null,
  };
}

/** @param {string} name */
function filmTruth(name) {
  const entries =
    "stream=codec_type,width,height,sample_aspect_ratio:stream_side_data=rotation:format=duration";
  const { streams, format } = JSON.parse(
    String(run("ffprobe", "-v", "error", "-of", "json", "-show_entries", entries, made(name))),
  );
  const video = streams.find((/** @type {any} */ stream) => stream.codec_type === "video");
  const { width, height, sample_aspect_ratio } = video ?? {};
  const rotation = video?.side_data_list?.find((/** @type {any} */ data) => "rotation" in data)?.rotation;
  // ffprobe does not look at it.
  const { FileType, CleanApertureWidth, CleanApertureHeight } = exif(name);
  const [across = 1, down = 1] = (sample_aspect_ratio ?? "1:1").split(":").map(Number);
  const shown = [Math.round(((CleanApertureWidth ?? width) * across) / down), CleanApertureHeight ?? height];
  if (rotation % 180) shown.reverse();
  const { duration } = format;
  return {
    tool: "ffprobe",
    said: { width, height, sample_aspect_ratio, rotation, CleanApertureWidth, CleanApertureHeight, duration },
    kind: video ? "video" : "audio",
    format: formatOf(FileType),
    width: video ? shown[0] : null,
    height: video ? shown[1] : null,
    duration: duration ? Number(duration) : null,
  };
}
