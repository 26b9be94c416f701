// Runs in a page's worker: says how many ms lie between the import of a contestant's bundle and the first request that
// it sends. That request goes nowhere; what the bundle loads of its own (our Wasm) does come from the server.

import { divertFetch } from "./divert-fetch.js";

const [, bundle] = location.search.slice(1).split("&");
const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };
divertFetch(() => {
  postMessage(performance.now() - began);
  return new Promise(() => {});
});
const began = performance.now();
const { run } = await import(bundle);
void run(input);
