// What is 16:9, and which part of a file that is not would be.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { judge } from "../../npm/media/judge.js";

/** @param {number} width @param {number} height */
const problemOf = (width, height) => {
  const found = {
    format: "png",
    kind: "image",
    name: "a PNG image",
    width,
    height,
    duration: null,
    trouble: null,
  };
  const { problems } = judge("image", found, 1000);
  assert.ok(problems.length < 2);
  return problems[0];
};

/** @param {number} width @param {number} height */
const error = (width, height) => Math.abs((width / height) * (9 / 16) - 1);

test("16:9 within one percent is taken, and Gen-3's 1280×768", () => {
  for (const [width, height] of [
    [1920, 1080],
    [854, 480],
    [1366, 768],
    [1280, 768],
    [640, 360],
    [16, 9],
  ]) {
    assert.equal(problemOf(width, height), undefined);
  }
  for (const [width, height] of [
    [1080, 1920],
    [1000, 1000],
    [640, 480],
    [2560, 1536],
    [1940, 1080],
    [1900, 1080],
  ]) {
    assert.equal(problemOf(width, height)?.code, "not_16_9");
  }
});

test("a photo in portrait is told the exact crop", () => {
  const { message, crop } = problemOf(1080, 1920);
  assert.deepEqual(crop, { x: 0, y: 656, width: 1080, height: 608 });
  assert.equal(
    message,
    "The image is 1080×1920 as displayed, and the service takes 16:9 only. " +
      "Crop it to 1080×608, from 0 pixels from the left and 656 from the top.",
  );
});

test("what is too wide is cut at its sides", () => {
  assert.deepEqual(problemOf(2560, 1080).crop, { x: 320, y: 0, width: 1920, height: 1080 });
});

test("a crop is even, within the picture, around its middle, 16:9, and the largest", () => {
  const side = fc.integer({ min: 1, max: 10_000 });
  fc.assert(
    fc.property(side, side, (width, height) => {
      const crop = problemOf(width, height)?.crop;
      if (!crop) return;
      for (const value of Object.values(crop)) assert.equal(value % 2, 0);
      assert.equal(problemOf(crop.width, crop.height), undefined);
      assert.ok(crop.x + crop.width <= width && crop.y + crop.height <= height);
      assert.ok(
        Math.abs(width - crop.width - 2 * crop.x) < 4 && Math.abs(height - crop.height - 2 * crop.y) < 4,
      );
      // None is larger that is as near to 16:9.
      const [across, down] = [crop.width + 2, crop.height + 2];
      const isLarger =
        across <= width && down <= height && error(across, down) <= error(crop.width, crop.height);
      assert.ok(!isLarger, `${across}×${down}`);
    }),
    { numRuns: 2_000 },
  );
});

test("what is too small for any crop says so", () => {
  const { crop, message } = problemOf(3, 3);
  assert.equal(crop, undefined);
  assert.match(message, /too small/);
});
