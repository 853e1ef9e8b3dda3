// How far each stroke is from where its neighbours make one expect it.
//
// A stroke is compared with what the other strokes predict, by the distribution of variation.js:
// leave-one-out prediction of a Gaussian. The stroke that surprises most is set aside before the
// others are judged. A turn of the whole character is taken out first.
//
// Curves are complex numbers here: x is the real part, y the imaginary one.

import { COSTS, FORM, VARIATION } from "../constants.js";
import { boxOf, pointAt } from "../curves.js";
import { dot, inverse, mahalanobis, part, solve, times } from "../linear.js";
import { centreOf, resampleAll } from "../matching/geometry.js";
import { argmax, argsort, clip, degrees, hypot, range, sum } from "../numbers.js";
import { shapeOf, variation, variationOf } from "./variation.js";

const { DEVIATIONS, FREE, LENGTH_FLOOR } = VARIATION;
const models = new WeakMap(); // by reference

/**
 * The form of drawn curves, each of which is one stroke of `reference`: {strokes, turnDegrees}.
 *
 * `strokes`: which each is. `mayTurn`: whether they may turn together. Each form is {place, length,
 * turn, shape, shift, lengthRatio, shapeDistance}: the first four over their limits, `length`
 * negative where it is too short.
 */
export function form(drawn, strokes, reference, mayTurn) {
  if (!strokes.length) return { strokes: [], turnDegrees: 0 };
  const fitted = fitForm(drawn, strokes, reference, mayTurn);
  const surprises = surprisesOf(fitted.deviations, fitted.usual, fitted.precision);
  const turn = Math.max(Math.abs(fitted.turn) - fitted.turnError, 0);
  return {
    strokes: surprises.map((surprise, n) => {
      const ends = [pointAt(fitted.target[n], 0), pointAt(fitted.target[n], -1)];
      return strokeForm(surprise, ends, fitted.residual[n], fitted.lengths[n]);
    }),
    turnDegrees: degrees(fitted.turn < 0 ? -turn : turn),
  };
}

/** Drawn curves in the size and place that the reference makes most probable, and what is left. */
function fitForm(drawn, strokes, reference, mayTurn) {
  const model = formModel(reference);
  const isWhole = strokes.length === model.curves.length && strokes.every((one, n) => one === n);
  const target = strokes.map((n) => model.curves[n]);
  const expected = isWhole ? model.variation : variationOf(model.variation, strokes);
  const precision = isWhole ? model.precision : inverse(expected.covariance);
  const lengths = strokes.map((n) => model.shapes[n].length);
  const turn = mayTurn ? commonTurn(drawn, target) : 0;
  const factor = [Math.cos(turn), -Math.sin(turn)];
  const upright = drawn.map((curve) => mapped(curve, (point) => product(point, factor)));
  const { ink, deviations } = settled(upright, target, expected.affine, precision, lengths);
  const local = target.map(localOf);
  const ratios = ink.map((curve, n) => ratioOf(curve, target[n]));
  const distances = ink.map((curve, n) => distancesOf(localOf(curve), local[n], ratios[n]));
  const squares = distances.map((own) => sum(own.map((one) => one * one)));
  const wide = sum(local.map((curve) => sum(curve.map((one) => one * one))));
  return {
    deviations,
    usual: expected.mean,
    precision,
    target: local,
    // A stroke that is too long is that already; its shape is judged at the reference's size.
    residual: squares.map(
      (one, n) => Math.sqrt(one / distances[n].length) / Math.max(hypot(...ratios[n]), 1),
    ),
    lengths,
    turn,
    turnError: Math.sqrt(sum(squares) / Math.max(wide, 1e-12)),
  };
}

/** The distances of the points of a curve from those of another one, turned and sized by `ratio`. */
function distancesOf(ink, target, ratio) {
  return Float64Array.from(range(ink.length / 2), (at) => {
    const [x, y] = product(pointAt(target, at), ratio);
    return hypot(ink[2 * at] - x, ink[2 * at + 1] - y);
  });
}

/** By how much the curves of `ink` are turned together, in radians clockwise: a weighted median. */
export function commonTurn(ink, target) {
  const turns = ink.map((curve, n) => angle(ratioOf(curve, target[n])));
  const weights = target.map(chordLength);
  turns.push(0);
  weights.push(FORM.UPRIGHT_WEIGHT * sum(weights));
  const order = argsort(turns);
  const half = sum(weights) / 2;
  let total = 0;
  const at = order.findIndex((n) => (total += weights[n]) >= half);
  return turns[order[at]];
}

