// Ink: the strokes of one character, in the order and direction in which they were drawn.
//
// A stroke is {points, t}: a curve of float32 numbers, and its times in ms or null.

import { INK } from "./constants.js";
import { boxOf, joined } from "./curves.js";

/** An ink from the columns of each stroke: [{x, y, t}], arrays of numbers; `t` may be missing. */
export function inkFromColumns(columns) {
  const strokes = columns.map(({ x, y, t }) => {
    const points = new Float64Array(2 * x.length);
    for (let at = 0; at < x.length; at += 1) {
      points[2 * at] = x[at];
      points[2 * at + 1] = y[at];
    }
    return { points, t: t ? Float64Array.from(t) : null };
  });
  const origin = originOf(strokes.map(({ points }) => points));
  const first = strokes.find(({ t }) => t)?.t[0] ?? 0;
  const start = Math.abs(first) > INK.WHOLE_MS ? first : 0;
  return {
    strokes: strokes.map(({ points, t }) => ({
      points: points.map((value, at) => Math.fround(value - origin[at % 2])),
      t: t && t.map((value) => Math.fround(value - start)),
    })),
  };
}

/** The point to subtract before the numbers become float32: that far inks keep their shape. */
function originOf(curves) {
  const { low, high } = boxOf(curves);
  const side = Math.max(high[0] - low[0], high[1] - low[1]);
  const farthest = joined(curves).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return 0 < INK.MAX_OFFSET * side && INK.MAX_OFFSET * side < farthest ? low : [0, 0];
}
