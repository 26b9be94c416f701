import { ActOneError, createClient, run, watchTask } from "act-one";
import { checkMedia } from "act-one/media";
import { wholeTask } from "./whole-task.js";

export default {
  async fetch(request) {
    const service = new URL(request.url).searchParams.get("service");
    return new Response(await wholeTask({ ActOneError, createClient, run, watchTask, checkMedia }, service));
  },
};
