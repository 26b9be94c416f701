// Creates whose answer is lost, against the sandbox: with an access token their task is found in the account's list, and
// a stranger's never is. Clock and timers are virtual.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { createSandbox } from "act-one/sandbox";
import { init, listTasks, run, submit } from "../../npm/node.js";
import { elapse } from "../hostile/virtual-time.js";

const VIDEO = "https://media.example/actor.mp4";
const IMAGE = "https://media.example/face.jpg";
const INPUT = { video: VIDEO, image: IMAGE };
const TOKEN = "at-sandbox";

await init();
beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_790_000_000_000 }));
afterEach(() => mock.timers.reset());

let gateways = 0;

/** A sandbox that makes each task and loses the answers to the first `lost` creates. */
function losing(lost, options = {}) {
  const seen = { creates: 0, lists: [], hosts: new Set() };
  const sandbox = createSandbox({
    checkMedia: false,
    invisibleFor: 0,
    queueTime: 0,
    runTime: 1_000,
    ...options,
    async answer(request, next) {
      const url = new URL(request.url);
      if (url.pathname.endsWith("/act_one") && ++seen.creates <= lost) {
        await next();
        throw new TypeError("connection lost");
      }
      if (url.pathname === "/api/task/self") seen.lists.push(Date.now());
      return options.answer?.(request, next);
    },
  });
  const baseUrl = `https://gateway-${++gateways}.example`;
  const own = { apiKey: "sk-sandbox", accessToken: TOKEN, baseUrl, fetch: sandbox.fetch };
  return { sandbox, seen, own };
}

const ALL_LISTED = { listedInput: { place: "properties" } };
const INPUTS_LISTED = { listedInput: { place: "input", fields: ["video", "image"] } };

test("a lost create is found by its callback URL, and runs on to its end", async () => {
  for (const place of ["properties", "input", "data"]) {
    const { sandbox, seen, own } = losing(1, { listedInput: { place }, strangers: 3, listLag: 3_000 });
    const task = await elapse(run(INPUT, own));
    assert.equal(task.status, "succeeded");
    assert.equal(seen.creates, 1);
    assert.equal(sandbox.counts.accepted, 1);
    assert.ok(seen.lists.length <= 4);
  }
});

test("without a token it stays in doubt, as ever, and nobody looks", async () => {
  const { seen, own } = losing(1, ALL_LISTED);
  const before = Date.now();
  await assert.rejects(elapse(submit(INPUT, { ...own, accessToken: undefined })), (error) => {
    assert.deepEqual([error.code, error.taskMayExist, error.candidates], ["network", true, null]);
    assert.equal(error.sentAt, before);
    return true;
  });
  assert.equal(seen.lists.length, 0);
});

test("both inputs tell a lost create where no callback URL is listed", async () => {
  const { own } = losing(1, { ...INPUTS_LISTED, strangers: 2 });
  assert.ok((await elapse(submit(INPUT, own))).id);
});

test("where records name nothing, the one new task is a candidate, and taken only from a sole creator", async () => {
  const { sandbox, own } = losing(1);
  const error = await elapse(submit(INPUT, own).catch((error) => error));
  assert.equal(error.taskMayExist, true);
  const [made] = [...sandbox.tasks.keys()];
  assert.deepEqual(
    error.candidates.map(({ id }) => id),
    [made],
  );
  const sole = losing(1);
  const task = await elapse(submit(INPUT, { ...sole.own, soleCreator: true }));
  assert.equal(task.id, [...sole.sandbox.tasks.keys()][0]);
});

test("strangers' tasks among silent records are never taken, not even from a sole creator", async () => {
  const { own } = losing(1, { strangers: 1 });
  const error = await elapse(submit(INPUT, { ...own, soleCreator: true }).catch((error) => error));
  assert.equal(error.taskMayExist, true);
  assert.ok(error.candidates.length >= 1);
});

test("a create that made no task finds none, and the error says so", async () => {
  const { own } = losing(0, {
    answer: (request, next) => {
      if (request.url.endsWith("/act_one")) throw new TypeError("connection lost");
      return next();
    },
  });
  const error = await elapse(submit(INPUT, own).catch((error) => error));
  assert.deepEqual([error.taskMayExist, error.candidates], [true, []]);
  assert.match(error.message, /list had none/);
});

test("ten creates lost at once share their looks, and each gets its own task", async () => {
  const { sandbox, seen, own } = losing(10, ALL_LISTED);
  const tasks = await elapse(Promise.all(Array.from({ length: 10 }, () => submit(INPUT, own))));
  assert.equal(new Set(tasks.map(({ id }) => id)).size, 10);
  assert.equal(sandbox.counts.accepted, 10);
  assert.ok(seen.lists.length <= 4, `${seen.lists.length} lists`);
});

test("two creates with the same input, told apart by nothing else, are candidates of each other", async () => {
  const { own } = losing(2, INPUTS_LISTED);
  const errors = await elapse(Promise.all([1, 2].map(() => submit(INPUT, own).catch((error) => error))));
  for (const error of errors) assert.equal(error.candidates.length, 2);
});