function chordLength(curve) {
  const steps = range(curve.length / 2 - 1).map((at) =>
    hypot(curve[2 * at + 2] - curve[2 * at], curve[2 * at + 3] - curve[2 * at + 1]),
  );
  return sum(steps);
}

/** What is known of a reference's strokes: {curves, shapes, variation, precision}, made once. */
export function formModel(reference) {
  if (models.has(reference)) return models.get(reference);
  const points = resampleAll(reference.strokes.map((stroke) => stroke.points), COSTS.POINTS);
  const { low, high } = boxOf(points);
  const side = Math.max(high[0] - low[0], high[1] - low[1], 1e-9);
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  const curves = points.map((curve) => curve.map((value, at) => (value - middle[at % 2]) / side));
  const shapes = curves.map(shapeOf);
  const expected = variation(reference, shapes);
  const precision = inverse(expected.covariance);
  const model = { curves, shapes, variation: expected, precision };
  models.set(reference, model);
  return model;
}

const product = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
const angle = ([x, y]) => Math.atan2(y, x);

function mapped(curve, change) {
  const changed = new Float64Array(curve.length);
  for (let at = 0; at < curve.length; at += 2) {
    changed.set(change([curve[at], curve[at + 1]]), at);
  }
  return changed;
}

/** A curve about its centre. */
function localOf(curve) {
  const centre = centreOf(curve);
  return curve.map((value, at) => value - centre[at % 2]);
}

/** The complex factor that turns and sizes a curve `target` to fit the ink's. */
function ratioOf(ink, target) {
  const [drawn, local] = [localOf(ink), localOf(target)];
  let [x, y, squares] = [0, 0, 0];
  for (let at = 0; at < local.length; at += 2) {
    const [a, b, c, d] = [local[at], local[at + 1], drawn[at], drawn[at + 1]];
    x += a * c + b * d;
    y += a * d - b * c;
    squares += a * a + b * b;
  }
  squares = Math.max(squares, 1e-12);
  return [x / squares, y / squares];
}

/** The ink in its most probable size and place, and its deviations: {ink, deviations}. */
function settled(drawn, target, affine, precision, lengths) {
  const [from, to] = [middleOf(drawn), middleOf(target)];
  const size = spreadOf(target, to) / Math.max(spreadOf(drawn, from), 1e-12);
  let ink = drawn.map((curve) =>
    curve.map((value, at) => (value - from[at % 2]) * size + to[at % 2]),
  );
  // free = FREE^2 affine[:, (0, 4, 5)].T @ precision
  const free = [0, 4, 5].map((effect) => {
    const column = affine.map((row) => FREE ** 2 * row[effect]);
    return range(precision.length).map((at) => dot(column, precision.map((row) => row[at])));
  });
  for (let n = 0; n < FORM.SETTLINGS; n += 1) {
    const [growth, x, y] = times(free, deviationsOf(ink, target, lengths));
    const shrink = Math.exp(-growth);
    ink = ink.map((curve) => curve.map((value, at) => (value - (at % 2 ? y : x)) * shrink));
  }
  return { ink, deviations: deviationsOf(ink, target, lengths) };
}

/** The mean point of all curves. */
function middleOf(curves) {
  const total = [0, 0];
  for (const curve of curves) curve.forEach((value, at) => (total[at % 2] += value));
  const count = curves.length * (curves[0].length / 2);
  return [total[0] / count, total[1] / count];
}

/** The root mean square distance of all points from their middle. */
function spreadOf(curves, middle) {
  let total = 0;
  for (const curve of curves) {
    curve.forEach((value, at) => (total += (value - middle[at % 2]) ** 2));
  }
  return Math.sqrt(total / (curves.length * (curves[0].length / 2)));
}

/** The deviations (4N) of the ink's curves from those of `target`. */
function deviationsOf(ink, target, lengths) {
  const count = ink.length;
  const deviations = new Float64Array(DEVIATIONS * count);
  ink.forEach((curve, n) => {
    const ratio = ratioOf(curve, target[n]);
    const [from, to] = [centreOf(target[n]), centreOf(curve)];
    deviations[n] = to[0] - from[0];
    deviations[count + n] = to[1] - from[1];
    const drawn = hypot(...ratio) * lengths[n];
    deviations[2 * count + n] = Math.log((drawn + LENGTH_FLOOR) / (lengths[n] + LENGTH_FLOOR));
    deviations[3 * count + n] = angle(ratio);
  });
  return deviations;
}

/**
 * The surprise of each stroke: {deviation, covariance, over, square}, its deviations less what the
 * others predict. The most surprising one predicts no other.
 */
