// Runs in a page's worker: takes a contestant's bundle through one task, answered on the spot, and says what it gives.

import { serviceOf } from "../services.js";
import { divertFetch } from "./divert-fetch.js";

const [contestant, bundle] = location.search.slice(1).split("&");
const service = serviceOf(contestant, { running: 1, created: true });
divertFetch(service.fetch);
const { run } = await import(bundle);
const input = { video: "https://media.example/a.mp4", image: "https://media.example/a.jpg" };
run(input).then(postMessage, (/** @type {Error} */ error) => postMessage(`failed: ${error.message}`));
