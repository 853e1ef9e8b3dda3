// A curve is a Float64Array x0, y0, x1, y1, ...; x runs right and y down.

import { range } from "./numbers.js";

/** The curve of points [x, y]. */
export function curveOf(points) {
  const curve = new Float64Array(2 * points.length);
  points.forEach(([x, y], at) => curve.set([x, y], 2 * at));
  return curve;
}

/** The points [x, y] of a curve. */
export const pointsOf = (curve) => range(curve.length / 2).map((at) => pointAt(curve, at));

/** Point `at` of a curve; from the end where it is negative. */
export function pointAt(curve, at) {
  const index = at < 0 ? curve.length + 2 * at : 2 * at;
  return [curve[index], curve[index + 1]];
}

/** The curve from its end to its start. */
export function reversed(curve) {
  const turned = new Float64Array(curve.length);
  for (let at = 0; at < curve.length; at += 2) {
    turned[at] = curve[curve.length - 2 - at];
    turned[at + 1] = curve[curve.length - 1 - at];
  }
  return turned;
}

/** Whether two lists hold the same curves, and not only equal ones. */
export const sameCurves = (own, others) =>
  own.length === others.length && own.every((curve, n) => curve === others[n]);

/** Several curves as one. */
export function joined(curves) {
  const whole = new Float64Array(curves.reduce((length, curve) => length + curve.length, 0));
  let at = 0;
  for (const curve of curves) {
    whole.set(curve, at);
    at += curve.length;
  }
  return whole;
}

/** Every point (x, y) moved and scaled: each number of `scale` and `offset` is of one axis. */
export function placed(curve, [scale, offset]) {
  const moved = new Float64Array(curve.length);
  for (let at = 0; at < curve.length; at += 1) {
    moved[at] = curve[at] * scale[at % 2] + offset[at % 2];
  }
  return moved;
}

/** The bounding box of curves: {low, high}, each [x, y]. */
export function boxOf(curves) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (const curve of curves) {
    for (let at = 0; at < curve.length; at += 1) {
      const axis = at % 2;
      if (curve[at] < low[axis]) low[axis] = curve[at];
      if (curve[at] > high[axis]) high[axis] = curve[at];
    }
  }
  return { low, high };
}

/** The longer side of the box of curves of float32 numbers, as float32. */
export function longerSide(curves) {
  const { low, high } = boxOf(curves);
  return Math.max(...[0, 1].map((axis) => Math.fround(high[axis] - low[axis])));
}
