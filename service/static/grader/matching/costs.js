// The cost of matching a drawn stroke to a reference stroke, and the cheapest assignment.

import { leastCostAssignment } from "../assignment.js";
import { COSTS } from "../constants.js";
import { boxOf, pointAt, reversed } from "../curves.js";
import { range, sum } from "../numbers.js";
import { Measured, centreOf, distance, lengthOf, meanDistance, norm, without } from "./geometry.js";

const { UNMATCHED_COST } = COSTS;

/**
 * The cost of each pair of strokes, and whether the drawn one is backwards: {costs, isBackwards},
 * rows of drawn strokes. `target`: Measured. A tap on a short stroke has no direction, and it may
 * lie anywhere on the stroke.
 */
export function pairCosts(drawn, target) {
  const forwards = new Measured(drawn);
  const backwards = drawn.map(reversed).map((curve) => without(curve, centreOf(curve)));
  const rows = drawn.map((curve, d) =>
    target.curves.map((other, r) => {
      const own = target.centred[r];
      const isTap = isTappedDot(curve, target.lengths[r]);
      const shift = isTap ? tapShift(curve, other) : null;
      const place = shift ? norm(...shift) : distance(forwards.centres[d], target.centres[r]);
      const length = Math.min(forwards.lengths[d], target.lengths[r]);
      const along = meanDistance(forwards.centred[d], own);
      return pairCost(along, meanDistance(backwards[d], own), place, length, isTap);
    }),
  );
  return {
    costs: rows.map((row) => row.map(({ cost }) => cost)),
    isBackwards: rows.map((row) => row.map(({ isBackwards }) => isBackwards)),
  };
}

function pairCost(forwards, backwards, place, length, isTap) {
  const { BIAS_LIMIT, REVERSAL_COST, DIRECTION_BIAS, PLACE_WEIGHT, SHAPE_WEIGHT } = COSTS;
  const bias = forwards > BIAS_LIMIT ? REVERSAL_COST : DIRECTION_BIAS * length;
  const isBackwards = backwards + bias < forwards && !isTap;
  const shape = isBackwards ? backwards + REVERSAL_COST : forwards;
  return { cost: PLACE_WEIGHT * place + SHAPE_WEIGHT * shape, isBackwards };
}

/** Whether a drawn stroke is a tap and its reference stroke, of this length, is short. */
export function isTappedDot(drawn, referenceLength) {
  if (!(referenceLength <= COSTS.DOT_LENGTH)) return false;
  const { low, high } = boxOf([drawn]);
  return Math.max(high[0] - low[0], high[1] - low[1]) <= COSTS.TAP_SIDE;
}

/** From the nearest point of a reference stroke to the centre of a drawn one: [x, y]. */
export function tapShift(drawn, reference) {
  const centre = centreOf(drawn);
  let [best, least] = [null, Infinity];
  for (const at of range(reference.length / 2)) {
    const [x, y] = pointAt(reference, at);
    const offset = [centre[0] - x, centre[1] - y];
    const length = norm(...offset);
    if (length < least) [best, least] = [offset, length];
  }
  return best;
}

/**
 * The optimal assignment for `costs`: {pairs, total}. Any row or column may stay without a partner,
 * at UNMATCHED_COST each.
 */
export function assign(costs) {
  const columns = costs[0]?.length ?? 0;
  // What a pair saves, as a negative cost; 0 for one that is no better than no pair.
  const savings = costs.map((row) => row.map((one) => Math.min(one - 2 * UNMATCHED_COST, 0)));
  const isPair = ([row, column]) => costs[row][column] < 2 * UNMATCHED_COST;
  const pairs = leastCostAssignment(savings).filter(isPair);
  const unmatched = costs.length + columns - 2 * pairs.length;
  const chosen = pairs.map(([row, column]) => costs[row][column]);
  return { pairs, total: sum(chosen) + UNMATCHED_COST * unmatched };
}

/** The extra cost of a join that is shorter than the strokes it joins; rows of drawn strokes. */
export function shortJoinCosts(drawn, reference) {
  const targets = reference.map(lengthOf);
  return drawn.map((curve) => {
    const length = Math.max(lengthOf(curve), 1e-9);
    return targets.map((one) => COSTS.SHORT_JOIN_COST * Math.log(Math.max(one / length, 1)));
  });
}
