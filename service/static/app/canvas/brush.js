// A stroke as a shape: broad where the pen was slow or pressed, narrow where it was fast.

import { getStroke } from "/static/vendor/perfect-freehand-1.2.3.js";

const WIDTH = 42; // of a stroke at medium pressure, in units of the canvas

const paths = new WeakMap(); // of strokes that have ended

/** The Path2D of a stroke {x, y, p, hasPressure}. */
export function brushPath(stroke, isEnded = true) {
  if (!isEnded) return pathOf(stroke, false);
  if (!paths.has(stroke)) paths.set(stroke, pathOf(stroke, true));
  return paths.get(stroke);
}

function pathOf({ x, y, p, hasPressure = false }, isEnded) {
  const points = x.map((one, index) => [one, y[index], p?.[index] ?? 0.5]);
  const outline = getStroke(points, {
    size: WIDTH,
    thinning: 0.55,
    smoothing: 0.6,
    streamline: 0.35,
    simulatePressure: !hasPressure,
    last: isEnded,
    end: { taper: isEnded ? 18 : 0, cap: true },
  });
  const path = new Path2D();
  outline.forEach(([u, v], index) => (index ? path.lineTo(u, v) : path.moveTo(u, v)));
  path.closePath();
  return path;
}
