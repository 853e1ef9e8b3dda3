// Resampling, normalising, distances, and fitting one set of curves to another.

import { GEOMETRY } from "../constants.js";
import { boxOf } from "../curves.js";
import { hypot, sum } from "../numbers.js";

const ROOM = new Float64Array(64); // for what is summed at once: thousands of curves are compared

/** Room for `count` numbers until the next call. */
const roomFor = (count) => (count <= ROOM.length ? ROOM : new Float64Array(count));

/** A curve of `count` points at equal steps of arc length; a dot is repeated. */
export function resample(curve, count) {
  const along = distanceAlong(curve);
  const last = along.length - 1;
  const step = along[last] / (count - 1);
  const resampled = new Float64Array(2 * count);
  let before = 0;
  for (let at = 0; at < count; at += 1) {
    const target = at === count - 1 ? along[last] : at * step;
    while (before < last && along[before + 1] <= target) before += 1;
    for (let axis = 0; axis < 2; axis += 1) {
      const first = curve[2 * before + axis];
      resampled[2 * at + axis] = first;
      if (before === last || along[before] === target) continue;
      const slope = (curve[2 * before + 2 + axis] - first) / (along[before + 1] - along[before]);
      resampled[2 * at + axis] = slope * (target - along[before]) + first;
    }
  }
  return resampled;
}

export const resampleAll = (curves, count) => curves.map((curve) => resample(curve, count));

/** Arc length from the first point to each. */
export function distanceAlong(curve) {
  const along = new Float64Array(curve.length / 2);
  for (let at = 1; at < along.length; at += 1) {
    const x = curve[2 * at] - curve[2 * at - 2];
    along[at] = along[at - 1] + hypot(x, curve[2 * at + 1] - curve[2 * at - 1]);
  }
  return along;
}

/** The curves moved and scaled so that their box is the unit box; a thin one stays thin. */
export function toBox(curves) {
  const { low, high } = boxOf(curves);
  const sides = [high[0] - low[0], high[1] - low[1]];
  const shortest = Math.max(GEOMETRY.LEAST_SIDE * Math.max(...sides), 1e-9);
  const scale = sides.map((side) => Math.max(side, shortest));
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  return curves.map((curve) =>
    curve.map((value, at) => (value - middle[at % 2]) / scale[at % 2] + 0.5),
  );
}

/** Arc length of a curve. */
export function lengthOf(curve) {
  const count = curve.length / 2 - 1;
  const steps = roomFor(count);
  for (let at = 0; at < count; at += 1) {
    steps[at] = norm(curve[2 * at + 2] - curve[2 * at], curve[2 * at + 3] - curve[2 * at + 1]);
  }
  return sum(steps, 0, count);
}

/** The length of (x, y), as a root of squares. */
export const norm = (x, y) => Math.sqrt(x * x + y * y);

/** The distance of two points. */
export const distance = (a, b) => norm(a[0] - b[0], a[1] - b[1]);

/** The mean point of a curve. */
export function centreOf(curve) {
  let [x, y] = [0, 0];
  for (let at = 0; at < curve.length; at += 2) {
    x += curve[at];
    y += curve[at + 1];
  }
  return [x / (curve.length / 2), y / (curve.length / 2)];
}

/** Curves, with what is measured of them once for many comparisons. */
export class Measured {
  constructor(curves) {
    this.curves = curves;
    this.centres = curves.map(centreOf);
    this.centred = curves.map((curve, n) => without(curve, this.centres[n]));
    this.lengths = curves.map(lengthOf);
  }
}

/** A curve with a point taken from each of its points. */
export function without(curve, [x, y]) {
  const moved = new Float64Array(curve.length);
  for (let at = 0; at < curve.length; at += 2) {
    moved[at] = curve[at] - x;
    moved[at + 1] = curve[at + 1] - y;
  }
  return moved;
}

/** The mean distance of corresponding points of two curves. */
export function meanDistance(a, b) {
  const count = a.length / 2;
  const distances = roomFor(count);
  for (let at = 0; at < count; at += 1) {
    distances[at] = norm(a[2 * at] - b[2 * at], a[2 * at + 1] - b[2 * at + 1]);
  }
  return sum(distances, 0, count) / count;
}

/**
 * Least-squares scale and offset of each axis that map the curves `source` onto `target`.
 *
 * Returns [[x, y], [x, y]]. Scales lie between 1 / `stretch` and `stretch`. An axis along which
 * `source` has little spread takes the scale of the other axis.
 */
export function fit(source, target, stretch) {
  const [meanA, meanB] = [meanOf(source), meanOf(target)];
  const spread = [0, 0];
  const covariance = [0, 0];
  source.forEach((curve, n) => {
    for (let at = 0; at < curve.length; at += 1) {
      const axis = at % 2;
      const a = curve[at] - meanA[axis];
      spread[axis] += a * a;
      covariance[axis] += a * (target[n][at] - meanB[axis]);
    }
  });
  const common = (covariance[0] + covariance[1]) / Math.max(spread[0] + spread[1], 1e-9);
  // Draws the scale of a thin axis to the common scale.
  const weight = 0.05 * Math.max(spread[0], spread[1], 1e-9);
  const scale = [0, 1].map((axis) => {
    const wanted = (covariance[axis] + weight * common) / (spread[axis] + weight);
    return Math.min(Math.max(wanted, 1 / stretch), stretch);
  });
  return [scale, [0, 1].map((axis) => meanB[axis] - scale[axis] * meanA[axis])];
}

function meanOf(curves) {
  const total = [0, 0];
  let count = 0;
  for (const curve of curves) {
    for (let at = 0; at < curve.length; at += 1) total[at % 2] += curve[at];
    count += curve.length / 2;
  }
  return [total[0] / count, total[1] / count];
}
