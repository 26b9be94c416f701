// Takes a file from a caller and gives it a URL under which the service can fetch it: checked, bounded, and streamed into
// R2. How long it is kept is the ledger's business.

import type { Config } from "./config.ts";
import type { Env } from "./contract.ts";
import { Refused } from "./errors.ts";
import { EXPIRES_AT } from "./file-answers.ts";
import { log } from "./log.ts";
import { randomSecret } from "./secrets.ts";
import { uploadKey, uploadUrl } from "./stored-files.ts";
import { recognized, store, type FileKind } from "./storing.ts";
import { ledgerOf } from "./task-tools.ts";

interface Upload {
  request: Request;
  env: Env;
  config: Config;
  caller: string;
  /** What the caller calls the file, without its ending. */
  fileName: string;
  /** This Worker's own URL. */
  home: string;
}

/** `{"url", "expires_at"}`, the latter in Unix seconds. */
export async function takeUpload(upload: Upload): Promise<Response> {
  const { request, env, config, caller, home } = upload;
  const length = announcedLength(request, config);
  const { kind, body } = await recognized(request.body ?? new Blob([]).stream());
  if (!kind || !/^(video|image)\//.test(kind.type)) {
    await body.cancel().catch(() => {});
    throw new Refused({
      status: 415,
      message: `The file is no video and no image by its first bytes${kind ? `, but ${kind.type}` : ""}`,
      code: "unsupported_file",
    });
  }
  const id = `${randomSecret()}.${kind.ending}`;
  const expiresAt = Date.now() + config.uploadMs;
  const ledger = ledgerOf(env);
  const isAdmitted = await ledger.admitUpload({
    id,
    caller,
    bytes: length ?? config.maxUploadBytes,
    expiresAt,
    maxBytesPerDay: config.maxUploadBytesPerDay,
  });
  if (!isAdmitted) {
    await body.cancel().catch(() => {});
    throw new Refused({
      status: 403,
      message:
        `You have uploaded as much today (UTC) as this Worker allows each caller: ` +
        `${config.maxUploadBytesPerDay / 1_000_000} MB (MAX_UPLOAD_MB_PER_DAY_PER_CALLER). Try again tomorrow`,
      code: "daily_limit",
    });
  }
  try {
    const bytes = await put(body, length, kind, id, expiresAt, upload);
    await ledger.uploaded(id, bytes);
    log("upload.stored", { caller, bytes, type: kind.type });
    return Response.json({ url: uploadUrl(home, id), expires_at: Math.floor(expiresAt / 1000) });
  } catch (error) {
    await ledger.dropUpload(id).catch(() => {});
    throw error;
  }
}

async function put(
  body: ReadableStream<Uint8Array>,
  length: number | undefined,
  kind: FileKind,
  id: string,
  expiresAt: number,
  { env, config, fileName }: Upload,
): Promise<number> {
  let passed = 0;
  const bounded = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      passed += chunk.byteLength;
      if (passed > config.maxUploadBytes) throw tooLarge(config);
      controller.enqueue(chunk);
    },
  });
  const name = `${fileName || "upload"}.${kind.ending}`;
  return store(body.pipeThrough(bounded), length, env.OUTPUTS, uploadKey(id), {
    httpMetadata: { contentType: kind.type, contentDisposition: `inline; filename="${name}"` },
    customMetadata: { [EXPIRES_AT]: String(expiresAt) },
  });
}

function announcedLength(request: Request, config: Config): number | undefined {
  const header = request.headers.get("Content-Length");
  const length = header === null || request.headers.has("Content-Encoding") ? undefined : Number(header);
  if (length !== undefined && length > config.maxUploadBytes) throw tooLarge(config);
  return length;
}

function tooLarge({ maxUploadBytes }: Config): Refused {
  return new Refused({
    status: 413,
    message: `The file is larger than the ${maxUploadBytes / 1_000_000} MB that this Worker takes (MAX_UPLOAD_MB)`,
    code: "too_large",
  });
}
