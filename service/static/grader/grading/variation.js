// How people vary when they write a stroke: where it is, how long, and which way it runs.
//
// Four deviations describe a drawn stroke in the box of its character: its place across and down,
// the logarithm of its length, and its turn in radians. Together they are one Gaussian per
// character. Lists of 4R numbers have R of the first deviation, then R of the second, and so on.

import { TABLE, VARIATION } from "../constants.js";
import { pointAt } from "../curves.js";
import { part, zeros } from "../linear.js";
import { centreOf } from "../matching/geometry.js";
import { hypot, range } from "../numbers.js";

const { DEVIATIONS, FREE, LENGTH_FLOOR } = VARIATION;

/**
 * What the model needs of each reference stroke, a curve in boxes: {centre, length, stretch}.
 *
 * `length`: that of a straight stroke as widely spread. `stretch`: [along, across], how a stretch
 * of the character turns and lengthens the stroke.
 */
export function shapeOf(curve) {
  const centre = centreOf(curve);
  const count = curve.length / 2;
  let [squares, along, across] = [0, 0, 0];
  for (const at of range(count)) {
    const [x, y] = pointAt(curve, at);
    const [u, v] = [x - centre[0], y - centre[1]];
    squares += u * u + v * v;
    along += u * u - v * v;
    across += 2 * u * v;
  }
  const spread = Math.max(squares, 1e-12);
  const length = 2 * Math.sqrt((3 * spread) / count);
  return { centre, length, stretch: [along / spread, across / spread] };
}

/**
 * The distribution for the strokes of `reference`, which have `shapes`: {mean, covariance, affine},
 * of 4R numbers, (4R, 4R) and (4R, 6).
 */
export function variation(reference, shapes) {
  const affine = affineEffects(shapes);
  const spread = [FREE, TABLE.turn, TABLE.stretch, TABLE.shear, FREE, FREE].map((one) => one ** 2);
  const covariance = shared(shapes);
  affine.forEach((row, i) => {
    affine.forEach((other, j) => {
      let total = 0;
      for (let at = 0; at < spread.length; at += 1) total += row[at] * spread[at] * other[at];
      covariance[i][j] += total;
    });
  });
  const scale = baseSpread(shapes);
  const values = own(reference);
  const mean = new Float64Array(affine.length);
  for (const kind of range(DEVIATIONS)) {
    shapes.forEach((_, n) => {
      const at = kind * shapes.length + n;
      mean[at] = values[n][kind] * scale[n][kind];
      covariance[at][at] += (values[n][DEVIATIONS + kind] * scale[n][kind]) ** 2;
    });
  }
  return { mean, covariance, affine };
}

/** The distribution of some of the strokes alone. */
export function variationOf({ mean, covariance, affine }, strokes) {
  const count = mean.length / DEVIATIONS;
  const rows = range(DEVIATIONS).flatMap((kind) => strokes.map((n) => n + count * kind));
  return {
    mean: Float64Array.from(rows, (row) => mean[row]),
    covariance: part(covariance, rows),
    affine: rows.map((row) => affine[row]),
  };
}

/** (4R, 6): what a little size, turn, stretch, shear and place add to the deviations. */
function affineEffects(shapes) {
  const columns = ({ centre: [x, y], length, stretch: [along, across] }) => {
    const floored = length / (length + LENGTH_FLOOR);
    return [
      [x, y, floored, 0],
      [-y, x, 0, 1],
      [x, -y, along * floored, -across],
      [y, x, across * floored, along],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ];
  };
  const each = shapes.map(columns);
  return range(DEVIATIONS).flatMap((kind) =>
    each.map((own) => Float64Array.from(own, (column) => column[kind])),
  );
}

/** (4R, 4R): the covariance by which neighbouring strokes deviate together. */
function shared(shapes) {
  const count = shapes.length;
  const covariance = zeros(DEVIATIONS * count, DEVIATIONS * count);
  shapes.forEach(({ centre: [x, y] }, i) => {
    shapes.forEach(({ centre: [u, v] }, j) => {
      const near = Math.exp(-(hypot(x - u, y - v) ** 2) / (2 * TABLE.reach ** 2));
      TABLE.shared.forEach((spread, kind) => {
        covariance[kind * count + i][kind * count + j] = spread ** 2 * near;
      });
    });
  });
  return covariance;
}

/** For each stroke the standard deviations by itself, before its type and component. */
function baseSpread(shapes) {
  const place = TABLE.place * (shapes.length / VARIATION.USUAL_STROKES) ** -TABLE.place_power;
  return shapes.map(({ length }) => {
    const inverse = 1 / (length + LENGTH_FLOOR);
    const [size, turn] = [TABLE.length, TABLE.direction];
    return [place, place, hypot(size[0], size[1] * inverse), hypot(turn[0], turn[1] * inverse)];
  });
}

/** For each stroke 4 means and 4 spreads by itself, over the base spread. */
function own(reference) {
  const keys = componentKeys(reference);
  return reference.strokes.map(({ type }, n) => {
    const kind = type.slice(0, 1) + (type.includes("/") ? "/" : "");
    return TABLE.components[keys[n]] ?? TABLE.types[kind] ?? VARIATION.NOTHING_KNOWN;
  });
}

/** For each stroke its smallest component of two strokes or more, and its place there: 扌2. */
function componentKeys({ character, strokes, components }) {
  const keys = strokes.map((_, n) => `${character}${n}`);
  const sizes = strokes.map(() => strokes.length + 1);
  for (const component of components ? walk(components) : []) {
    const size = component.strokes.length;
    if (!component.element || size < 2) continue;
    component.strokes.forEach((stroke, place) => {
      if (stroke >= keys.length || size >= sizes[stroke]) return;
      [sizes[stroke], keys[stroke]] = [size, `${component.element}${place}`];
    });
  }
  return keys;
}

const walk = (component) => [component, ...(component.parts ?? []).flatMap(walk)];
