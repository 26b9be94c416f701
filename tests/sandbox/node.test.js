import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { createClock } from "../../sandbox/index.js";
import { serve } from "../../sandbox/node.js";

/** Serves the samples and receives callbacks. @param {import("node:test").TestContext} context */
async function outside(context) {
  /** @type {(body: any) => void} */
  let receive;
  const callback = new Promise((resolve) => (receive = resolve));
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      const chunks = await request.toArray();
      receive(JSON.parse(Buffer.concat(chunks).toString()));
      return response.end();
    }
    response.end(readFileSync(new URL(`../../www/samples${request.url}`, import.meta.url)));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  context.after(() => server.close());
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, callback };
}

test("over real HTTP: samples are fetched, the task ends, its callback arrives, its result streams", async (context) => {
  const clock = createClock();
  const { url: media, callback } = await outside(context);
  const { url, sandbox, close } = await serve({ clock, basePath: "/sandbox" });
  context.after(close);
  /** @param {string} path @param {object} body */
  const post = async (path, body) => {
    const headers = { Authorization: "Bearer sk-sandbox" };
    return (await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };

  const created = await post("/runway/pro/act_one", {
    video: `${media}/performance.mp4`,
    image: `${media}/portrait.jpg`,
    callback_url: `${media}/done`,
  });
  assert.equal(created.code, 200);
  clock.advance(100_000);
  assert.equal((await callback).task_id, created.data.task_id);
  await sandbox.idle();
  assert.equal(sandbox.counts.callbackFailures, 0);

  const { data } = await post("/runway/feed", created.data);
  assert.equal(data.status, "SUCCESS");
  const part = await fetch(data.data.output[0], { headers: { Range: "bytes=4-7" } });
  assert.deepEqual([part.status, await part.text()], [206, "ftyp"]);

  const refused = await post("/runway/pro/act_one", {
    video: `${media}/square.mp4`,
    image: `${media}/portrait.jpg`,
    callback_url: `${media}/done`,
  });
  assert.equal(refused.msg, "video aspect ratio must be 16:9");
});

test("a port that is taken is an error, not a hang", async (context) => {
  const first = await serve();
  context.after(first.close);
  await assert.rejects(serve({ port: Number(new URL(first.url).port) }), { code: "EADDRINUSE" });
});

test("after close nobody answers any more", async () => {
  const { url, close } = await serve();
  await close();
  await assert.rejects(fetch(url));
});

test("what is no object of options is refused as such", async () => {
  for (const options of /** @type {any[]} */ ([null, 5])) {
    await assert.rejects(serve(options), {
      name: "TypeError",
      message: /^serve: its options are not usable/,
    });
  }
});
