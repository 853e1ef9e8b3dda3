// How people vary when they write a stroke: where it is, how long, and which way it runs.
//
// Four deviations describe a drawn stroke in the box of its character: its place across and down,
// the logarithm of its length, and its turn in radians. Together they are one Gaussian per
// character. Lists of 4R numbers have R of the first deviation, then R of the second, and so on.

import { TABLE, VARIATION } from "../constants.js";
import { pointAt } from "../curves.js";
import { zeros } from "../linear.js";
import { centreOf } from "../matching/geometry.js";
import { hypot, range } from "../numbers.js";

const { DEVIATIONS, FIRST, FREE, LENGTH_FLOOR, SECOND, WARP_STEP } = VARIATION;

/**
 * What the model needs of a reference stroke, a curve in boxes: {curve, centre, length, spread,
 * stretch, floored}.
 *
 * `length`: that of a straight stroke as widely spread. `spread`: sum of the squared distances from
 * the centre. `stretch`: [along, across], how a stretch of the character turns and lengthens the
 * stroke. `floored`: how much of its growth its deviation in length shows.
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
  const stretch = [along / spread, across / spread];
  return { curve, centre, length, spread, stretch, floored: length / (length + LENGTH_FLOOR) };
}

/**
 * The distribution for the strokes of `reference`, which have `shapes`: {mean, covariance}, of 4R
 * numbers and (4R, 4R).
 */
export function variation(reference, shapes) {
  const count = shapes.length;
  const covariance = warped(shapes);
  add(covariance, affineCovariance(shapes));
  add(covariance, shared(shapes));
  const scale = baseSpread(shapes);
  const mean = new Float64Array(DEVIATIONS * count);
  own(reference).forEach(({ means, covariances }, n) => {
    for (const a of range(DEVIATIONS)) {
      mean[a * count + n] = means[a] * scale[n][a];
      for (const b of range(DEVIATIONS)) {
        covariance[a * count + n][b * count + n] += covariances[a][b] * scale[n][a] * scale[n][b];
      }
    }
  });
  return { mean, covariance };
}

function add(matrix, other) {
  matrix.forEach((row, at) => other[at].forEach((value, column) => (row[column] += value)));
}

/** (4R, 4R): the covariance by which the whole is placed, sized, stretched, turned and sheared. */
function affineCovariance(shapes) {
  const spread = [FREE, TABLE.turn, TABLE.stretch, TABLE.shear, FREE, FREE].map((one) => one ** 2);
  const effects = affineEffects(shapes);
  return effects.map((row) =>
    Float64Array.from(effects, (other) =>
      spread.reduce((total, one, at) => total + row[at] * one * other[at], 0),
    ),
  );
}

/** (4R, 6): what a little size, turn, stretch, shear and place add to the deviations. */
export function affineEffects(shapes) {
  const columns = ({ centre: [x, y], floored, stretch: [along, across] }) => [
    [x, y, floored, 0],
    [-y, x, 0, 1],
    [x, -y, along * floored, -across],
    [y, x, across * floored, along],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
  ];
  const each = shapes.map(columns);
  return range(DEVIATIONS).flatMap((kind) =>
    each.map((own) => Float64Array.from(own, (column) => column[kind])),
  );
}

/** (4R, 4R): the covariance by which a warp of the paper moves, lengthens and turns strokes. */
function warped(shapes) {
  const count = shapes.length;
  const knots = shapes.map(({ curve }) =>
    range(Math.ceil(curve.length / 2 / WARP_STEP)).map((knot) => pointAt(curve, knot * WARP_STEP)),
  );
  const effects = shapes.map(knotEffects);
  const covariance = zeros(DEVIATIONS * count, DEVIATIONS * count);
  for (const [i, own] of knots.entries()) {
    for (const [j, others] of knots.entries()) {
      const near = own.map((from) => others.map((to) => nearness(from, to, TABLE.warp_reach)));
      for (const [ours, theirs] of [0, 1].map((way) => [effects[i][way], effects[j][way]])) {
        for (const a of range(DEVIATIONS)) {
          for (const b of range(DEVIATIONS)) {
            const value = TABLE.warp ** 2 * between(ours[a], near, theirs[b]);
            covariance[a * count + i][b * count + j] += value;
          }
        }
      }
    }
  }
  return covariance;
}

