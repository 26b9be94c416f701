// Draws the people of the sample performances, as SVG: a calm studio, so that the face is what one looks at.

import { brow, eye, mouth } from "./features.js";

/** @typedef {{ skin: string, shade: string, hair: string, shine: string, shirt: [string, string], wall: [string, string] }} Person */

/** @type {Record<"first" | "second", Person>} */
export const people = {
  first: {
    skin: "#c98257",
    shade: "#b06c45",
    hair: "#33202e",
    shine: "#5a3a50",
    shirt: ["#2f6f73", "#25595d"],
    wall: ["#fde3cf", "#f6b79a"],
  },
  second: {
    skin: "#f0bd95",
    shade: "#d79a70",
    hair: "#8a3d20",
    shine: "#b5653c",
    shirt: ["#5d4a8a", "#4a3a70"],
    wall: ["#dcebe4", "#9cc7bd"],
  },
};

/** @param {import("./motion.js").Pose} pose @param {Person} [person] */
export function actor(pose, person = people.first) {
  const { skin, shade, hair, shine, shirt, wall } = person;
  const turn = pose.yaw * 13;
  const nod = pose.pitch * 7;
  return `<defs>
    <linearGradient id="wall" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="${wall[0]}"/><stop offset="1" stop-color="${wall[1]}"/>
    </linearGradient>
  </defs>
  <rect width="640" height="360" fill="url(#wall)"/>
  <circle cx="320" cy="196" r="176" fill="#fff" opacity=".28"/>
  <g transform="translate(${pose.x * 0.35} ${pose.y * 0.3})">
    <path d="M112 400 C124 312 210 290 272 280 L368 280 C430 290 516 312 528 400 Z" fill="${shirt[0]}"/>
    <path d="M272 279 Q320 322 368 279 L374 296 Q320 342 266 296 Z" fill="${shirt[1]}"/>
    <path d="M286 226 L286 284 Q320 312 354 284 L354 226 Z" fill="${shade}"/>
  </g>
  <g transform="translate(${pose.x} ${pose.y}) rotate(${pose.roll} 320 262)">
    <circle cx="${320 - turn * 0.5}" cy="${50 - nod * 0.4}" r="36" fill="${hair}"/>
    <path d="M${320 - 98 - turn * 0.3} 176 C212 70 268 58 ${320 - turn * 0.3} 58 C372 58 428 70 ${320 + 98 - turn * 0.3} 176
      C424 226 412 250 396 262 L244 262 C228 250 216 226 ${320 - 98 - turn * 0.3} 176 Z" fill="${hair}"/>
    ${ear(320 - 80 - turn * 0.35, 1, person)}${ear(320 + 80 - turn * 0.35, -1, person)}
    <path d="M${320 - 79} 160 C238 92 276 78 320 78 C364 78 402 92 ${320 + 79} 160
      C400 214 ${372 + turn * 0.3} 264 ${320 + turn * 0.5} 266 C${268 + turn * 0.3} 264 240 214 ${320 - 79} 160 Z" fill="${skin}"/>
    ${face(pose, turn, nod, person)}
    <path d="M236 172 C232 96 280 66 324 66 C372 66 408 96 404 172 C398 140 388 122 ${366 + turn * 0.6} 112
      C${330 + turn} 124 ${276 + turn} 122 ${262 + turn * 0.5} 116 C248 128 240 148 236 172 Z" fill="${hair}"/>
    <path d="M268 92 Q300 74 344 80" fill="none" stroke="${shine}" stroke-width="5" stroke-linecap="round"/>
  </g>`;
}

/**
 * @param {import("./motion.js").Pose} pose
 * @param {number} turn
 * @param {number} nod
 * @param {Person} person
 */
function face(pose, turn, nod, { hair, shade }) {
  const x = 320 + turn;
  const y = 172 + nod;
  const eyes = { y, width: 15, height: 12.5, iris: "#6b3f22", line: hair };
  const brows = { y: y - 26, width: 18, color: hair };
  return `<circle cx="${x - 46}" cy="${y + 34}" r="15" fill="#e2765c" opacity=".42"/>
    <circle cx="${x + 46}" cy="${y + 34}" r="15" fill="#e2765c" opacity=".42"/>
    ${eye({ ...eyes, id: "left", x: x - 32, open: pose.left }, pose)}
    ${eye({ ...eyes, id: "right", x: x + 32, open: pose.right }, pose)}
    ${brow({ ...brows, x: x - 33, raised: pose.browLeft, side: -1 })}
    ${brow({ ...brows, x: x + 33, raised: pose.browRight, side: 1 })}
    <path d="M${x + turn * 0.3 - 8} ${y + 30} Q${x + turn * 0.5} ${y + 38} ${x + turn * 0.3 + 9} ${y + 29}"
      fill="none" stroke="${shade}" stroke-width="5" stroke-linecap="round"/>
    ${mouth({ id: "mouth", x: x + turn * 0.1, y: y + 56, width: 25, line: "#8c3f34", teeth: true }, pose)}`;
}

/**
 * @param {number} x
 * @param {number} side
 * @param {Person} person
 */
function ear(x, side, { skin, shade }) {
  return `<ellipse cx="${x}" cy="182" rx="13" ry="19" fill="${skin}"/>
    <ellipse cx="${x + side * 2}" cy="183" rx="6" ry="10" fill="${shade}"/>
    <circle cx="${x}" cy="208" r="6.5" fill="#f5c542"/>`;
}
