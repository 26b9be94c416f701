import { ActOneError, createClient, run, watchTask } from "act-one";
import { wholeTask } from "./whole-task.js";

addEventListener("fetch", (event) => {
  const service = new URL(event.request.url).searchParams.get("service");
  const outcome = wholeTask({ ActOneError, createClient, run, watchTask }, service);
  event.respondWith(outcome.then((text) => new Response(text)));
});
