// Draws the characters that can take over a sample performance, as SVG: one fox in several looks, each in its own scene.

import { brow, eye, mouth } from "./features.js";

/**
 * The colours of one fox and of the scene behind it.
 *
 * @typedef {object} Look
 * @property {string} fur
 * @property {string} dark lines, and the inside of the ears
 * @property {string} snow the light part of the face
 * @property {string} blaze the stripe on the forehead
 * @property {string} body
 * @property {[string, string]} scarf lit and in shade
 * @property {string} iris
 * @property {string} brow
 * @property {[string, string]} sky above and at the horizon
 * @property {string} sun
 * @property {string} hill
 * @property {string} tree
 * @property {string} ground
 * @property {boolean} stars
 */

/** @type {Record<"fox" | "arctic" | "violet", Look>} */
export const looks = {
  fox: {
    fur: "#f0793a",
    dark: "#3a2030",
    snow: "#fff4e6",
    blaze: "#f7a15f",
    body: "#d9622b",
    scarf: ["${scarf[0]}", "${scarf[1]}"],
    iris: "#2f9c8f",
    brow: "#a8481c",
    sky: ["#1d2a5b", "#5b6fb3"],
    sun: "#fdf3cf",
    hill: "#8494cc",
    tree: "#2b3a72",
    ground: "#dfe6fb",
    stars: true,
  },
  arctic: {
    fur: "#e4edf3",
    dark: "#3c4a5e",
    snow: "#ffffff",
    blaze: "#c9d9e4",
    body: "#cbdbe6",
    scarf: ["#1f7a6c", "#155d52"],
    iris: "#3f7fc4",
    brow: "#8aa0b4",
    sky: ["#5fb0d6", "#d3eef5"],
    sun: "#fff6c7",
    hill: "#9ccfdf",
    tree: "#2c7480",
    ground: "#f4fbff",
    stars: false,
  },
  violet: {
    fur: "#7a5bb0",
    dark: "#2b1d45",
    snow: "#f6eafc",
    blaze: "#a488d6",
    body: "#64469a",
    scarf: ["#f0b429", "#cc9014"],
    iris: "#d9772b",
    brow: "#4a3278",
    sky: ["#7d2f5a", "#f5a36c"],
    sun: "#ffd98a",
    hill: "#b3517a",
    tree: "#5a2350",
    ground: "#f6c3a0",
    stars: false,
  },
};

/** @param {import("./motion.js").Pose} pose @param {Look} [look] */
export function character(pose, look = looks.fox) {
  const { fur, snow, body, scarf } = look;
  const turn = pose.yaw * 14;
  const nod = pose.pitch * 7;
  return `${scene(look)}
  <g transform="translate(${pose.x * 0.35} ${pose.y * 0.3})">
    <path d="M168 400 C176 312 244 282 320 282 C396 282 464 312 472 400 Z" fill="${body}"/>
    <path d="M258 400 C264 330 290 300 320 300 C350 300 376 330 382 400 Z" fill="${snow}"/>
    <path d="M226 282 Q320 330 414 282 L420 310 Q320 362 220 310 Z" fill="${scarf[0]}"/>
    <path d="M376 306 L412 300 L424 372 L390 372 Z" fill="${scarf[1]}"/>
  </g>
  <g transform="translate(${pose.x} ${pose.y}) rotate(${pose.roll} 320 272)">
    ${ear(-1, turn, pose.browLeft, look)}${ear(1, turn, pose.browRight, look)}
    <path d="M320 82 C386 82 428 116 438 164 C452 184 474 198 486 204 C470 214 458 216 446 216 C452 228 458 238 460 246
      C440 250 424 248 410 244 C388 276 354 ${288 + pose.open * 10} 320 ${288 + pose.open * 10}
      C286 ${288 + pose.open * 10} 252 276 230 244 C216 248 200 250 180 246 C182 238 188 228 194 216
      C182 216 170 214 154 204 C166 198 188 184 202 164 C212 116 254 82 320 82 Z" fill="${fur}"/>
    ${face(pose, turn, nod, look)}
  </g>`;
}

/**
 * @param {import("./motion.js").Pose} pose
 * @param {number} turn
 * @param {number} nod
 * @param {Look} look
 */
