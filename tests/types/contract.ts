// The contract as the compiler sees it. It names no global of any platform, so it has to hold with every `lib`. A
// wrong use is marked by `@ts-expect-error`, which fails where the compiler finds nothing wrong.

import {
  ActOneError,
  createClient,
  download,
  getTask,
  init,
  listTasks,
  nextPollDelay,
  parseCallback,
  run,
  submit,
  upload,
  waitForTask,
  watchTask,
  type Client,
  type ErrorCode,
  type FailedTask,
  type Input,
  type ListedTask,
  type Options,
  type SucceededTask,
  type Task,
  type TaskFilter,
  type Upload,
} from "act-one";
import wasm from "act-one/act_one_bg.wasm";
import { checkMedia, type MediaReport } from "act-one/media";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function same<A, B>(verdict: Same<A, B>): void;

const input: Input = { video: "https://media.example/a.mp4", image: { href: "https://media.example/a.jpg" } };

// Every option, each with a value.
const options: Required<{ [Name in keyof Options]: NonNullable<Options[Name]> }> = {
  apiKey: "sk",
  accessToken: "token",
  soleCreator: true,
  idempotencyKey: true,
  baseUrl: "/api",
  runwayVersion: "2024-11-06",
  callbackUrl: "https://example.org/callback",
  headers: { "x-tenant": "a" },
  fetch: async () => {
    throw new Error("offline");
  },
  signal: { aborted: false, addEventListener() {}, removeEventListener() {} },
  requestTimeout: 1,
  maxRetries: 1,
  retryCreates: true,
  timeout: 1,
  onUpdate: (task) => same<typeof task, Task>(true),
  onProgress: ({ bytes, total, file }) => {
    const share: number = total === null ? bytes : bytes / total;
    void [share, file ?? "download"];
  },
  onRetry: ({ error, attempt, delay }) =>
    same<[typeof error, typeof attempt, typeof delay], [ActOneError, number, number]>(true),
  checkMedia,
  upload: async (file, { name, signal }) => {
    same<typeof name, string | null>(true);
    return signal.aborted ? "" : { href: `https://media.example/${name}?${file.size}` };
  },
  pollInterval: 1,
  notFoundGrace: 1,
};

export async function theContract(): Promise<void> {
  const finished = await run(input, options);
  same<typeof finished, SucceededTask>(true);
  same<typeof finished.videoUrl, string>(true);
  same<typeof finished.status, "succeeded">(true);
  same<typeof finished.progress, number | null>(true);
  same<typeof finished.raw, unknown>(true);

  const submitted = await submit(input);
  same<typeof submitted, Task>(true);
  same<typeof submitted.videoUrl, string | null>(true);
  same<typeof submitted.status, "queued" | "running" | "succeeded" | "failed">(true);
  if (submitted.status === "succeeded") same<typeof submitted.videoUrl, string>(true);
  if (submitted.status === "failed") same<typeof submitted, FailedTask>(true);

  same<Task, Awaited<ReturnType<typeof getTask>>>(true);
  const awaited = await waitForTask(submitted.id, { timeout: null });
  same<typeof awaited.videoUrl, string>(true);
  await waitForTask(submitted);

  for await (const task of watchTask(submitted)) same<typeof task, Task>(true);
  const iterator = watchTask(submitted.id)[Symbol.asyncIterator]();
  const step = await iterator.next();
  if (!step.done) same<typeof step.value, Task>(true);
  await iterator.return();

  const filter: TaskFilter = {
    since: Date.now() - 1,
    status: "succeeded",
    page: 1,
    pageSize: 100,
    all: true,
  };
  const { tasks, total } = await listTasks(filter, { accessToken: "token" });
  same<[typeof tasks, typeof total], [ListedTask[], number | null]>(true);
  await listTasks();

  same<Task, Awaited<ReturnType<typeof parseCallback>>>(true);
  await parseCallback("{}");
  await parseCallback({ id: "1" });
  const delay = await nextPollDelay(submitted);
  await nextPollDelay(submitted, { unchanged: 3 });
  same<typeof delay, number>(true);
  await (await download(finished)).arrayBuffer();
  await download("https://media.example/result.mp4");
  const { video, image } = await checkMedia({ video: "https://media.example/a.mp4" });
  same<typeof video, MediaReport>(true);
  same<typeof image, MediaReport | null>(true);
  const uploaded = await upload(new Uint8Array(1));
  same<typeof uploaded, Upload>(true);
  same<[typeof uploaded.url, typeof uploaded.expiresAt], [string, number | null]>(true);
  await run({ video: new ArrayBuffer(1), image: uploaded.url }, { upload: () => "https://media.example/a" });
  await init();
  await init(new Uint8Array());
  await init("/act_one_bg.wasm");
  await init(wasm);

  const client: Client = createClient({ apiKey: "sk" });
  same<Awaited<ReturnType<typeof client.run>>, SucceededTask>(true);
  // An option that is undefined is one that was not given, also under exactOptionalPropertyTypes.
  createClient({ apiKey: undefined, signal: undefined });
  createClient({ apiKey: () => "sk", accessToken: async () => "token" });

  try {
    await client.run(input);
  } catch (error) {
    if (!(error instanceof ActOneError)) throw error;
    same<typeof error.code, ErrorCode>(true);
    if (error.code === "task_failed") same<typeof error.task, Task | null>(true);
    same<typeof error.candidates, readonly Task[] | null>(true);
    for (const issue of error.issues) same<typeof issue.path, string>(true);
  }
}