/** `left` times `matrix` times `right`. */
function between(left, matrix, right) {
  let total = 0;
  left.forEach((one, k) => {
    if (one !== 0) right.forEach((other, l) => (total += one * matrix[k][l] * other));
  });
  return total;
}

/**
 * What a move of each knot of a stroke does to its four deviations: [right, down], each four lists
 * of the knots.
 */
function knotEffects({ curve, centre, spread, floored }) {
  const count = curve.length / 2;
  const knots = range(Math.ceil(count / WARP_STEP));
  // The weight of a knot at each point: between two knots the warp is linear.
  const weight = (at, knot) => Math.max(1 - Math.abs(at / WARP_STEP - knot), 0);
  const over = (value) =>
    knots.map((knot) => range(count).reduce((t, at) => t + value(at) * weight(at, knot), 0));
  const place = over(() => 1).map((total) => total / count);
  const along = over((at) => curve[2 * at] - centre[0]).map((total) => total / spread);
  const across = over((at) => centre[1] - curve[2 * at + 1]).map((total) => total / spread);
  const none = knots.map(() => 0);
  return [
    [place, none, along.map((one) => one * floored), across],
    [none, place, across.map((one) => -(one * floored)), along],
  ];
}

/** (4R, 4R): the covariance by which neighbouring strokes deviate together. */
function shared(shapes) {
  const count = shapes.length;
  const covariance = zeros(DEVIATIONS * count, DEVIATIONS * count);
  shapes.forEach(({ centre }, i) => {
    shapes.forEach((other, j) => {
      const near = nearness(centre, other.centre, TABLE.reach);
      TABLE.shared.forEach((spread, kind) => {
        covariance[kind * count + i][kind * count + j] = spread ** 2 * near;
      });
    });
  });
  return covariance;
}

/** 1 for the same point, less the farther two are apart. */
const nearness = ([x, y], [u, v], reach) =>
  Math.exp(-(hypot(x - u, y - v) ** 2) / (2 * reach ** 2));

/** For each stroke the standard deviations by itself, before its type and component. */
function baseSpread(shapes) {
  const place = TABLE.place * (shapes.length / VARIATION.USUAL_STROKES) ** -TABLE.place_power;
  return shapes.map(({ length }) => {
    const inverse = 1 / (length + LENGTH_FLOOR);
    const [size, turn] = [TABLE.length, TABLE.direction];
    return [place, place, hypot(size[0], size[1] * inverse), hypot(turn[0], turn[1] * inverse)];
  });
}

/** For each stroke {means, covariances}, 4 and (4, 4) by itself, over the base spread. */
function own(reference) {
  const keys = componentKeys(reference);
  return reference.strokes.map(({ type }, n) => {
    const kind = type.slice(0, 1) + (type.includes("/") ? "/" : "");
    return ownOf(TABLE.components[keys[n]] ?? TABLE.types[kind] ?? VARIATION.NOTHING_KNOWN);
  });
}

/** A row of the table: the mean and the spread of each deviation, and correlations of each two. */
function ownOf(row) {
  const spread = row.slice(DEVIATIONS, 2 * DEVIATIONS);
  const pairs = row.slice(2 * DEVIATIONS);
  const covariances = range(DEVIATIONS).map((a) =>
    range(DEVIATIONS).map((b) => {
      const at = FIRST.findIndex((first, n) => first === Math.min(a, b) && SECOND[n] === Math.max(a, b));
      return (a === b ? 1 : pairs[at]) * spread[a] * spread[b];
    }),
  );
  return { means: row.slice(0, DEVIATIONS), covariances };
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
