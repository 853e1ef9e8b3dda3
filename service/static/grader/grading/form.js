// How far each stroke is from where its neighbours make one expect it.
//
// A stroke is compared with what the other strokes predict, by the distribution of variation.js:
// leave-one-out prediction of a Gaussian. The stroke that surprises most is set aside before the
// others are judged. A turn of the whole character is taken out first.
//
// Curves are complex numbers here: x is the real part, y the imaginary one.

import { COSTS, FORM, VARIATION } from "../constants.js";
import { boxOf, pointAt, sameCurves } from "../curves.js";
import { dot, inverse, mahalanobis, part, solve, times } from "../linear.js";
import { centreOf, resampleAll } from "../matching/geometry.js";
import { argmax, argsort, clip, degrees, hypot, range, sum } from "../numbers.js";
import { overLimits, slipsOf } from "./slips.js";
import { affineEffects, shapeOf, variation } from "./variation.js";

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
  const model = modelOf(formModel(reference), strokes);
  const turn = mayTurn ? commonTurn(drawn, model.curves) : 0;
  const isLast = last && last.model === model && last.turn === turn && sameCurves(last.drawn, drawn);
  if (!isLast) last = { model, turn, drawn, found: formOf(fitForm(drawn, model, turn)) };
  return last.found;
}

// The last form: a whole that is not turned has that of its strokes so far.
let last = null;

function formOf(fitted) {
  const surprises = surprisesOf(fitted.deviations, fitted.model);
  const turn = Math.max(Math.abs(fitted.turn) - fitted.turnError, 0);
  return {
    strokes: surprises.map((surprise, n) =>
      strokeForm(surprise, fitted.ends[n], fitted.residual[n], fitted.model.lengths[n]),
    ),
    turnDegrees: degrees(fitted.turn < 0 ? -turn : turn),
  };
}

/** Drawn curves in the size and place that the reference makes most probable, and what is left. */
function fitForm(drawn, model, turn) {
  const target = model.curves;
  const factor = [Math.cos(turn), -Math.sin(turn)];
  const upright = drawn.map((curve) => mapped(curve, (point) => product(point, factor)));
  const { ink, deviations } = settled(upright, model);
  const local = target.map(localOfTarget);
  const ratios = ink.map((curve, n) => ratioOf(curve, target[n]));
  const drawnLocal = ink.map(localOf);
  const distances = drawnLocal.map((curve, n) => distancesOf(curve, local[n], ratios[n]));
  const squares = distances.map((own) => sum(own.map((one) => one * one)));
  const wide = sum(local.map((curve) => sum(curve.map((one) => one * one))));
  return {
    deviations,
    model,
    ends: drawnLocal.map((curve, n) => [0, -1].map((at) => difference(curve, local[n], at))),
    // A stroke that is too long is that already; its shape is judged at the reference's size.
    residual: squares.map(
      (one, n) => Math.sqrt(one / distances[n].length) / Math.max(hypot(...ratios[n]), 1),
    ),
    turn,
    turnError: Math.sqrt(sum(squares) / Math.max(wide, 1e-12)),
  };
}

