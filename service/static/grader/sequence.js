// Ink as a sequence of fixed length, the input of the recognizer.

import { SEQUENCE } from "./constants.js";
import { joined, pointAt } from "./curves.js";
import { clip, hypot, range } from "./numbers.js";

const { PEN_UP_MEASURE, STEPS } = SEQUENCE;
export const WIDTH = SEQUENCE.FEATURES.length; // numbers of a sample

/** The sequences of inks, one after the other: a Float32Array of STEPS times WIDTH for each. */
export function sequencesOf(inks) {
  const size = STEPS * WIDTH;
  const all = new Float32Array(inks.length * size);
  inks.forEach((ink, at) => all.set(sequenceOf(ink), at * size));
  return all;
}

/** Samples evenly spaced along the pen-down length; each pen lift counts as PEN_UP_MEASURE. */
function sequenceOf({ strokes }) {
  const curves = strokes.map(({ points }) => points);
  // A lone point is repeated, to make two.
  const isLone = curves.length === 1 && curves[0].length === 2;
  const points = joined(isLone ? [curves[0], curves[0]] : curves);
  const stroke = curves.flatMap((curve, at) => Array((isLone ? 2 : 1) * (curve.length / 2)).fill(at));
  const plane = normalised(points, stroke);
  const features = new Float32Array(STEPS * WIDTH);
  let [last, position, since] = [-1, null, 0];
  positionsOf(plane, stroke).forEach(({ segment, fraction, isOnStroke }, step) => {
    const [x, y] = pointAt(plane, segment);
    const [u, v] = pointAt(plane, segment + 1);
    const ahead = [Math.fround(u - x), Math.fround(v - y)];
    const here = [Math.fround(x + fraction * ahead[0]), Math.fround(y + fraction * ahead[1])];
    const length = Math.max(hypot(...ahead), 1e-6);
    const tangent = isOnStroke ? ahead.map((one) => one / length) : [0, 0];
    const moved = position ? here.map((one, axis) => (one - position[axis]) * 4) : [0, 0];
    const own = stroke[segment + (fraction >= 0.5 ? 1 : 0)];
    if (own !== last) since = step;
    const progress = Math.min((step - since) / 8, 2);
    const sample = [...here, ...moved, ...tangent, own === last ? 0 : 1, progress];
    features.set(sample.map((one) => clip(one, -8, 8)), step * WIDTH);
    [last, position] = [own, here];
  });
  return features;
}

/** Points with mean 0 and spread 1 within the ink, by the length of its segments. */
function normalised(points, stroke) {
  const count = stroke.length;
  // The step from each point to the next one; 0 where the pen is in the air.
  const steps = range(count).map((at) => {
    if (stroke[at + 1] !== stroke[at]) return [0, 0];
    return [points[2 * at + 2] - points[2 * at], points[2 * at + 3] - points[2 * at + 1]];
  });
  const lengths = steps.map((step) => hypot(...step));
  // The points of an ink without any length weigh the same.
  const least = lengths.reduce((total, one) => total + one, 0) * 1e-9 + 1e-30;
  const whole = lengths.reduce((total, one) => total + one + least, 0);
  const weights = lengths.map((one) => (one + least) / whole);
  const middles = steps.map(([x, y], at) => [points[2 * at] + x / 2, points[2 * at + 1] + y / 2]);
  const over = (value) => weights.reduce((total, weight, at) => total + weight * value(at), 0);
  const mean = [0, 1].map((axis) => over((at) => middles[at][axis]));
  // The second terms are the variance within a segment.
  const variances = [0, 1].map((axis) =>
    over((at) => (middles[at][axis] - mean[axis]) ** 2 + steps[at][axis] ** 2 / 12),
  );
  const spread = Math.max(Math.sqrt(Math.max(...variances)), 1e-6 * hypot(...mean) + 1e-30);
  return points.map((value, at) => Math.fround((value - mean[at % 2]) / spread));
}

/** Where the samples lie: the segment, the fraction of it, and whether the pen is down. */
function positionsOf(plane, stroke) {
  const last = stroke.length - 1;
  const isLift = (at) => stroke[at] !== stroke[at - 1];
  // measures[at] leads from point at - 1 to point at.
  const measures = stroke.map((_, at) => {
    if (at === 0) return 0;
    if (isLift(at)) return PEN_UP_MEASURE;
    return hypot(plane[2 * at] - plane[2 * at - 2], plane[2 * at + 1] - plane[2 * at - 1]);
  });
  let total = 0;
  const along = measures.map((one) => (total += one));
  const length = Math.max(total, 1e-6);
  let segment = 0;
  return range(STEPS).map((step) => {
    const target = length * ((step + 0.5) / STEPS);
    while (segment < last - 1 && along[segment + 1] <= target) segment += 1;
    const fraction = (target - along[segment]) / Math.max(measures[segment + 1], 1e-9);
    const isOnStroke = !isLift(segment + 1);
    const whole = isOnStroke ? fraction : Number(fraction >= 0.5);
    return { segment, fraction: Math.fround(clip(whole, 0, 1)), isOnStroke };
  });
}
