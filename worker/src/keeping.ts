// The state `copying`: the service is done, and its video is copied into our own storage. A paid video is not given up
// because it cannot be stored: then the task succeeds with the service's own, temporary URL.

import type { Config } from "./config.ts";
import { end } from "./ending.ts";
import { log } from "./log.ts";
import { readAtService } from "./service.ts";
import { outputKey } from "./stored-files.ts";
import { describe, type TaskTools } from "./task-tools.ts";
import { copyVideo, NotAVideo, TooLarge } from "./video-copy.ts";

/** Error pages and login forms come with HTTP 200 too, for a moment: a quarter of a minute is allowed for it. */
const MOST_NOT_VIDEOS = 5;

/** Copies the video that a read has just found. */
export async function keep(tools: TaskTools, config: Config): Promise<void> {
  const { store, env } = tools;
  const { id, caller, videoUrl, outputId } = store.known;
  try {
    const fileName = `act-one-${id.slice(0, 8)}`;
    const bytes = await copyVideo(videoUrl ?? "", env.OUTPUTS, outputKey(outputId), fileName, config);
    log("video.stored", { task: id, caller, bytes });
  } catch (error) {
    log("copy.failed", { task: id, error: describe(error) });
    return notStored(tools, error, config);
  }
  await end(tools, { state: "succeeded", temporaryBecause: null, videoUrl: null });
}

/** Tries again, from a read on: the URL may have expired, and the feed has a fresh one. */
export async function keepAgain(tools: TaskTools, config: Config): Promise<void> {
  const { store } = tools;
  const { id, serviceId, failures } = store.known;
  if (failures > 0) {
    tools.noteRead();
    try {
      const task = await readAtService(serviceId ?? "", config);
      store.keepAnswer("feed", task.raw);
      if (task.videoUrl !== null) store.update({ videoUrl: task.videoUrl });
    } catch (error) {
      // The URL that is known may do.
      log("read.failed", { task: id, error: describe(error) });
    }
  }
  await keep(tools, config);
}

async function notStored(tools: TaskTools, error: unknown, config: Config): Promise<void> {
  const { store } = tools;
  const { videoUrl, copyingSince, createdAt, notVideos } = store.known;
  const now = Date.now();
  const isLate = now - (copyingSince ?? createdAt) > config.copyMs || now - createdAt > config.giveUpMs;
  if (error instanceof NotAVideo) {
    if (isLate || notVideos + 1 >= MOST_NOT_VIDEOS) {
      return end(tools, { state: "failed", failReason: `No video was made: ${error.message}` });
    }
    store.update({ notVideos: notVideos + 1 });
  } else if (isLate || error instanceof TooLarge) {
    const because = `The video is not stored here: ${describe(error)}`;
    return end(tools, { state: "succeeded", temporaryBecause: because, videoUrl });
  }
  tools.tryAgainLater();
}
