// Where the reference lies on what was drawn.

import { SIDE } from "./pen.js";

const LEAST_EXTENT = 0.25; // of the box; strokes that cover less say nothing about the size
const SCALES = [0.5, 1.5];

/** A function from the unit box to the canvas, that lays strokes `done` of the card on the ink. */
export function placement(card, drawn, done) {
  const plain = ([x, y]) => [x * SIDE, y * SIDE];
  if (!drawn.length || !done.length) return plain;
  const wanted = box(done.flatMap((index) => card.strokes[index].points));
  const found = box(drawn.flatMap(({ x, y }) => x.map((one, i) => [one / SIDE, y[i] / SIDE])));
  const ratio = found.extent / Math.max(wanted.extent, 1e-6);
  const [least, most] = SCALES;
  const scale = wanted.extent < LEAST_EXTENT ? 1 : Math.min(most, Math.max(least, ratio));
  return ([x, y]) => [
    (found.x + (x - wanted.x) * scale) * SIDE,
    (found.y + (y - wanted.y) * scale) * SIDE,
  ];
}

function box(points) {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
  const extent = Math.max(right - left, bottom - top);
  return { x: (left + right) / 2, y: (top + bottom) / 2, extent };
}
