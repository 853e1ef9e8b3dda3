// What is right and wrong while a character is still being written.
//
// It is not known yet where the missing strokes will be. The ink is therefore matched with each set
// of reference strokes that it may be.

import { COSTS, SO_FAR, STROKES } from "../constants.js";
import { joined, longerSide } from "../curves.js";
import { distanceOf, match } from "../matching/match.js";
import { least, range } from "../numbers.js";
import { curvesOf } from "../reference.js";
import { strokeJson } from "./faults.js";
import { checkLeniency } from "./leniency.js";
import { acceptedOrders } from "./order.js";
import { gradeStrokes, matchedForm } from "./strokes.js";

/**
 * Grades the strokes drawn so far as the beginning of `reference`: {strokes, next, isRight}.
 *
 * `strokes`: the grade of each; one drawn before its turn is `wrong_order`. `next`: the reference
 * stroke that should follow, or null at the end. An untidy stroke has no fault here, as the whole
 * may still be acceptable. Throws RangeError where `leniency` is not a positive number.
 */
export function gradeSoFar(ink, reference, { leniency = 1 } = {}) {
  checkLeniency(leniency);
  const orders = acceptedOrders(reference);
  const strokes = bestStrokes(ink, reference, orders, leniency * SO_FAR.LENIENCY_FACTOR);
  const drawn = new Set(strokes.flatMap((stroke) => stroke.reference));
  const skipped = (order) => order.slice(0, drawn.size).filter((n) => !drawn.has(n)).length;
  const order = least(orders, skipped);
  const next = order.find((n) => !drawn.has(n)) ?? null;
  return { strokes, next, isRight: strokes.every(({ faults }) => !faults.length) };
}

/** The JSON of the answer, as POST /v1/grade gives it with so_far. */
export const soFarJson = ({ strokes, next, isRight }) => ({
  is_right: isRight,
  strokes: strokes.map(strokeJson),
  next,
});

/** The grades by the set of reference strokes that fits the ink at the least cost. */
function bestStrokes(ink, reference, orders, leniency) {
  const [drawn, curves] = [curvesOf(ink), curvesOf(reference)];
  let [lowest, best] = [Infinity, null];
  for (const [penalty, subset] of hypotheses(drawn.length, curves.length, orders)) {
    const found = match(drawn, subset.map((n) => curves[n]));
    const matching = inWhole(found, subset, relativeSize(curves, subset));
    const cost = penalty + costOf(matching);
    if (best === null || cost < lowest) {
      lowest = cost;
      best = strokesOf(matching, reference, orders, { leniency, count: drawn.length });
    }
    if (penalty === 0 && best.every(({ faults }) => !faults.length)) break;
  }
  return best;
}

/** [penalty, reference strokes] for each set that `drawn` strokes may be; an expected one has 0. */
function hypotheses(drawn, total, orders) {
  const penalties = new Map();
  const add = (subset, penalty) => {
    const key = subset.join();
    if (!penalties.has(key)) penalties.set(key, [penalty, subset]);
  };
  for (const order of orders) add(order.slice(0, drawn).sort((a, b) => a - b), 0);
  const first = range(Math.min(drawn, total));
  const { EXPECTED_MARGIN, LOOKAHEAD } = SO_FAR;
  for (let other = drawn; other < Math.min(drawn + LOOKAHEAD, total); other += 1) {
    add([...first.slice(0, -1), other], EXPECTED_MARGIN);
  }
  if (drawn < total) add(range(drawn + 1), EXPECTED_MARGIN + COSTS.JOIN_COST); // two were joined
  if (drawn > 1 && drawn <= total) add(first.slice(0, -1), EXPECTED_MARGIN); // one is extra
  return [...penalties.values()];
}

/** The longer side of the box of some strokes over that of all strokes, as float32. */
function relativeSize(curves, subset) {
  const part = longerSide([joined(subset.map((n) => curves[n]))]);
  return Math.fround(part / Math.max(longerSide(curves), 1e-9));
}

/** A matching with a subset, with stroke indexes and distances of the whole reference. */
function inWhole(matching, subset, scale) {
  return {
    ...matching,
    matches: matching.matches.map((one) => ({
      ...one,
      reference: one.reference.map((n) => subset[n]),
      place: one.place * scale,
      shape: one.shape * scale,
    })),
    missing: matching.missing.map((n) => subset[n]),
  };
}

function costOf({ matches, missing, extra }) {
  const distances = matches.reduce((total, one) => total + distanceOf(one), 0);
  return distances + COSTS.UNMATCHED_COST * (missing.length + extra.length);
}

/** The grades of the drawn strokes with the faults that are certain already. */
function strokesOf(matching, reference, orders, options) {
  const forms = matchedForm(matching, reference, false).strokes;
  const strokes = gradeStrokes(matching, reference, new Set(), { ...options, forms });
  const early = least(orders.map((order) => earlyPlaces(strokes, order)), ({ size }) => size);
  return strokes.map((stroke, place) => {
    if (early.has(place)) return { ...stroke, faults: ["wrong_order"] };
    // An untidy stroke may still be acceptable, one far above its limit is not.
    const isSevere = stroke.excess > STROKES.SEVERE;
    const isTold = (fault) => isSevere || !SO_FAR.UNTIDY.includes(fault);
    return { ...stroke, faults: stroke.faults.filter(isTold) };
  });
}

/** Places of the strokes drawn before one that should precede them; each gap counts once. */
function earlyPlaces(strokes, order) {
  const drawn = new Set();
  const reported = new Set();
  const early = new Set();
  strokes.forEach((stroke, place) => {
    for (const reference of stroke.reference) {
      const before = order.slice(0, order.indexOf(reference));
      const skipped = before.filter((n) => !drawn.has(n) && !reported.has(n));
      if (skipped.some((n) => !stroke.reference.includes(n))) {
        early.add(place);
        for (const n of skipped) reported.add(n);
      }
      drawn.add(reference);
    }
  });
  return early;
}
