// WebKit, driven by its WebDriver in a virtual screen, because it has no headless mode. It gives pages with the same
// verbs as the other engines'. Its driver does not tell what a page complains of, so the page itself is asked; what it
// says before it is loaded stays unheard.

import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { start } from "./execute.js";
import { Skip } from "./tools.js";

/** Where Debian puts the browser that WebKit's driver starts, by platform and version of the library. */
const MINI_BROWSERS = ["x86_64", "aarch64"].flatMap((platform) =>
  ["4.1", "4.0", "6.0"].map((library) => `/usr/lib/${platform}-linux-gnu/webkit2gtk-${library}/MiniBrowser`),
);

/** How WebDriver names an element in its answers. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** How WebDriver writes keys that are no characters. @type {Record<string, string>} */
const KEYS = {
  Tab: "\uE004",
  Enter: "\uE007",
  Space: " ",
  Escape: "\uE00C",
  Backspace: "\uE003",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
};

/** Far above what any step takes on a busy machine; reached only when the awaited thing does not come. */
const PATIENCE_MS = 30_000;
const LOOK_AGAIN_MS = 25;

/** @param {string} driver the driver's program */
export async function openWebKit(driver) {
  const binary = MINI_BROWSERS.find((path) => existsSync(path));
  if (!binary) throw new Skip("WebKit's driver is there, but no MiniBrowser that it could start");

  const screen = ["-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"];
  const display = await start("Xvfb", screen, /^(\d+)\n/m);
  const newSession = () => openSession(driver, binary, `:${display.match[1]}`);

  const first = await newSession();
  await first.end();
  return {
    version: first.version,
    async openPage(size = { width: 1280, height: 900 }) {
      // A session of its own for each page: they share no storage.
      const session = await newSession();
      await session.command("POST", "/window/rect", size);
      return drive(session);
    },
    close: async () => display.stop(),
  };
}

/** @typedef {Awaited<ReturnType<typeof openSession>>} Session */

/**
 * A browser with a driver of its own: the driver's second session never begins in about one case of a hundred, on a busy
 * machine, its first always has (750 of 750).
 *
 * @param {string} driver @param {string} binary @param {string} display
 */
async function openSession(driver, binary, display) {
  const port = await freePort();
  // The driver does not say when it is ready.
  const service = await start("sh", ["-c", `echo starting; exec ${driver} --port=${port}`], /starting/, {
    env: { DISPLAY: display },
  });
  await untilListening(port);

  const url = `http://127.0.0.1:${port}/session`;
  const browserOptions = { binary, args: ["--automation"] };
  const alwaysMatch = { "webkitgtk:browserOptions": browserOptions };
  const { sessionId, capabilities } = await webDriver("POST", url, { capabilities: { alwaysMatch } });
  const command = (
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {object} */ body = {},
  ) => webDriver(method, `${url}/${sessionId}${path}`, body);
  return {
    version: /** @type {string} */ (capabilities.browserVersion),
    command,
    end: () => webDriver("DELETE", `${url}/${sessionId}`).finally(service.stop),
  };
}

/** @param {Session} session @returns {import("../demo/browser.js").BrowserPage} */
function drive({ command, end }) {
  /** @type {import("../demo/browser.js").BrowserPage["read"]} */
  const read = async (look, ...given) => {
    const script = `const done = arguments[1];
      Promise.resolve((${look})(...arguments[0])).then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await command("POST", "/execute/async", { script, args: [given] });
    if (error) throw new Error(error);
    return value;
  };
  /** @type {import("../demo/browser.js").BrowserPage["until"]} */
  const until = async (holds, ...given) => {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await read(holds, ...given))) {
      if (Date.now() > deadline) throw new Error(`Waited in vain for ${holds} with ${JSON.stringify(given)}`);
      await delay(LOOK_AGAIN_MS);
    }
  };
  /** The element, once a person could use it. */
  const usable = async (/** @type {string} */ selector) => {
    await until((selector) => {
      const found = document.querySelector(selector);
      return found?.checkVisibility() && !found.matches(":disabled");
    }, selector);
    const found = await command("POST", "/element", { using: "css selector", value: selector });
    return /** @type {string} */ (found[ELEMENT]);
  };
  /** @type {string[]} */
  const problems = [];
  const hear = async () =>
    problems.push(...(await read(() => /** @type {any} */ (globalThis).heardProblems ?? [])));
  /** Waits for itself, because the driver takes a page for loaded before its modules have run. */
  const load = async (/** @type {string} */ path, /** @type {object} */ body = {}) => {
    await hear();
    await read(() => void document.documentElement.setAttribute("data-left", ""));
    await command("POST", path, body);
    await until(() => !("left" in document.documentElement.dataset) && document.readyState === "complete");
    await read(listen);
  };
  const act = (/** @type {object} */ actions) => command("POST", "/actions", { actions: [actions] });

  return {
    goto: (url) => load("/url", { url }),
    reload: () => load("/refresh"),
    click: async (selector) => command("POST", `/element/${await usable(selector)}/click`),
    async doubleClick(selector) {
      const origin = { [ELEMENT]: await usable(selector) };
      const click = [
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ];
      const actions = [{ type: "pointerMove", origin, x: 0, y: 0, duration: 0 }, ...click, ...click];
      await act({ type: "pointer", id: "mouse", parameters: { pointerType: "mouse" }, actions });
    },
    async fill(selector, text) {
      const element = await usable(selector);
      await command("POST", `/element/${element}/clear`);
      if (text) await command("POST", `/element/${element}/value`, { text });
    },
    async choose(selector, value) {
      await read(
        (selector) => document.querySelector(selector)?.closest("details")?.setAttribute("open", ""),
        selector,
      );
      await usable(selector);
      await read(
        (selector, value) => {
          const menu = /** @type {HTMLSelectElement} */ (document.querySelector(selector));
          menu.value = value;
          for (const type of ["input", "change"]) menu.dispatchEvent(new Event(type, { bubbles: true }));
        },
        selector,
        value,
      );
    },
    async press(key) {
      const value = KEYS[key] ?? key;
      await act({
        type: "key",
        id: "keyboard",
        actions: ["keyDown", "keyUp"].map((type) => ({ type, value })),
      });
    },
    read,
    until,
    problems,
    async close() {
      await hear().finally(end);
    },
  };
}

/** Runs in the page and keeps what goes wrong there. */
function listen() {
  /** @type {string[]} */
  const heard = [];
  Object.assign(globalThis, { heardProblems: heard });
  addEventListener("error", ({ message }) => heard.push(message));
  addEventListener("unhandledrejection", ({ reason }) => heard.push(String(reason)));
  addEventListener("securitypolicyviolation", (event) =>
    heard.push(`${event.violatedDirective} forbids ${event.blockedURI}`),
  );
  for (const level of /** @type {const} */ (["error", "warn"])) {
    const say = console[level];
    console[level] = (...words) => (heard.push(words.join(" ")), say(...words));
  }
}

/** One WebDriver command. @param {string} method @param {string} url @param {object} [body] @returns {Promise<any>} */
async function webDriver(method, url, body) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const answer = await fetch(url, { method, body: body && JSON.stringify(body), signal }).catch((cause) => {
    throw new Error(`WebDriver: no answer to ${method} ${url}: ${cause.message}`, { cause });
  });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  return value;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {number} port */
async function untilListening(port) {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => undefined);
    if (answer) return;
    await delay(LOOK_AGAIN_MS);
  }
  throw new Error(`Nothing listens on port ${port}`);
}
