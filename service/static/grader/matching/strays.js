// Strokes that lie far from the character, such as the touch of a palm.

import { STRAYS } from "../constants.js";
import { boxOf, joined } from "../curves.js";
import { argsort } from "../numbers.js";
import { centreOf, distance, lengthOf } from "./geometry.js";

/**
 * The indexes of the strokes `ink`, resampled curves, without the one or two that are far from the
 * rest: a list for each way. Nothing where no stroke is far.
 */
export function withoutFarStrokes(ink) {
  const order = byDistance(ink);
  // Of the box of the nearest stroke, of the two nearest, ...
  const sides = order.map((_, n) => sideOf(order.slice(0, n + 1).map((at) => ink[at])));
  const ways = [];
  let side = sides.at(-1);
  const fewest = Math.max(ink.length - 1 - STRAYS.MAX_STRAYS, 0);
  for (let count = ink.length - 1; count > fewest; count -= 1) {
    if (sides[count - 1] >= STRAYS.FAR_SIDE * side) continue;
    ways.push(order.slice(0, count).sort((a, b) => a - b));
    side = sides[count - 1];
  }
  return ways;
}

function sideOf(curves) {
  const { low, high } = boxOf(curves);
  return Math.max(high[0] - low[0], high[1] - low[1]);
}

/** The strokes by the distance of their centres from the middle of the ink, the nearest first. */
function byDistance(ink) {
  const middle = [0, 1].map((axis) => weightedMedian(ink, axis));
  return argsort(ink.map((curve) => distance(centreOf(curve), middle)));
}

/** The median of all points on one axis, each weighted by the length of its stroke. */
function weightedMedian(ink, axis) {
  const all = joined(ink);
  const values = new Float64Array(all.length / 2);
  for (let at = 0; at < values.length; at += 1) values[at] = all[2 * at + axis];
  const weights = new Float64Array(values.length);
  let from = 0;
  for (const curve of ink) {
    weights.fill(lengthOf(curve) + 1e-9, from, (from += curve.length / 2));
  }
  const order = argsort(values);
  let total = 0;
  const cumulative = order.map((at) => (total += weights[at]));
  return values[order[cumulative.findIndex((weight) => !(weight < total / 2))]];
}
