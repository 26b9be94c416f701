// A page for each visitor, rendered when it is first asked for: the framework's cache sees the same create each time.

import { run } from "act-one";

const INPUT = { video: "https://media.example/performance.mp4", image: "https://media.example/portrait.jpg" };

export default async function Page() {
  const options = { baseUrl: process.env.SERVICE, apiKey: "sk-sandbox", pollInterval: 25, timeout: 20_000 };
  const { id, status } = await run(INPUT, options);
  return <p>{`task:${id}:${status}`}</p>;
}