/** By how much a point of a curve is elsewhere than that of another one: [x, y]. */
function difference(curve, target, at) {
  const [[x, y], [u, v]] = [pointAt(curve, at), pointAt(target, at)];
  return [x - u, y - v];
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

/**
 * What is known of a reference's strokes, made once: {curves, lengths, free, mean, precision}.
 *
 * `free`: (4R, 3), what size and place of the whole add to the deviations. `mean`: of the
 * deviations. `precision`: (4R, 4R), the inverse of their covariance, of float32 numbers.
 */
export function formModel(reference) {
  if (models.has(reference)) return models.get(reference);
  const points = resampleAll(reference.strokes.map((stroke) => stroke.points), COSTS.POINTS);
  const { low, high } = boxOf(points);
  const side = Math.max(high[0] - low[0], high[1] - low[1], 1e-9);
  const middle = [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2];
  const curves = points.map((curve) => curve.map((value, at) => (value - middle[at % 2]) / side));
  const shapes = curves.map(shapeOf);
  const { mean, covariance } = variation(reference, shapes);
  const model = {
    curves,
    lengths: shapes.map(({ length }) => length),
    free: affineEffects(shapes).map((row) => [row[0], row[4], row[5]]),
    mean,
    precision: inverse(covariance).map((row) => row.map(Math.fround)),
  };
  models.set(reference, model);
  return model;
}

/** The model of some of the strokes in their order, nothing known of the others. */
function modelOf(model, strokes) {
  const count = model.curves.length;
  if (strokes.length === count && strokes.every((one, n) => one === n)) return model; // most drawings
  const isAbsent = (row) => !strokes.includes(row % count);
  const precision = without(model.precision, range(DEVIATIONS * count).filter(isAbsent));
  const rows = range(DEVIATIONS).flatMap((kind) => strokes.map((n) => n + count * kind));
  return {
    curves: strokes.map((n) => model.curves[n]),
    lengths: strokes.map((n) => model.lengths[n]),
    free: rows.map((row) => model.free[row]),
    mean: Float64Array.from(rows, (row) => model.mean[row]),
    precision: part(precision, rows).map((row) => row.map(Math.fround)),
  };
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

/** A curve about its centre. It starts at 0 first, so that a point has no extent at all. */
function localOf(curve) {
  const centre = centreOfMoved(curve);
  const local = new Float64Array(curve.length);
  for (let at = 0; at < local.length; at += 1) {
    local[at] = curve[at] - curve[at % 2] - centre[at % 2];
  }
  return local;
}

/** The centre of a curve that is moved to start at 0. */
function centreOfMoved(curve) {
  let [x, y] = [0, 0];
  for (let at = 0; at < curve.length; at += 2) {
    x += curve[at] - curve[0];
    y += curve[at + 1] - curve[1];
  }
  return [x / (curve.length / 2), y / (curve.length / 2)];
}

const locals = new WeakMap(); // of the reference's curves, which every drawing is compared with

function localOfTarget(curve) {
  if (!locals.has(curve)) locals.set(curve, localOf(curve));
  return locals.get(curve);
}

/** The complex factor that turns and sizes a curve `target` to fit the ink's. */
function ratioOf(ink, target) {
  const local = localOfTarget(target);
  const [left, top] = centreOfMoved(ink);
  let [x, y, squares] = [0, 0, 0];
  for (let at = 0; at < local.length; at += 2) {
    const [a, b] = [local[at], local[at + 1]];
    const [c, d] = [ink[at] - ink[0] - left, ink[at + 1] - ink[1] - top];
    x += a * c + b * d;
    y += a * d - b * c;
    squares += a * a + b * b;
  }
  squares = Math.max(squares, 1e-12);
  return [x / squares, y / squares];
}

/** The ink in its most probable size and place, and its deviations: {ink, deviations}. */
function settled(drawn, { curves: target, lengths, free: effects, precision }) {
  const [from, to] = [middleOf(drawn), middleOf(target)];
  const size = spreadOf(target, to) / Math.max(spreadOf(drawn, from), 1e-12);
  let ink = drawn.map((curve) =>
    curve.map((value, at) => (value - from[at % 2]) * size + to[at % 2]),
  );
  const free = range(3).map((effect) => pullOf(effects, effect, precision));
  for (let n = 0; n < FORM.SETTLINGS; n += 1) {
    const [growth, x, y] = times(free, deviationsOf(ink, target, lengths));
    const shrink = Math.exp(-growth);
    ink = ink.map((curve) => curve.map((value, at) => (value - (at % 2 ? y : x)) * shrink));
  }
  return { ink, deviations: deviationsOf(ink, target, lengths) };
}

/** How much each deviation draws size or place, the `effect`, of the whole. */
function pullOf(effects, effect, precision) {
  const weights = effects.map((row) => FREE ** 2 * row[effect]);
  const pull = new Float64Array(precision.length);
  // The sums grow row by row, so that each row is read along its length.
  precision.forEach((row, n) => {
    for (let at = 0; at < pull.length; at += 1) pull[at] += weights[n] * row[at];
  });
  return pull;
}

/** The mean point of all curves. */
function middleOf(curves) {
  let [x, y] = [0, 0];
  for (const curve of curves) {
    for (let at = 0; at < curve.length; at += 2) {
      x += curve[at];
      y += curve[at + 1];
    }
  }
  const count = curves.length * (curves[0].length / 2);
  return [x / count, y / count];
}

/** The root mean square distance of all points from their middle. */
function spreadOf(curves, middle) {
  let total = 0;
  for (const curve of curves) {
    for (let at = 0; at < curve.length; at += 1) total += (curve[at] - middle[at % 2]) ** 2;
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
 * The surprise of each stroke: {deviation, covariance, over}, its deviations less what the others
 * predict. The most surprising one predicts no other.
 */
function surprisesOf(deviations, model) {
  const count = deviations.length / DEVIATIONS;
  const slips = slipsOf(model.lengths);
  const surprises = Array(count).fill(null);
  let remaining = range(count);
  let { precision } = model;
  while (remaining.length) {
    const known = { deviations, usual: model.mean, precision };
    const sizes = remaining.map((n) => slips.sizes[n]);
    const left = withOver(remaining.map((n) => leftOut(n, remaining, known)), sizes, slips.odds);
    const worst = argmax(left.map(({ over }) => Math.max(...over)));
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

/** The precision of the other rows where nothing is known of the rows `own`. */
function without(precision, own) {
  const gain = solve(part(precision, own), own.map((row) => precision[row]));
  return precision.map((row) => {
    const less = new Float64Array(row);
    own.forEach((at, n) => {
      const [factor, other] = [row[at], gain[n]];
      for (let column = 0; column < less.length; column += 1) less[column] -= factor * other[column];
    });
    return less;
  });
}

/**
 * A stroke's deviations less what the others of `remaining` predict: {deviation, weighted, own,
 * covariance}; `own`: their precision, `weighted`: that times them.
 *
 * A stroke may be as in the reference, as people usually write it, or between the two: what is
 * nearest.
 */
function leftOut(stroke, remaining, { deviations, usual, precision }) {
  const count = deviations.length / DEVIATIONS;
  const rows = rowsOf(stroke, count);
  const others = range(DEVIATIONS).flatMap((kind) => remaining.map((n) => n + count * kind));
  const weigh = (values) => rows.map((row) => dotAt(others, precision[row], values));
  const own = part(precision, rows);
  const both = [deviations, usual].map(weigh);
  const [drawn, mean] = [0, 1].map((n) => solve(own, both[n].map((one) => [one])).map(([one]) => one));
  const towards = both[1];
  const fraction = clip(dot(towards, drawn) / Math.max(dot(towards, mean), 1e-12), 0, 1);
  return {
    deviation: drawn.map((one, kind) => one - fraction * mean[kind]),
    weighted: both[0].map((one, kind) => one - fraction * towards[kind]),
    own,
    covariance: inverse(own),
  };
}

/** The sum of the products of two rows at `indexes`. */
function dotAt(indexes, a, b) {
  let total = 0;
  for (let n = 0; n < indexes.length; n += 1) total += a[indexes[n]] * b[indexes[n]];
  return total;
}

/** The surprises with `over`: place, length and turn over their limits, for so neat a writer. */
function withOver(left, sizes, odds) {
  const neatness = neatnessOf(left.map(({ deviation, weighted }) => dot(deviation, weighted)));
  return left.map((surprise, n) => {
    const { deviation, covariance, weighted, own } = surprise;
    const diagonal = [2, 3].map((at) => covariance[at][at]);
    const byOthers = { place: part(covariance, [0, 1]), variances: diagonal, neatness: neatness[n] };
    const alone = overLimits(deviation, byOthers, sizes[n], odds);
    // By the other strokes, and by the stroke's other two measures too.
    const place = inverse(part(own, [0, 1]));
    const variances = [2, 3].map((at) => 1 / own[at][at]);
    const [x, y] = times(place, weighted.slice(0, 2));
    const given = [x, y, weighted[2] * variances[0], weighted[3] * variances[1]];
    const all = overLimits(given, { place, variances, neatness: neatness[n] }, sizes[n], odds);
    return { ...surprise, over: alone.map((one, at) => Math.min(FORM.ALONE * one, all[at])) };
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

/** `ends`: by which the drawn ends are elsewhere than the reference's, less the centre. */
function strokeForm(surprise, ends, residual, length) {
  const [x, y, logRatio, angle] = surprise.deviation;
  let [place, growth, turn] = surprise.over;
  const shape = residual / (FORM.SHAPE_LIMIT + FORM.SHAPE_SLOPE * length);
  if (place > 1) {
    const right = rightestEnd(surprise, ends);
    if (right < FORM.END_IS_RIGHT && shape <= 1) {
      if (Math.abs(logRatio) > Math.abs(angle)) growth = Math.max(growth, place);
      else turn = Math.max(turn, place);
    }
    if (Math.max(growth, turn, shape) > 1) place *= right;
  }
  return {
    place,
    length: logRatio < 0 ? -growth : growth,
    turn,
    shape,
    shift: [x, y],
    lengthRatio: Math.exp(logRatio),
    shapeDistance: residual,
  };
}

/**
 * How far the end that is less misplaced is from its place, over how far the centre is; at most 1.
 * Where one end is in place, the stroke is too long or turned, and not elsewhere.
 */
function rightestEnd({ deviation, covariance }, ends) {
  const [x, y] = deviation;
  const spread = part(covariance, [0, 1]);
  const squares = ends.map(([u, v]) => mahalanobis([x + u, y + v], spread));
  return Math.min(1, Math.sqrt(Math.min(...squares) / mahalanobis([x, y], spread)));
}
