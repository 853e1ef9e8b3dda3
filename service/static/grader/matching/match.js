// Which reference stroke each drawn stroke is, by geometry; it makes no judgement.
//
// The assignment of strokes is optimal as a whole, so that one mistake does not spoil the rest.
// Joins are found after it.

import { COSTS, MATCH } from "../constants.js";
import { joined, placed, reversed, sameCurves } from "../curves.js";
import { argsort, least, range, sum } from "../numbers.js";
import { assign, isTappedDot, pairCosts, shortJoinCosts, tapShift } from "./costs.js";
import { Measured, centreOf, fit, lengthOf, norm, resample, resampleAll, toBox } from "./geometry.js";
import { findMiscount } from "./miscount.js";
import { turnedRings } from "./rings.js";
import { Side, assigned, targetOf } from "./sides.js";
import { withoutFarStrokes } from "./strays.js";

const { JOIN_COST, ORDER_MARGIN, POINTS, STRETCH, UNMATCHED_COST } = COSTS;

/**
 * Matches the curves `drawn` to the curves `reference`.
 *
 * Returns {matches, missing, extra, far, ink}: matches in the order of their first drawn stroke;
 * reference strokes and drawn strokes without a match; of the latter those far from the others; and
 * the drawn strokes at equal steps, with rings turned like the reference's. A match is {drawn,
 * reference, isBackwards, place, shape, lengthRatio, shift, isTap}: stroke indexes, and measures in
 * sides of the reference's box.
 */
export function match(drawn, reference) {
  const isLast = last && sameCurves(last.drawn, drawn) && sameCurves(last.reference, reference);
  if (!isLast) last = { drawn, reference, found: matchNew(drawn, reference) };
  return last.found;
}

// The last matching: the whole is graded after its strokes so far, which are the same curves.
let last = null;

function matchNew(drawn, reference) {
  const target = targetOf(reference);
  const ink = resampleAll(turnedRings(drawn, target.rings), POINTS);
  let best = matchAll(ink, target.side);
  for (const kept of withoutFarStrokes(ink)) {
    const far = range(ink.length).filter((n) => !kept.includes(n));
    const near = matchAll(kept.map((n) => ink[n]), target.side);
    const option = withFarStrokes(near, kept, far);
    if (costOf(option) < costOf(best) + MATCH.FAR_MARGIN) best = option;
  }
  return { ...best, ink };
}

/** The distances of all matches, and what joins and strokes without a match cost. */
export function costOf({ matches, missing, extra }) {
  const distances = matches.reduce((total, one) => total + distanceOf(one), 0);
  const joins = matches.reduce((n, one) => n + one.drawn.length + one.reference.length - 2, 0);
  return distances + JOIN_COST * joins + UNMATCHED_COST * (missing.length + extra.length);
}

/** Place and shape distance of a match together, weighted as in the assignment. */
export const distanceOf = ({ place, shape }) =>
  COSTS.PLACE_WEIGHT * place + COSTS.SHAPE_WEIGHT * shape;

/** The reference strokes of a drawn stroke in JSON: one index, a list of several, or null. */
export function onWire(reference) {
  if (reference.length === 1) return reference[0];
  return reference.length ? [...reference] : null;
}

function withFarStrokes(near, kept, far) {
  const matches = near.matches.map((one) => ({ ...one, drawn: one.drawn.map((n) => kept[n]) }));
  const extra = [...far, ...near.extra.map((n) => kept[n])].sort((a, b) => a - b);
  return { matches, missing: near.missing, extra, far };
}

/** The matching of resampled curves of any scale with the reference in its box. */
function matchAll(resampled, right) {
  const ink = toBox(resampled);
  const start = Side.ofStrokes(ink);
  const alone = settled(start, right, assigned(start, right), MATCH.MOST_FITS);
  const sides = withJoins(alone.left, right, alone.found);
  const isJoined = sides.found !== alone.found;
  const { left, found: pairs } = isJoined ? settled(sides.left, sides.right, sides.found, 1) : alone;
  const found = inOrder(pairs);
  const units = [...left.strokes, ...sides.right.strokes];
  const joins = units.reduce((n, strokes) => n + strokes.length - 1, 0);
  const isOneOff = Math.abs(ink.length - right.curves.length) === 1;
  const miscount = isOneOff ? findMiscount(ink, right.curves) : undefined;
  if (miscount && miscount.cost <= found.total + JOIN_COST * joins + ORDER_MARGIN) {
    const [drawn, reference] = [Side.of(miscount.drawn), Side.of(miscount.reference)];
    const { isBackwards } = pairCosts(drawn.curves, reference.measured);
    return matchingOf(drawn, reference, miscount.pairs, isBackwards);
  }
  return matchingOf(left, sides.right, found.pairs, found.isBackwards);
}

/** The canonical order where the counts agree, unless another order is clearly cheaper. */
function inOrder(found) {
  const { costs, total } = found;
  if (costs.length !== costs[0].length) return found;
  const own = costs.map((row, n) => row[n]);
  if (Math.max(...own) > UNMATCHED_COST || sum(own) > total + ORDER_MARGIN) return found;
  return { ...found, pairs: range(costs.length).map((n) => [n, n]) };
}

/**
 * The drawn units moved and scaled until their best matches stay the same, at most `fits` times,
 * and what is found there. `found`: where they are.
 */
function settled(left, right, found, fits) {
  let before = [];
  for (let n = 0; n < fits; n += 1) {
    const best = bestMatches(found);
    if (isSame(best, before)) break;
    left = fitted(left, best, right);
    before = best;
    found = assigned(left, right);
  }
  return { left, found };
}

