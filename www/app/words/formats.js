// Numbers, sizes and times as the chosen language writes them, by `Intl`.

import { currentLocale, t } from "./text.js";

const MINUTE = 60;

/** @param {number} value @param {Intl.NumberFormatOptions} [options] */
export function number(value, options) {
  return new Intl.NumberFormat(currentLocale(), options).format(value);
}

/** @param {number} fraction */
export const percent = (fraction) => number(fraction, { style: "percent", maximumFractionDigits: 0 });

/** Minutes and seconds, as on a stopwatch. @param {number} seconds */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${number(Math.floor(whole / MINUTE), { useGrouping: false })}:${number(whole % MINUTE, { minimumIntegerDigits: 2 })}`;
}

/** @param {number} bytes */
export function fileSize(bytes) {
  const [unit, divisor] = bytes < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  return number(bytes / Number(divisor), {
    style: "unit",
    unit: String(unit),
    unitDisplay: "short",
    maximumFractionDigits: bytes < 1e7 && bytes >= 1e6 ? 1 : 0,
  });
}

/** @param {number} seconds */
export const length = (seconds) =>
  number(seconds, { style: "unit", unit: "second", unitDisplay: "short", maximumFractionDigits: 1 });

/** @param {number} width @param {number} height */
export const size = (width, height) =>
  `${number(width, { useGrouping: false })} × ${number(height, { useGrouping: false })}`;

/** "3 minutes ago". @param {number} then ms since the epoch */
export function ago(then) {
  const seconds = (then - Date.now()) / 1000;
  const units = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ]);
  const [unit, divisor] = units.find(([, divisor]) => Math.abs(seconds) >= divisor) ?? ["second", Infinity];
  return new Intl.RelativeTimeFormat(currentLocale(), { numeric: "auto" }).format(
    Math.round(seconds / divisor) || 0,
    unit,
  );
}

/** A moment, for when something is gone. @param {number} then ms since the epoch */
export function moment(then) {
  return new Intl.DateTimeFormat(currentLocale(), { dateStyle: "medium", timeStyle: "short" }).format(then);
}

/** A range of time left, in seconds below two minutes and in minutes above. @param {{ low: number, high: number }} left seconds */
export function timeRange({ low, high }) {
  const inMinutes = high >= 2 * MINUTE;
  const [from, to] = inMinutes
    ? [Math.floor(low / MINUTE), Math.ceil(high / MINUTE)]
    : [Math.floor(low / 5) * 5, Math.ceil(high / 5) * 5];
  const format = new Intl.NumberFormat(currentLocale(), {
    style: "unit",
    unit: inMinutes ? "minute" : "second",
    unitDisplay: "long",
  });
  if (from <= 0 || from >= to) return t("left.under", { time: format.format(Math.max(to, 5)) });
  return t("left.range", { range: format.formatRange(from, to) });
}
