import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { ActOneError as PackageError } from "act-one";
import { ActOneError, checkMedia } from "act-one/media";
import { bytesOf } from "./truth.js";

/** @param {any[]} parameters */
const issuesOf = async (...parameters) => {
  const error = await checkMedia(...parameters).then(
    () => assert.fail("it was taken"),
    (thrown) => thrown,
  );
  assert.ok(error instanceof ActOneError);
  assert.equal(error.code, "invalid_input");
  return error.issues;
};

test("what is neither a URL nor a file is refused, each with what to do", async () => {
  const issues = await issuesOf({ video: "film.mp4", image: 5 });
  assert.deepEqual(
    issues.map(({ path }) => path),
    ["video", "image"],
  );
  assert.match(issues[0].message, /video is no URL: "film\.mp4".*await fs\.openAsBlob\(path\)/);
  assert.match(issues[1].message, /image is neither a URL nor a file/);
  for (const video of ["blob:https://a.example/1", "data:video/mp4,x", "file:///film.mp4"]) {
    assert.match((await issuesOf({ video }))[0].message, /cannot be fetched/);
  }
});

test("no object at all is refused", async () => {
  for (const media of [undefined, null, "https://media.example/a.mp4", new Uint8Array(2)]) {
    assert.match((await issuesOf(media))[0].message, /must be an object|is neither/);
  }
});

test("unknown names are refused, with the one that is meant", async () => {
  assert.match((await issuesOf({ videos: "https://a.example/a.mp4" }))[0].message, /Did you mean video\?/);
  assert.match((await issuesOf({}, { requestTimout: 5 }))[0].message, /Did you mean requestTimeout\?/);
});

test("options of the wrong type or out of range are refused", async () => {
  const cases = { fetch: 5, signal: {}, requestTimeout: "60", maxRetries: 1.5 };
  for (const [name, value] of Object.entries(cases)) {
    assert.deepEqual(
      (await issuesOf({}, { [name]: value })).map(({ path }) => path),
      [name],
    );
  }
  assert.deepEqual(
    await checkMedia({}, { fetch: null, signal: null, requestTimeout: null, maxRetries: null }),
    {
      video: null,
      image: null,
    },
  );
});

test("the stack of an error begins where checkMedia was called", async () => {
  const error = await checkMedia({ video: 5 }).catch((thrown) => thrown);
  assert.match(error.stack.split("\n    at ")[1], /arguments\.test\.js/);
});

test("the CommonJS build does the same, and its errors are the package's", async () => {
  const built = createRequire(import.meta.url)("act-one/media");
  assert.notEqual(built.checkMedia, checkMedia);
  const { image } = await built.checkMedia({ image: bytesOf("turned.jpg") });
  assert.deepEqual([image.width, image.height], [180, 320]);
  const error = await built.checkMedia({ video: 5 }).catch((thrown) => thrown);
  assert.ok(error instanceof PackageError);
});

test("a file in place of the object of files is refused, and so is a list", async () => {
  const film = new Blob([bytesOf("film.mp4")]);
  for (const media of [film, [film], new Map()]) assert.equal((await issuesOf(media))[0].path, "input");
});

test("options that throw as they are looked at are refused as others are", async () => {
  const hostile = { valueOf: () => assert.fail("it was looked at") };
  for (const requestTimeout of [Symbol("1"), hostile]) {
    assert.equal((await issuesOf({}, { requestTimeout }))[0].path, "requestTimeout");
  }
  assert.equal((await issuesOf({}, { onRetry: 5 }))[0].path, "onRetry");
});

test("a file that throws something odd as it is read is unreachable", async () => {
  const hostile = {
    get message() {
      return assert.fail("it was looked at");
    },
  };
  for (const thrown of [Symbol("x"), Object.create(null), hostile]) {
    const slice = () => {
      throw thrown;
    };
    const { video } = await checkMedia({ video: { size: 5, type: "", slice } });
    assert.equal(video.problems[0].code, "unreachable");
  }
});

test("what has a size and can be sliced is a file, whether or not it tells a type", async () => {
  const blob = new Blob([bytesOf("film.mp4")]);
  const slice = (/** @type {number} */ from, /** @type {number} */ to) => blob.slice(from, to);
  assert.equal((await checkMedia({ video: { size: blob.size, slice } })).video.width, 320);
  for (const size of [NaN, -1, 1.5, "5"]) {
    assert.equal((await issuesOf({ video: { size, type: "", slice } }))[0].path, "video");
  }
});