/** [row, column, isBackwards] of the pairs that cost at most twice the median. */
function bestMatches({ pairs, costs, isBackwards }) {
  const limit = 2 * median(pairs.map(([row, column]) => costs[row][column]));
  const best = pairs.filter(([row, column]) => costs[row][column] <= limit);
  return best.map(([row, column]) => [row, column, isBackwards[row][column]]);
}

const isSame = (some, others) =>
  some.length === others.length &&
  some.every((one, n) => one.every((value, at) => value === others[n][at]));

/** The drawn units moved and scaled to lie on their `best` matches. */
function fitted(left, best, right) {
  const source = best.map(([i, , isBackwards]) => forwards(left.curves[i], isBackwards));
  const place = fit(source, best.map(([, j]) => right.curves[j]), STRETCH);
  return new Side(left.strokes, left.curves.map((curve) => placed(curve, place)));
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A curve, reversed where it is backwards. */
export const forwards = (curve, isBackwards) => (isBackwards ? reversed(curve) : curve);

/**
 * Both sides after every join that lowers the total cost, best join first, and the pairs.
 * `found`: before any join, and after it where there is none.
 */
function withJoins(left, right, found) {
  for (;;) {
    const { costs, pairs } = found;
    const options = [];
    if (pairs.length < right.strokes.length) {
      options.push(...joinsOf(left.units, right.units, costs, MATCH.MAX_RUN));
    }
    if (pairs.length < left.strokes.length) {
      const turned = right.strokes.map((_, r) => costs.map((row) => row[r]));
      const swapped = joinsOf(right.units, left.units, turned, MATCH.MAX_BREAK);
      options.push(...swapped.map(({ total, whole, parts }) => ({ total, whole: parts, parts: whole })));
    }
    const best = least(options, ({ total }) => total);
    if (!best || best.total >= found.total - JOIN_COST) return { left, right, found };
    [left, right] = [Side.of(best.whole), Side.of(best.parts)];
    found = assigned(left, right);
  }
}

/** {total, whole, parts} with one run of `parts` joined, for the most promising runs. */
function joinsOf(whole, parts, costs, longest) {
  const runs = runsOf(parts, longest);
  if (!runs.length) return [];
  const [curves, targets] = [whole, runs].map((units) => units.map(({ curve }) => curve));
  const short = shortJoinCosts(curves, targets);
  const joins = pairCosts(curves, new Measured(targets)).costs.map((row, w) =>
    row.map((cost, r) => cost + short[w][r]),
  );
  const isSingle = whole.map(({ strokes }) => strokes.length === 1);
  const before = costs.map((row, w) => (isSingle[w] ? Math.min(...row) : -Infinity));
  const gains = runs.map((_, r) => Math.max(...joins.map((row, w) => before[w] - row[r])));
  const promising = argsort(gains.map((gain) => -gain)).slice(0, MATCH.RUNS_TRIED);
  return promising.map((r) => {
    const size = runs[r].strokes.length;
    const k = parts.findIndex(({ strokes }) => strokes[0] === runs[r].strokes[0]);
    const trial = costs.map((row, w) => {
      const cost = isSingle[w] ? joins[w][r] + JOIN_COST * (size - 1) : MATCH.NEVER;
      return [...row.slice(0, k), cost, ...row.slice(k + size)];
    });
    const changed = [...parts.slice(0, k), runs[r], ...parts.slice(k + size)];
    return { total: assign(trial).total, whole, parts: changed };
  });
}

/** Every run of 2 to `longest` consecutive single strokes, joined into one unit. */
function runsOf(parts, longest) {
  const runs = [];
  for (let size = 2; size <= longest; size += 1) {
    for (let k = 0; k + size <= parts.length; k += 1) runs.push(parts.slice(k, k + size));
  }
  const follows = ({ strokes }, at, run) => at === 0 || strokes[0] - run[at - 1].strokes[0] === 1;
  return runs
    .filter((run) => run.every(({ strokes }) => strokes.length === 1) && run.every(follows))
    .map((run) => ({
      strokes: run.map(({ strokes }) => strokes[0]),
      curve: resample(joined(run.map(({ curve }) => curve)), POINTS),
    }));
}

/** The matches of `pairs` with their measures; units in no pair are extra or missing. */
function matchingOf(left, right, pairs, isBackwards) {
  const matches = pairs.map(([i, j]) => ({
    drawn: left.strokes[i],
    reference: right.strokes[j],
    ...measured(left.curves[i], right.curves[j], isBackwards[i][j]),
  }));
  const matchedLeft = new Set(pairs.map(([i]) => i));
  const matchedRight = new Set(pairs.map(([, j]) => j));
  return {
    matches: matches.sort((a, b) => a.drawn[0] - b.drawn[0]),
    missing: right.strokes.filter((_, j) => !matchedRight.has(j)).flat(),
    extra: left.strokes.filter((_, i) => !matchedLeft.has(i)).flat(),
    far: [],
  };
}

function measured(drawn, target, isBackwards) {
  const ink = forwards(drawn, isBackwards);
  const [from, to] = [centreOf(target), centreOf(ink)];
  let shift = [to[0] - from[0], to[1] - from[1]];
  const off = range(ink.length / 2).map((at) =>
    norm(ink[2 * at] - target[2 * at] - shift[0], ink[2 * at + 1] - target[2 * at + 1] - shift[1]),
  );
  const length = lengthOf(target);
  const isTap = isTappedDot(ink, length);
  if (isTap) shift = tapShift(ink, target);
  return {
    isBackwards,
    place: norm(...shift),
    shape: sum(off) / off.length,
    lengthRatio: (lengthOf(ink) + MATCH.LENGTH_FLOOR) / (length + MATCH.LENGTH_FLOOR),
    shift,
    isTap,
  };
}
