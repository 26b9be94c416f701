// What a panic in the Rust does: every call under way ends with `internal`, and the next one works. The package is a copy
// whose Wasm panics where `globalThis.actOnePanics` says; each case is a process of its own, because Node also throws
// the trap globally.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
let folder;

before(() => {
  folder = mkdtempSync(join(root, "tests/hostile/panics-"));
  cpSync(join(root, "npm"), join(folder, "npm"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  execFileSync("cargo", ["xtask", "panics", join(folder, "npm/wasm")], { cwd: root, stdio: "inherit" });
});

after(() => rmSync(folder, { recursive: true }));

/** What `script` prints as JSON; `actOne` is the package, `on` are options whose `fetch` answers with those bodies. */
function inAProcess(script) {
  const program = `
    import * as actOne from ${JSON.stringify(pathToFileURL(join(folder, "npm/node.js")).href)};
    process.on("uncaughtException", () => {});
    const on = (...bodies) => {
      let next = 0;
      const fetch = async () => new Response(JSON.stringify(bodies[Math.min(next++, bodies.length - 1)]));
      return { apiKey: "sk-panicking", fetch, pollInterval: 5 };
    };
    const running = (id) => ({ task_id: id, status: "IN_PROGRESS" });
    const done = (id) => ({ task_id: id, status: "SUCCESS", result_url: "https://cdn.example/r.mp4" });
    const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };
    const told = (error) => error.toJSON?.() ?? { ...error, name: error.name, message: error.message };
    const works = async () => {
      globalThis.actOnePanics = undefined;
      return (await actOne.getTask("t-2", on(done("t-2")))).status;
    };
    ${script}
    process.exit();`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    timeout: 20_000,
  });
  try {
    return JSON.parse(stdout);
  } catch {
    return assert.fail(`it printed ${stdout || "nothing"}; ${stderr}`);
  }
}

test("a panic before the request ends the call; no task can exist, and the next call works", () => {
  const { error, next } = inAProcess(`
    globalThis.actOnePanics = "before a request";
    const error = told(await actOne.submit(input, on({})).catch((error) => error));
    console.log(JSON.stringify({ error, next: await works() }));`);
  assert.equal(error.code, "internal");
  assert.equal(error.taskMayExist, false);
  assert.match(error.message, /asked for by a test/);
  assert.equal(next, "succeeded");
});

test("a panic after a create has left says that a paid task may exist", () => {
  const { error, next } = inAProcess(`
    globalThis.actOnePanics = "after a request";
    const error = told(await actOne.run(input, on({})).catch((error) => error));
    console.log(JSON.stringify({ error, next: await works() }));`);
  assert.equal(error.code, "internal");
  assert.equal(error.taskMayExist, true);
  assert.ok(!JSON.stringify(error).includes("sk-panicking"));
  assert.equal(next, "succeeded");
});

test("a panic in one wait ends it and the ten beside it, each with the id to pick it up by", () => {
  const { errors, next } = inAProcess(`
    const waits = Array.from({ length: 11 }, (_, index) => {
      const id = "t-" + index;
      return index === 10
        ? actOne.run(input, on({ task_id: id }, running(id)))
        : actOne.waitForTask(id, on(running(id)));
    });
    setTimeout(() => (globalThis.actOnePanics = "in a wait"), 50);
    const errors = (await Promise.allSettled(waits)).map(({ reason }) => told(reason));
    console.log(JSON.stringify({ errors, next: await works() }));`);
  assert.deepEqual(new Set(errors.map(({ code }) => code)), new Set(["internal"]));
  assert.deepEqual(
    errors.map(({ taskId }) => taskId),
    errors.map((_, index) => `t-${index}`),
  );
  assert.ok(errors.every(({ taskMayExist }) => !taskMayExist));
  assert.equal(next, "succeeded");
});

test("a panic while a callback is read ends that, and the same callback can be read again", () => {
  const { error, task, next } = inAProcess(`
    globalThis.actOnePanics = "in a callback";
    const error = told(await actOne.parseCallback(done("t-1")).catch((error) => error));
    globalThis.actOnePanics = undefined;
    const task = await actOne.parseCallback(done("t-1"));
    console.log(JSON.stringify({ error, task, next: await works() }));`);
  assert.equal(error.code, "internal");
  assert.equal(task.id, "t-1");
  assert.equal(next, "succeeded");
});

test("a wait whose timer fires after the next call has begun harms nothing", () => {
  const { next } = inAProcess(`
    const waits = Array.from({ length: 3 }, () => actOne.waitForTask("t-1", on(running("t-1"))).catch(() => {}));
    setTimeout(() => (globalThis.actOnePanics = "in a wait"), 20);
    await Promise.all(waits);
    const first = await works();
    await new Promise((resolve) => setTimeout(resolve, 50));
    console.log(JSON.stringify({ next: [first, await works()] }));`);
  assert.deepEqual(next, ["succeeded", "succeeded"]);
});