function surprisesOf(deviations, usual, whole) {
  const count = deviations.length / DEVIATIONS;
  const surprises = Array(count).fill(null);
  let remaining = range(count);
  let precision = whole;
  while (remaining.length) {
    const left = withOver(remaining.map((n) => leftOut(n, remaining, { deviations, usual, precision })));
    const worst = argmax(left.map(({ square }) => square)); // whose error explains most of the ink
    const isFirst = surprises.every((one) => one === null);
    const isLast = !isFirst && left.every(({ over }) => Math.max(...over) <= 1);
    for (const n of isLast ? left.keys() : [worst]) surprises[remaining[n]] = left[n];
    if (isLast) break;
    precision = without(precision, rowsOf(remaining[worst], count));
    remaining = remaining.filter((_, n) => n !== worst);
  }
  return surprises;
}

const rowsOf = (stroke, count) => range(DEVIATIONS).map((kind) => stroke + count * kind);

/** The precision of the others without the deviations `own`, from the precision of all. */
function without(precision, own) {
  const gain = solve(part(precision, own), own.map((row) => precision[row]));
  return precision.map((row) => {
    const less = Float64Array.from(row);
    own.forEach((at, n) => {
      for (let column = 0; column < less.length; column += 1) less[column] -= row[at] * gain[n][column];
    });
    return less;
  });
}

/**
 * A stroke's deviations less what the others of `remaining` predict, and their spread.
 *
 * A stroke may be as in the reference, as people usually write it, or between the two: what is
 * nearest.
 */
function leftOut(stroke, remaining, { deviations, usual, precision }) {
  const count = deviations.length / DEVIATIONS;
  const rows = rowsOf(stroke, count);
  const others = range(DEVIATIONS).flatMap((kind) => remaining.map((n) => n + count * kind));
  const weigh = (values) => rows.map((row) => others.reduce((t, at) => t + precision[row][at] * values[at], 0));
  const own = part(precision, rows);
  const covariance = inverse(own);
  const [drawn, mean] = [deviations, usual].map((values) => times(covariance, weigh(values)));
  const towards = times(own, mean);
  const fraction = clip(dot(towards, drawn) / Math.max(dot(towards, mean), 1e-12), 0, 1);
  const deviation = drawn.map((one, kind) => one - fraction * mean[kind]);
  return { deviation, covariance, square: mahalanobis(deviation, covariance) };
}

/** The surprises with `over`: place, length and turn over their limits, for so neat a writer. */
function withOver(left) {
  const neatness = neatnessOf(left.map(({ square }) => square));
  return left.map((surprise, n) => {
    const { deviation, covariance } = surprise;
    const place = Math.sqrt(mahalanobis(deviation.slice(0, 2), part(covariance, [0, 1])));
    const [length, turn] = [2, 3].map((at) => Math.abs(deviation[at]) / Math.sqrt(covariance[at][at]));
    const over = [place / FORM.PLACE_LIMIT, length / FORM.LENGTH_LIMIT, turn / FORM.TURN_LIMIT];
    return { ...surprise, over: over.map((one) => one / neatness[n]) };
  });
}

/** For each stroke the spread of the other strokes over that of the table, within NEATNESS. */
function neatnessOf(given) {
  const squares = given.map((one) => Math.min(one, FORM.LARGEST_SURPRISE));
  const total = sum(squares);
  const prior = DEVIATIONS * FORM.NEATNESS_PRIOR;
  const weight = prior + DEVIATIONS * (squares.length - 1);
  return squares.map((one) => clip(Math.sqrt((prior + total - one) / weight), ...FORM.NEATNESS));
}

/** `ends`: the two ends of the reference stroke about its centre. */
function strokeForm({ deviation, covariance, over }, ends, residual, length) {
  const [x, y, logRatio, angleOff] = deviation;
  const [, growth, turn] = over;
  let [place] = over;
  if (place > 1 && Math.max(growth, turn) > 1) {
    // Where one end is in place, the stroke is too long or turned, and not elsewhere.
    const ratio = Math.exp(logRatio);
    const factor = [ratio * Math.cos(angleOff) - 1, ratio * Math.sin(angleOff)];
    const spread = part(covariance, [0, 1]);
    const squares = ends.map((end) => {
      const [u, v] = product(factor, end);
      return mahalanobis([x + u, y + v], spread);
    });
    place *= Math.min(1, Math.sqrt(Math.min(...squares) / mahalanobis([x, y], spread)));
  }
  return {
    place,
    length: logRatio < 0 ? -growth : growth,
    turn,
    shape: residual / (FORM.SHAPE_LIMIT + FORM.SHAPE_SLOPE * length),
    shift: [x, y],
    lengthRatio: Math.exp(logRatio),
    shapeDistance: residual,
  };
}
