// The handakuten of ぱ as the recognizer knows it, however it was drawn.
//
// The references draw it from the bottom and clockwise. A ring has no start and no direction, but the
// network reads points in the order drawn and takes another ring for dots: ぱ for ば.

import { HANDAKUTEN } from "../constants.js";
import { boxOf, curveOf, longerSide } from "../curves.js";
import { turnedLike } from "../matching/rings.js";
import { curvesOf } from "../reference.js";

/** `ink`, whose last stroke is from the bottom and clockwise where it is a small ring, upper right. */
export function withPlainHandakuten(ink) {
  const curves = curvesOf(ink);
  const last = curves.at(-1);
  if (curves.length < 2 || last.length < 6) return ink;
  const isSmall = longerSide([last]) <= HANDAKUTEN.LARGEST_SIDE * longerSide(curves);
  if (!isSmall || !isUpperRight(curves)) return ink;
  const turned = turnedLike(last, CIRCLE);
  if (!turned) return ink;
  return { strokes: [...ink.strokes.slice(0, -1), { points: turned.curve.map(Math.fround) }] };
}

/** Whether the centre of the last stroke is right of the middle of all and above it. */
function isUpperRight(curves) {
  const [whole, own] = [boxOf(curves), boxOf(curves.slice(-1))];
  const [x, y] = [0, 1].map(
    (axis) => own.low[axis] + own.high[axis] - whole.low[axis] - whole.high[axis],
  );
  return x > 0 && y < 0;
}

const CIRCLE = curveOf(HANDAKUTEN.CIRCLE);
