import type { Sandbox, SandboxOptions } from "./index.js";

/**
 * Starts a sandbox behind a port. `port` 0, the default, takes any free one; `hostname` is `127.0.0.1` by default, so
 * that only this machine can reach it. Rejects when the port is taken.
 *
 * ```js
 * import { serve } from "act-one/sandbox/node";
 *
 * const { url, sandbox, close } = await serve({ speed: 10 });
 * ```
 */
export function serve(options?: ServeOptions): Promise<ServedSandbox>;

export interface ServeOptions extends SandboxOptions {
  port?: number;
  hostname?: string;
}

export interface ServedSandbox {
  /** The base URL for the client, with no slash at its end. */
  url: string;
  sandbox: Sandbox;
  /** Stops listening and ends open connections. */
  close(): Promise<void>;
}