/** What people write in the first ten minutes. */
export async function theBeginnersMistakes(): Promise<void> {
  // @ts-expect-error the key goes into an object
  createClient("sk-…");
  // @ts-expect-error so do the files
  void run("https://media.example/a.mp4", "https://media.example/a.jpg");
  // @ts-expect-error the key is an option, not part of the input
  void run({ ...input, apiKey: "sk" });
  // @ts-expect-error it is apiKey
  void run(input, { api_key: "sk" });
  // @ts-expect-error it is baseUrl
  void run(input, { baseURL: "/api" });
  // @ts-expect-error it is callbackUrl
  void run({ ...input, callback_url: "https://media.example/" });
  // @ts-expect-error await it first
  void waitForTask(submit(input));
  // @ts-expect-error await it first
  void run(input).videoUrl;
  const task = await run(input);
  // @ts-expect-error it is videoUrl
  void task.video_url;
  // @ts-expect-error `fetch` is called with one Request
  void run(input, { fetch: async (url: string, init: RequestInit) => new Response(url + init.method) });
  // @ts-expect-error a promise is no key: await it, or pass the function
  void run(input, { apiKey: Promise.resolve("sk") });
  // @ts-expect-error it is called with the task, not with a number
  void run(input, { onUpdate: (progress: number) => void progress });
}

export function theMisuses(task: Task): void {
  // @ts-expect-error an image is needed too
  void run({ video: "https://media.example/a.mp4" });
  // @ts-expect-error a field that does not exist
  void run({ ...input, prompt: "smile" });
  // @ts-expect-error a number is no address
  void submit({ video: 1, image: "https://media.example/a.jpg" });
  // @ts-expect-error an input is needed
  void submit();
  // @ts-expect-error an option that does not exist
  void run(input, { retries: 3 });
  // @ts-expect-error a number of milliseconds
  void run(input, { timeout: "10s" });
  // @ts-expect-error a signal, not its controller
  void run(input, { signal: { abort() {} } });
  // @ts-expect-error a task or its id
  void waitForTask(42);
  // @ts-expect-error a path is no file
  void upload("clip.mp4");
  // @ts-expect-error a promise of a file is none
  void submit({ video: Promise.resolve(new Uint8Array(1)), image: "https://media.example/a.jpg" });
  // @ts-expect-error a URL is to be returned
  void upload(new Uint8Array(1), { upload: () => 1 });
  // @ts-expect-error a filter that does not exist
  void listTasks({ state: "failed" });
  void getTask(task);
  // @ts-expect-error the video may not be there yet
  const url: string = task.videoUrl;
  // @ts-expect-error only a task that has a video
  void download(task);
  // @ts-expect-error a snapshot, not an id
  void nextPollDelay("id");
  // @ts-expect-error no source of WebAssembly
  void init(42);
  // @ts-expect-error no such code
  const code: ErrorCode = "oops";
  // @ts-expect-error a watch is no promise
  void watchTask("id").then;
  void [url, code];
}
