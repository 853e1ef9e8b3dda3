// How a stroke ends: with a stop, a hook or a sweep.
//
// A hook is seen in the line, which turns back. A stop and a sweep are seen in the times: a pen that
// stops slows down and rests; a pen that sweeps leaves the paper while it moves.

import { ENDINGS as TABLE } from "../constants.js";
import { argmax, degrees, range, roundScaled } from "../numbers.js";
import { distanceAlong, norm, resample } from "../matching/geometry.js";

const { ENDINGS, END_FRACTION, HOOK_STEPS, LEAST_POINTS, MIDDLE, STEPS } = TABLE;

/**
 * What is wrong with how the stroke `drawn` ends: {wanted, drawn}; null where nothing is wrong or
 * nothing can be judged. `side`: the longer side of the drawn character.
 */
export function wrongEnding(drawn, reference, side) {
  const accepted = acceptedEndings(reference.type);
  if (!accepted.length || !drawn.t || drawn.t.length < LEAST_POINTS) return null;
  const [wanted] = ENDINGS.filter((ending) => accepted.includes(ending));
  const seen = endingBySpeed(drawn.points, drawn.t);
  const { turn, length } = turnAtEnd(drawn.points);
  const wantedTurn = turnAtEnd(reference.points).turn;
  const hasHook = Math.abs(wantedTurn) > TABLE.REFERENCE_HOOK_DEGREES;
  if (wanted === "hook") {
    const isMissing = hasHook && turn * Math.sign(wantedTurn) < TABLE.HOOK_DEGREES;
    return isMissing ? { wanted, drawn: seen ?? "stop" } : null;
  }
  const isStray =
    Math.abs(turn) > TABLE.STRAY_HOOK_DEGREES && length > TABLE.STRAY_HOOK_LENGTH * side;
  if (Math.abs(wantedTurn) < TABLE.REFERENCE_HOOK_DEGREES && isStray) {
    return { wanted, drawn: "hook" };
  }
  return seen && !accepted.includes(seen) ? { wanted, drawn: seen } : null;
}

/** The sharpest turn near the end of a curve, in degrees clockwise, and the length after it. */
function turnAtEnd(curve) {
  const line = resample(curve, STEPS + 1);
  const x = (at) => line[2 * at];
  const y = (at) => line[2 * at + 1];
  const [fewest, most] = HOOK_STEPS;
  const hooks = range(most - fewest + 1).map((n) => {
    const corner = STEPS - most + n;
    const [u, v] = [x(STEPS) - x(corner), y(STEPS) - y(corner)];
    const body = corner - TABLE.BODY_STEPS;
    const [p, q] = [x(corner) - x(body), y(corner) - y(body)];
    return { turn: degrees(Math.atan2(p * v - q * u, p * u + q * v)), length: norm(u, v) };
  });
  return hooks[argmax(hooks.map(({ turn }) => roundScaled(Math.abs(turn), TABLE.TURN_DECIMALS)))];
}

/** The endings of a type such as ㇐a, or of ㇑/㇒, which may be either; empty if unknown. */
function acceptedEndings(type) {
  const each = type.split("/").map((one) => TABLE.ENDINGS_OF_TYPE[one.slice(0, 1)] ?? []);
  return each.every((endings) => endings.length) ? each.flat() : [];
}

/** "stop" or "sweep" by the times, or null where they do not decide. */
function endingBySpeed(points, t) {
  const speed = endSpeed(points, t);
  if (speed === null || (TABLE.STOP_SPEED <= speed && speed <= TABLE.SWEEP_SPEED)) return null;
  return speed > TABLE.SWEEP_SPEED ? "sweep" : "stop";
}

/** The speed at the end, with the rest there, over the speed in the middle; null if unknown. */
function endSpeed(points, t) {
  const along = distanceAlong(points);
  const moving = range(t.length).filter((at) => at === 0 || along[at] > along[at - 1]);
  const isBack = t.some((time, at) => at > 0 && time < t[at - 1]);
  if (isBack || moving.length < LEAST_POINTS) return null;
  const fractions = [...MIDDLE, 1 - END_FRACTION];
  const [first, last, end] = fractions.map((one) => timeAt(one * along.at(-1), along, t, moving));
  if (last <= first || t.at(-1) <= end) return null;
  const middle = (fractions[1] - fractions[0]) / (last - first);
  return END_FRACTION / (t.at(-1) - end) / middle;
}

/** The time at which the pen had come this far, between the points `moving`. */
function timeAt(length, along, t, moving) {
  const at = moving.findLastIndex((one) => along[one] <= length);
  const [from, to] = [moving[at], moving[at + 1]];
  if (to === undefined || along[from] === length) return t[from];
  const slope = (t[to] - t[from]) / (along[to] - along[from]);
  return slope * (length - along[from]) + t[from];
}
