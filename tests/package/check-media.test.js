// The option `checkMedia`: asked after everything else in the arguments is right, and before anything is uploaded or paid.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkMedia } from "../../npm/media/node.js";
import { ActOneError, createClient, run, submit } from "../../npm/node.js";
import { CREATED, DONE } from "../hostile/answers.js";

const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };
const fileOf = (name) => new Blob([readFileSync(new URL(`../media/files/${name}`, import.meta.url))]);

/** A service behind `fetch` and `upload`, which writes down in which order what is asked. */
function service() {
  const asked = [];
  return {
    asked,
    options: {
      apiKey: "sk-test",
      pollInterval: 5,
      maxRetries: 0,
      fetch: async (request) => {
        if (new URL(request.url).hostname === "media.example") {
          asked.push("media");
          return new Response("", { status: 404 });
        }
        const isRead = request.url.endsWith("/feed");
        asked.push(isRead ? "read" : "create");
        return Response.json(isRead ? DONE : CREATED);
      },
      upload: async (file, { name }) => {
        asked.push(`upload ${name}`);
        return `https://media.example/${name}`;
      },
    },
  };
}

/** @param {Promise<any>} call */
async function refusalOf(call) {
  const error = await call.then(
    () => assert.fail("it was not refused"),
    (thrown) => thrown,
  );
  assert.ok(error instanceof ActOneError, String(error));
  assert.equal(error.code, "invalid_input");
  return error.issues;
}

test("files that the service would fail on are refused, and nothing is uploaded or paid", async () => {
  const { asked, options } = service();
  const files = { video: fileOf("photo.jpg"), image: fileOf("turned.jpg") };
  for (const call of [run, submit]) {
    const issues = await refusalOf(call(files, { ...options, checkMedia }));
    assert.deepEqual(
      issues.map(({ path }) => path),
      ["video", "image"],
    );
    assert.match(issues[0].message, /^The video is a JPEG image/);
    assert.match(issues[1].message, /^The image is 180×320 as displayed.*Crop it to 180×102/);
  }
  assert.deepEqual(asked, []);
});

test("good files are checked, then uploaded, then the task is created", async () => {
  const { asked, options } = service();
  const check = (media, passed) => {
    asked.push("check");
    return checkMedia(media, passed);
  };
  const files = { video: fileOf("film.mp4"), image: new Uint8Array(await fileOf("photo.png").arrayBuffer()) };
  const task = await createClient({ ...options, checkMedia: check }).run(files);
  assert.equal(task.status, "succeeded");
  assert.deepEqual(asked.slice(0, 4).sort(), ["check", "create", "upload image", "upload video"]);
  assert.deepEqual([asked[0], asked[3]], ["check", "create"]);
});

test("what cannot be reached or read is not refused, and is asked for by the caller's own fetch", async () => {
  const { asked, options } = service();
  await submit({ ...input, image: fileOf("photo.png").slice(0, 20) }, { ...options, checkMedia });
  assert.deepEqual(asked, ["media", "upload image", "create"]);
});

test("arguments that are wrong are refused before the files are looked at", async () => {
  const { asked, options } = service();
  const check = () => assert.fail("it was asked");
  const wrong = [
    [input, { timeout: "x" }],
    [input, { timeOut: 5 }],
    [{ video: input.video }, {}],
  ];
  for (const [media, more] of wrong)
    await refusalOf(submit(media, { ...options, ...more, checkMedia: check }));
  assert.deepEqual(asked, []);
});

test("true in place of the function is refused, with the import to write", async () => {
  const { options } = service();
  const [{ path, message }] = await refusalOf(run(input, { ...options, checkMedia: true }));
  assert.equal(path, "checkMedia");
  assert.match(message, /import \{ checkMedia \} from "act-one\/media"/);
});

