// Writes the table of media/README.md: each file of the tests, what ffprobe or exiftool says of it, what checkMedia says,
// and how much of it was read over HTTP.
//
//   node tests/media/table.js

import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { checkMedia } from "../../npm/media/node.js";
import { fileOf, serve } from "./server.js";
import { bytesOf, truths } from "./truth.js";

const START = "<!-- table -->";

const server = await serve();
const rows = [];
for (const [name, truth] of Object.entries(truths)) {
  const field = truth.kind === "image" ? "image" : "video";
  const url = server.put(fileOf(bytesOf(name)));
  const report = (await checkMedia({ [field]: url }))[field];
  const said = Object.entries(truth.said).map(([key, value]) => `${key} ${value}`);
  const ours = [
    report.width === null ? "no pictures" : `${report.width}×${report.height}`,
    ...(report.duration === null ? [] : [`${Number(report.duration.toFixed(3))} s`]),
  ];
  const { bytes, requests } = server.counts;
  rows.push([
    name,
    `${truth.tool}: ${said.join(", ")}`,
    ours.join(", "),
    `${bytes} of ${truth.bytes} in ${requests}`,
  ]);
}
server.close();

const head = ["file", "what the tool says", "what checkMedia says", "bytes read, requests"];
const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
const readme = new URL("../../media/README.md", import.meta.url);
const text = readFileSync(readme, "utf8");
const before = text.slice(0, text.indexOf(START) + START.length);
writeFileSync(
  readme,
  await format(`${before}\n\n${lines.join("\n")}\n`, { parser: "markdown", printWidth: 110 }),
);