test("a list that fails hides nothing and turns no outcome into another", async () => {
  for (const list of [
    () => new Response("upstream error", { status: 502 }),
    () => Response.json({ success: false, message: "no" }, { status: 401 }),
    () => new Response("<html>"),
    () => Promise.reject(new TypeError("connection lost")),
  ]) {
    const { own } = losing(1, {
      answer: (request, next) => (request.url.includes("/api/task/self") ? list() : next()),
    });
    const error = await elapse(submit(INPUT, own).catch((error) => error));
    assert.deepEqual([error.code, error.taskMayExist, error.candidates], ["network", true, null]);
  }
});

test("retryCreates acts only after the search: what is found is not paid for again", async () => {
  const found = losing(1, ALL_LISTED);
  await elapse(submit(INPUT, { ...found.own, retryCreates: true }));
  assert.equal(found.seen.creates, 1);
  const silent = losing(1);
  await elapse(submit(INPUT, { ...silent.own, retryCreates: true }));
  assert.equal(silent.seen.creates, 2);
});

test("an abort ends the search at once", async () => {
  const controller = new AbortController();
  const { own } = losing(1, { listLag: 60_000 });
  const call = submit(INPUT, { ...own, signal: controller.signal });
  setTimeout(() => controller.abort("enough"), 2_500);
  await assert.rejects(elapse(call), (reason) => reason === "enough");
});

test("the token goes into one header of the list alone, and into nothing that is handed back", async () => {
  const token = "at-nobody-may-see-this";
  const carried = [];
  const { own } = losing(1, {
    accessTokens: [token],
    answer: (request, next) => {
      const headers = [...request.headers].filter(([, value]) => value.includes(token));
      carried.push([new URL(request.url).pathname, headers.map(([name]) => name)]);
      assert.ok(!request.url.includes(token));
      if (request.url.includes("/api/task/self"))
        return Response.json({ success: false, message: `bad token ${token}` }, { status: 401 });
      return next();
    },
  });
  const error = await elapse(submit(INPUT, { ...own, accessToken: token }).catch((error) => error));
  assert.ok(!JSON.stringify([error, error.message, String(error.cause)]).includes(token));
  const refused = await elapse(listTasks({}, { ...own, accessToken: token }).catch((error) => error));
  assert.equal(refused.code, "unauthorized");
  assert.match(refused.message, /bad token \[/);
  assert.ok(!JSON.stringify([refused, refused.message, refused.stack]).includes(token));
  for (const [path, names] of carried)
    assert.deepEqual(names, path === "/api/task/self" ? ["authorization"] : [], path);
});

test("listTasks reads every form of the list, newest first, a page at a time", async () => {
  for (const listShape of ["items", "list", "nested"]) {
    const { own } = losing(0, { listShape, strangers: 1 });
    const made = [];
    for (let index = 0; index < 3; index++) {
      made.unshift((await elapse(submit(INPUT, own))).id);
      mock.timers.tick(1_000);
    }
    const { tasks, total } = await elapse(listTasks({}, own));
    const ours = tasks.filter(({ id }) => made.includes(id));
    assert.deepEqual(
      ours.map(({ id }) => id),
      made,
    );
    assert.equal(total, listShape === "list" ? null : 6);
    const { tasks: second } = await elapse(listTasks({ page: 2, pageSize: 2, all: true }, own));
    assert.equal(second.length, 2);
    const none = await elapse(listTasks({ since: Date.now() + 60_000 }, own));
    assert.deepEqual(none.tasks, []);
  }
});

test("listTasks sends the service's word for a status where there is one, and else looks itself", async () => {
  const asked = [];
  const { own } = losing(0, {
    answer: (request, next) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/api/task/self") asked.push(searchParams.get("status"));
      return next();
    },
  });
  await elapse(submit(INPUT, own));
  const count = async (status) => (await elapse(listTasks({ status }, own))).tasks.length;
  await elapse(new Promise((resolve) => setTimeout(resolve, 5_000)));
  assert.deepEqual(
    [await count("succeeded"), await count("running"), await count("queued"), await count("failed")],
    [1, 0, 0, 0],
  );
  assert.deepEqual(asked, ["SUCCESS", "IN_PROGRESS", null, "FAILURE"]);
});

test("a filter that is none is refused, and so is the service without a token", async () => {
  const { own } = losing(0);
  for (const [filter, path] of [
    [{ since: "yesterday" }, "since"],
    [{ until: -1 }, "until"],
    [{ status: "lost" }, "status"],
    [{ page: 0 }, "page"],
    [{ pageSize: 1.5 }, "pageSize"],
    [{ pageSize: 101 }, "pageSize"],
    [{ all: "yes" }, "all"],
    ["recent", "filter"],
  ]) {
    await assert.rejects(listTasks(filter, own), ({ code, issues }) => {
      assert.equal(code, "invalid_input");
      assert.equal(issues[0].path, path);
      return true;
    });
  }
  const service = { apiKey: "sk-1", fetch: own.fetch };
  await assert.rejects(listTasks({}, service), ({ issues }) => issues[0].path === "accessToken");
});
