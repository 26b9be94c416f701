// The performance itself: how a face is held at each moment of the clip. Both drawings follow it, the actor's and the
// character's, so that the sample result really is the sample performance in another face.

export const seconds = 5;
export const framesPerSecond = 24;

/**
 * How a face is held. Lengths are pixels, turns are -1..1, everything else is 0..1 unless it says otherwise.
 *
 * @typedef {object} Pose
 * @property {number} x head to the side
 * @property {number} y head down
 * @property {number} roll degrees
 * @property {number} yaw turned to the side
 * @property {number} pitch looking down
 * @property {number} gazeX
 * @property {number} gazeY
 * @property {number} left eye open; above 1 is wide open
 * @property {number} right
 * @property {number} browLeft raised, -1..1
 * @property {number} browRight
 * @property {number} open mouth
 * @property {number} smile -1..1
 */

/** @type {Pose} */
const rest = {
  x: 0,
  y: 0,
  roll: 0,
  yaw: 0,
  pitch: 0,
  gazeX: 0,
  gazeY: 0,
  left: 1,
  right: 1,
  browLeft: 0,
  browRight: 0,
  open: 0,
  smile: 0.6,
};

/** The beats of the scene, at fractions of its length; the last is the first, so that the clip loops. */
const beats = /** @type {[number, Partial<Pose>][]} */ ([
  [0, {}],
  [0.05, {}],
  [0.15, { x: -16, roll: -7, yaw: -0.9, gazeX: -0.9, browLeft: 0.2, browRight: 0.7, smile: 0.2 }],
  [0.25, { x: -16, roll: -6, yaw: -0.8, gazeX: -0.8, browLeft: 0.1, browRight: 0.8, smile: 0.15 }],
  [0.33, { x: 4, roll: 3, yaw: 0.35, gazeX: 0.1, smile: 0.3 }],
  [0.5, { x: 16, roll: 6, yaw: 0.75, gazeX: 0.3, browLeft: 0.5, browRight: 0.2, smile: 0.35 }],
  [0.57, { y: -9, left: 1.3, right: 1.3, browLeft: 1, browRight: 1, open: 0.85, smile: -0.5, pitch: -0.6 }],
  [0.67, { y: -8, left: 1.28, right: 1.28, browLeft: 1, browRight: 1, open: 0.75, smile: -0.4, pitch: -0.6 }],
  [0.74, { y: 5, roll: 5, pitch: 0.5, browLeft: -0.2, browRight: 0.3, smile: 1, open: 0.35 }],
  [0.79, { y: 3, roll: 8, yaw: 0.3, left: 0, browLeft: -0.6, browRight: 0.5, smile: 1, open: 0.3 }],
  [0.85, { y: 2, roll: 8, yaw: 0.3, left: 0, browLeft: -0.6, browRight: 0.5, smile: 1, open: 0.3 }],
  [0.91, { y: 2, roll: 3, smile: 0.9, open: 0.1 }],
  [1, {}],
]);

/** When both eyes blink. */
const blinks = [0.075, 0.29, 0.53, 0.94];

/** From when to when the face talks. */
const talk = { from: 0.33, to: 0.53, syllables: 5 };

/**
 * @param {number} time 0..1
 * @returns {Pose}
 */
export function poseAt(time) {
  const pose = between(time);
  const lid = Math.min(...blinks.map((blink) => smooth(Math.abs(time - blink) / 0.022)));
  pose.left *= lid;
  pose.right *= lid;
  if (time > talk.from && time < talk.to) {
    const spoken = (time - talk.from) / (talk.to - talk.from);
    const voice = Math.sin(Math.PI * spoken);
    pose.open += voice * 0.55 * Math.abs(Math.sin(Math.PI * talk.syllables * spoken));
    pose.y += voice * 2.5 * Math.sin(2 * Math.PI * talk.syllables * spoken);
  }
  // Nobody sits quite still.
  pose.y += 1.2 * Math.sin(2 * Math.PI * 2 * time);
  return pose;
}

/**
 * The same scene the other way round in time and in the mirror: another performance.
 *
 * @param {number} time 0..1
 * @returns {Pose}
 */
export function mirroredPoseAt(time) {
  const pose = poseAt(1 - time);
  const { x, roll, yaw, gazeX, left, right, browLeft, browRight } = pose;
  const turned = { x: -x, roll: -roll, yaw: -yaw, gazeX: -gazeX };
  return { ...pose, ...turned, left: right, right: left, browLeft: browRight, browRight: browLeft };
}

/** @param {number} time */
function between(time) {
  const index = Math.max(
    beats.findIndex(([at]) => at > time),
    1,
  );
  const [[from, before], [to, after]] = [beats[index - 1], beats[index]];
  const part = smooth((time - from) / (to - from));
  const start = { ...rest, ...before };
  const end = { ...rest, ...after };
  const names = /** @type {(keyof Pose)[]} */ (Object.keys(rest));
  const mixed = names.map((name) => [name, start[name] + (end[name] - start[name]) * part]);
  return Object.fromEntries(mixed);
}

/** @param {number} value */
function smooth(value) {
  const within = Math.min(Math.max(value, 0), 1);
  return within * within * (3 - 2 * within);
}
