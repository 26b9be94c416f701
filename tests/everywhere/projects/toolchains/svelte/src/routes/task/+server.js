import { ActOneError, createClient, run, watchTask } from "act-one";
import { wholeTask } from "../../../../whole-task.js";

export async function GET({ url }) {
  const service = url.searchParams.get("service");
  return new Response(await wholeTask({ ActOneError, createClient, run, watchTask }, service));
}
