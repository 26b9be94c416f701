// Creates over real sockets. A refused connection proves that nothing was sent, so the create is repeated; a
// connection that breaks after that proves nothing, so it is not.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createSocketServer } from "node:net";
import { test } from "node:test";
import { submit } from "../../npm/node.js";
import { CREATED, ID, INPUT, KEY, errorOf } from "./answers.js";

/** Listens on `port`, or on any; gives the port. */
async function listen(server, port = 0) {
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server.address().port;
}

function close(server) {
  server.closeAllConnections?.();
  return new Promise((resolve) => server.close(resolve));
}

/** A port on which nobody listens. */
async function closedPort() {
  const server = createServer();
  const port = await listen(server);
  await close(server);
  return port;
}

test("a create whose connection is refused is sent again, and makes one task", async () => {
  const port = await closedPort();
  let created = 0;
  const server = createServer((_, answer) => {
    created++;
    answer.end(JSON.stringify(CREATED));
  });
  let tries = 0;
  const counting = async (request) => {
    tries++;
    // The service comes up while the second try is on its way.
    if (tries === 2) await listen(server, port);
    return fetch(request);
  };
  try {
    const task = await submit(INPUT, { apiKey: KEY, baseUrl: `http://127.0.0.1:${port}`, fetch: counting });
    assert.equal(task.id, ID);
    assert.equal(tries, 2);
    assert.equal(created, 1);
  } finally {
    await close(server);
  }
});

test("a create that is refused to the end says that no task exists", async () => {
  const baseUrl = `http://127.0.0.1:${await closedPort()}`;
  const error = await errorOf(submit(INPUT, { apiKey: KEY, baseUrl, maxRetries: 1 }));
  assert.equal(error.code, "network");
  assert.equal(error.taskMayExist, false);
  assert.equal(error.cause.cause.code, "ECONNREFUSED");
});

test("a create to a name that does not resolve says that no task exists", async () => {
  const error = await errorOf(
    submit(INPUT, { apiKey: KEY, baseUrl: "http://callback.invalid", maxRetries: 0 }),
  );
  assert.equal(error.code, "network");
  assert.equal(error.taskMayExist, false);
});

test("a create whose connection breaks once it stood is sent once and says that a task may exist", async () => {
  const breakings = {
    "at once": (socket) => socket.resetAndDestroy(),
    "after the request": (socket) => socket.once("data", () => socket.resetAndDestroy()),
    "within the answer": (socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")),
    "with an answer that is no HTTP": (socket) =>
      socket.once("data", () => socket.end("SSH-2.0-OpenSSH\r\n")),
    "without an answer": (socket) => socket.once("data", () => socket.end()),
  };
  for (const [when, breaking] of Object.entries(breakings)) {
    let connections = 0;
    const server = createSocketServer((socket) => {
      connections++;
      socket.on("error", () => {});
      breaking(socket);
    });
    const baseUrl = `http://127.0.0.1:${await listen(server)}`;
    const error = await errorOf(submit(INPUT, { apiKey: KEY, baseUrl }));
    assert.equal(error.taskMayExist, true, when);
    assert.equal(error.retryable, false, when);
    assert.equal(connections, 1, when);
    await close(server);
  }
});
