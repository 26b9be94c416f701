// Takes files that a caller has no public URL for, and serves them for as long as a task may need them: the Worker's
// `POST /uploads`, which the service itself does not have. Files are kept in memory.

import { envelope } from "./errors.js";
import { partOf } from "./outputs.js";
import { loadFileType } from "./peers.js";

/** @typedef {import("./index.js").SandboxUpload} SandboxUpload */
/** @typedef {import("./options.js").Settings} Settings */

const FORM = /^\/uploads\/([\w-]+\.\w+)$/;

/** @param {Settings} settings */
export function createUploads(settings) {
  const { clock } = settings;
  /** @type {Map<string, SandboxUpload>} */
  const kept = new Map();

  function dropExpired() {
    for (const [name, { expiresAt }] of kept) if (expiresAt <= clock.now()) kept.delete(name);
  }

  return {
    kept,

    /**
     * @param {Request} request
     * @param {string} home where the sandbox was reached, for the file's URL
     */
    async take(request, home) {
      dropExpired();
      const bytes = await bytesOf(request, settings.maxUploadBytes);
      if (!bytes) {
        return envelope(413, `the file is larger than ${settings.maxUploadBytes} bytes`, clock);
      }
      // What the file is, whatever the caller calls it.
      const { fileTypeFromBuffer } = await loadFileType();
      const found = await fileTypeFromBuffer(bytes);
      if (!found || !/^(video|image)\//.test(found.mime)) {
        return envelope(415, "the file is neither a video nor an image by its first bytes", clock);
      }
      const name = `${crypto.randomUUID()}.${found.ext}`;
      const expiresAt = clock.now() + settings.uploadLifetime;
      const url = `${home}/uploads/${name}`;
      kept.set(name, { url, type: found.mime, fileName: fileNameOf(request), bytes, expiresAt });
      return Response.json({ url, expires_at: Math.floor(expiresAt / 1000) });
    },

    /**
     * @param {Request} request
     * @param {string} path below the sandbox's base
     * @returns {Response | undefined} undefined when there is no such file (any more)
     */
    serve(request, path) {
      dropExpired();
      const [, name = ""] = path.match(FORM) ?? [];
      const upload = kept.get(name);
      if (!upload) return undefined;
      const response = partOf(upload.bytes, upload.type, request);
      response.headers.set("X-Content-Type-Options", "nosniff");
      return response;
    },
  };
}

/**
 * @param {Request} request
 * @param {number} most
 * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} undefined when there are more than `most`
 */
async function bytesOf(request, most) {
  if (Number(request.headers.get("Content-Length")) > most) return undefined;
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    length += read.value.length;
    if (length > most) {
      await reader?.cancel();
      return undefined;
    }
    chunks.push(read.value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** @param {Request} request */
function fileNameOf(request) {
  const name = request.headers.get("Act-One-Filename");
  try {
    return name && decodeURIComponent(name);
  } catch {
    return null;
  }
}