test("a check that fails or tells nothing is refused, with its reason", async () => {
  const { asked, options } = service();
  for (const fails of [() => Promise.reject(new Error("out of order")), () => assert.fail("out of order")]) {
    const [{ path, message }] = await refusalOf(run(input, { ...options, checkMedia: fails }));
    assert.deepEqual([path, message], ["checkMedia", "checkMedia failed: out of order"]);
  }
  for (const forgets of [() => {}, async () => null, () => "good"]) {
    const [{ path, message }] = await refusalOf(run(input, { ...options, checkMedia: forgets }));
    assert.deepEqual([path, message], ["checkMedia", "checkMedia failed: it returned no report."]);
  }
  assert.deepEqual(asked, []);
});

test("a check that refuses a file is told by that file's name", async () => {
  const { asked, options } = service();
  const fails = () => {
    const issues = [{ path: "image", message: "image is no picture." }];
    throw new ActOneError({ code: "invalid_input", message: "Nothing was read.", issues });
  };
  assert.deepEqual(await refusalOf(run(input, { ...options, checkMedia: fails })), [
    { path: "image", message: "checkMedia failed: image is no picture." },
  ]);
  assert.deepEqual(asked, []);
});

test("what is taken for a file is one for the check too, or is not checked", async () => {
  const bytes = await fileOf("turned.jpg").arrayBuffer();
  const file = { size: bytes.byteLength, arrayBuffer: async () => bytes };
  const slice = (from, to) => new Blob([bytes]).slice(from, to);
  const { asked, options } = service();
  const [{ path, message }] = await refusalOf(
    run({ ...input, image: { ...file, slice } }, { ...options, checkMedia }),
  );
  assert.equal(path, "image");
  assert.match(message, /^The image is 180×320 as displayed/);
  await submit({ ...input, image: file }, { ...options, checkMedia });
  assert.ok(asked.includes("create"));
});

test("the check is passed the caller's fetch and bounds, and neither key nor headers", async () => {
  const { options } = service();
  let passed;
  const check = async (media, given) => {
    passed = given;
    return {};
  };
  const signal = new AbortController().signal;
  const more = { checkMedia: check, requestTimeout: 500, headers: { "X-Secret": "s" }, signal };
  await submit(input, { ...options, ...more });
  assert.deepEqual(Object.keys(passed).sort(), ["fetch", "maxRetries", "requestTimeout", "signal"]);
  assert.equal(passed.fetch, options.fetch);
});

test("an abort during the check ends the call with the signal's own reason, and nothing is sent", async () => {
  const { asked, options } = service();
  const aborter = new AbortController();
  const reason = { why: "closed" };
  let release;
  const check = () => {
    aborter.abort(reason);
    return new Promise((resolve) => (release = resolve));
  };
  const call = submit(input, { ...options, checkMedia: check, signal: aborter.signal });
  await assert.rejects(call, (thrown) => thrown === reason);
  release({});
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.deepEqual(asked, []);
});

test("two calls at once are checked each for itself", async () => {
  const { asked, options } = service();
  const [good, bad] = await Promise.allSettled([
    submit({ ...input, video: fileOf("film.mp4") }, { ...options, checkMedia }),
    submit({ ...input, video: fileOf("sound.m4a") }, { ...options, checkMedia }),
  ]);
  assert.equal(good.status, "fulfilled");
  assert.equal(bad.reason.issues[0].path, "video");
  assert.equal(asked.filter((what) => what === "create").length, 1);
});

test("a page that a fetch of the caller's answers with for every URL refuses nothing, and a wrong shape does", async () => {
  const { asked, options } = service();
  const reach = async (request) =>
    new URL(request.url).hostname === "media.example"
      ? new Response("<!doctype html><title>app</title>", { headers: { "content-type": "text/html" } })
      : options.fetch(request);
  await submit(input, { ...options, fetch: reach, checkMedia });
  assert.deepEqual(asked, ["create"]);
  const tall = async (request) => {
    const file = readFileSync(new URL("../media/files/turned.jpg", import.meta.url));
    return request.url.endsWith(".jpg") ? new Response(file) : reach(request);
  };
  await refusalOf(submit(input, { ...options, fetch: tall, checkMedia }));
  assert.deepEqual(asked, ["create"]);
});
