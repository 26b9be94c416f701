// The parts that both drawings share, as SVG text: eyes, brows and a mouth that follow a pose.

/** @typedef {import("./motion.js").Pose} Pose */

/**
 * @param {object} eye
 * @param {string} eye.id
 * @param {number} eye.x
 * @param {number} eye.y
 * @param {number} eye.width
 * @param {number} eye.height
 * @param {number} eye.open
 * @param {string} eye.iris
 * @param {string} eye.line
 * @param {Pose} pose
 */
export function eye({ id, x, y, width, height, open, iris, line }, pose) {
  const half = height * open;
  if (half < 2.5) {
    // Shut: a lash line that bends down like a smile.
    return `<path d="M${x - width} ${y + 2} Q${x} ${y + 9} ${x + width} ${y + 2}" fill="none" stroke="${line}"
      stroke-width="4" stroke-linecap="round"/>`;
  }
  const pupilX = x + pose.gazeX * width * 0.38 + pose.yaw * 1.5;
  const pupilY = y + pose.gazeY * height * 0.3 + pose.pitch * 2;
  const radius = Math.min(width, height) * 0.72;
  return `<clipPath id="${id}"><ellipse cx="${x}" cy="${y}" rx="${width}" ry="${half}"/></clipPath>
    <g clip-path="url(#${id})">
      <ellipse cx="${x}" cy="${y}" rx="${width}" ry="${half}" fill="#fffdf8"/>
      <circle cx="${pupilX}" cy="${pupilY}" r="${radius}" fill="${iris}"/>
      <circle cx="${pupilX}" cy="${pupilY}" r="${radius * 0.55}" fill="#1d1420"/>
      <circle cx="${pupilX + radius * 0.35}" cy="${pupilY - radius * 0.4}" r="${radius * 0.28}" fill="#fff"/>
    </g>
    <path d="M${x - width - 1} ${y - half * 0.25} Q${x} ${y - half * 1.75} ${x + width + 1} ${y - half * 0.25}"
      fill="none" stroke="${line}" stroke-width="4" stroke-linecap="round"/>`;
}

/**
 * @param {object} brow
 * @param {number} brow.x
 * @param {number} brow.y
 * @param {number} brow.width
 * @param {number} brow.raised
 * @param {number} brow.side -1 for the left of the picture, 1 for the right
 * @param {string} brow.color
 */
export function brow({ x, y, width, raised, side, color }) {
  const top = y - raised * 9;
  const inner = top + (raised < 0 ? -raised * 4 : -raised * 2);
  const outer = top + 1;
  const [start, end] = side < 0 ? [outer, inner] : [inner, outer];
  return `<path d="M${x - width} ${start} Q${x} ${top - 8 - raised * 3} ${x + width} ${end}" fill="none"
    stroke="${color}" stroke-width="6" stroke-linecap="round"/>`;
}

/**
 * @param {object} mouth
 * @param {string} mouth.id
 * @param {number} mouth.x
 * @param {number} mouth.y
 * @param {number} mouth.width
 * @param {string} mouth.line
 * @param {boolean} mouth.teeth
 * @param {Pose} pose
 */
export function mouth({ id, x, y, width, line, teeth }, pose) {
  const half = width * (1 + 0.3 * pose.smile) * (1 - 0.12 * pose.open);
  const corner = y - pose.smile * 6;
  const upper = y + pose.smile * 5 - pose.open * 5;
  const lower = upper + pose.open * 46 + pose.smile * 3;
  const closed = `M${x - half} ${corner} Q${x} ${upper + pose.smile * 16} ${x + half} ${corner}`;
  if (pose.open < 0.06) {
    return `<path d="${closed}" fill="none" stroke="${line}" stroke-width="4.5" stroke-linecap="round"/>`;
  }
  const shape = `M${x - half} ${corner} Q${x} ${upper} ${x + half} ${corner}
    C${x + half * 0.9} ${lower} ${x - half * 0.9} ${lower} ${x - half} ${corner} Z`;
  const row = `<rect x="${x - half}" y="${corner - 12}" width="${half * 2}" height="${14 + pose.smile * 5}" rx="4" fill="#fffdf8"/>`;
  return `<clipPath id="${id}"><path d="${shape}"/></clipPath>
    <g clip-path="url(#${id})">
      <path d="${shape}" fill="#5c1a2b"/>
      <ellipse cx="${x}" cy="${lower - 2}" rx="${half * 0.6}" ry="${6 + pose.open * 8}" fill="#e8707a"/>
      ${teeth ? row : ""}
    </g>
    <path d="${shape}" fill="none" stroke="${line}" stroke-width="4" stroke-linejoin="round"/>`;
}