function face(pose, turn, nod, { dark, snow, blaze, iris, brow: browColor }) {
  const x = 320 + turn;
  const y = 168 + nod;
  const chin = 284 + pose.open * 10;
  const eyes = { y, width: 17, height: 16, iris, line: dark };
  const brows = { y: y - 30, width: 17, color: browColor };
  return `<path d="M${x} ${y + 14} C${x + 30} ${y - 6} ${x + 82} ${y + 4} ${x + 118 - turn * 0.8} ${y + 30}
      C${x + 104} ${y + 84} ${x + 48} ${chin} ${x} ${chin} C${x - 48} ${chin} ${x - 104} ${y + 84}
      ${x - 118 - turn * 0.8} ${y + 30} C${x - 82} ${y + 4} ${x - 30} ${y - 6} ${x} ${y + 14} Z" fill="${snow}"/>
    <path d="M${x - 16} 86 Q${x} 122 ${x} ${y + 6} Q${x} 122 ${x + 16} 86 Z" fill="${blaze}" opacity=".75"/>
    <circle cx="${x - 66}" cy="${y + 44}" r="15" fill="#f58f8f" opacity=".5"/>
    <circle cx="${x + 66}" cy="${y + 44}" r="15" fill="#f58f8f" opacity=".5"/>
    ${eye({ ...eyes, id: "left", x: x - 44, open: pose.left }, pose)}
    ${eye({ ...eyes, id: "right", x: x + 44, open: pose.right }, pose)}
    ${brow({ ...brows, x: x - 45, raised: pose.browLeft, side: -1 })}
    ${brow({ ...brows, x: x + 45, raised: pose.browRight, side: 1 })}
    ${mouth({ id: "mouth", x: x + turn * 0.25, y: y + 74, width: 27, line: dark, teeth: false }, pose)}
    <path d="M${x + turn * 0.4} ${y + 52} L${x + turn * 0.3} ${y + 70 - pose.open * 4}" stroke="${dark}" stroke-width="4" stroke-linecap="round"/>
    <path d="M${x + turn * 0.4 - 17} ${y + 38} Q${x + turn * 0.4} ${y + 28} ${x + turn * 0.4 + 17} ${y + 38}
      Q${x + turn * 0.4 + 8} ${y + 56} ${x + turn * 0.4} ${y + 56} Q${x + turn * 0.4 - 8} ${y + 56} ${x + turn * 0.4 - 17} ${y + 38} Z" fill="${dark}"/>
    <ellipse cx="${x + turn * 0.4 - 5}" cy="${y + 39}" rx="5" ry="2.6" fill="#8a6f80"/>`;
}

/**
 * Ears go up with the brows.
 *
 * @param {number} side
 * @param {number} turn
 * @param {number} raised
 * @param {Look} look
 */
function ear(side, turn, raised, { fur, dark }) {
  const x = 320 - turn * 0.5;
  const tip = 22 - raised * 8;
  return `<path d="M${x + side * 108} 158 Q${x + side * 126} 70 ${x + side * 112} ${tip} Q${x + side * 58} 46 ${x + side * 34} 100 Z" fill="${fur}"/>
    <path d="M${x + side * 98} 132 Q${x + side * 112} 80 ${x + side * 104} ${tip + 22} Q${x + side * 70} 64 ${x + side * 54} 100 Z" fill="${dark}"/>`;
}

/** @param {Look} look */
function scene({ sky, sun, hill, tree: treeColor, ground, stars: hasStars }) {
  const stars = [
    [40, 52, 2],
    [96, 118, 1.5],
    [150, 36, 2.2],
    [212, 84, 1.4],
    [262, 26, 1.6],
    [404, 34, 1.8],
    [470, 120, 1.5],
    [598, 150, 2],
    [612, 38, 1.6],
    [64, 190, 1.6],
  ];
  return `<defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${sky[0]}"/><stop offset="1" stop-color="${sky[1]}"/>
    </linearGradient>
  </defs>
  <rect width="640" height="360" fill="url(#sky)"/>
  <circle cx="536" cy="84" r="62" fill="#fff" opacity=".08"/>
  <circle cx="536" cy="84" r="42" fill="${sun}"/>
  ${(hasStars ? stars : []).map(([x, y, r]) => `<circle cx="${x}" cy="${y}" r="${r}" fill="#fff"/>`).join("")}
  <path d="M0 292 Q120 232 260 276 T520 262 T640 280 V360 H0 Z" fill="${hill}"/>
  ${[38, 92, 566, 612].map((x, index) => tree(x, 300 - (index % 2) * 12, treeColor, ground)).join("")}
  <path d="M0 322 Q160 286 330 316 T640 304 V360 H0 Z" fill="${ground}"/>`;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} color
 * @param {string} snow
 */
function tree(x, y, color, snow) {
  return `<path d="M${x - 30} ${y + 20} L${x} ${y - 92} L${x + 30} ${y + 20} Z" fill="${color}"/>
    <path d="M${x - 14} ${y - 40} L${x} ${y - 92} L${x + 14} ${y - 40} Z" fill="${snow}"/>`;
}
