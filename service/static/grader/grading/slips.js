// What tells a slip of the pen from how much people vary anyway.

import { SLIPS, VARIATION } from "../constants.js";
import { mahalanobis } from "../linear.js";
import { hypot, range } from "../numbers.js";

const { LENGTH_FLOOR, USUAL_STROKES } = VARIATION;
const { ODDS, SLIP_LENGTH, SLIP_PLACE, SLIP_TURN } = SLIPS;

/**
 * For strokes of these `lengths`, in boxes, what decides between a slip and the writer's own spread:
 * {sizes, odds}, the size of a slip in place, length and turn of each stroke, and the logarithm of
 * the odds against each.
 */
export function slipsOf(lengths) {
  const growth = Math.log(Math.max(lengths.length, 2) / USUAL_STROKES);
  return {
    sizes: lengths.map((one) => [
      SLIP_PLACE,
      Math.log((SLIP_LENGTH * one + LENGTH_FLOOR) / (one + LENGTH_FLOOR)),
      SLIP_TURN,
    ]),
    odds: ODDS.map((one) => one + growth),
  };
}

/**
 * Place, length and turn of four deviations over their limits.
 *
 * A slip of size s explains a deviation d of variance v better by exp((s d - s s / 2) / v) times, and
 * one as large as d by exp(d d / 2 v); where the best of size s or more reaches the odds, d is at its
 * limit. `place`: the covariance of the place, `variances`: of
 * length and turn, both of a writer of `neatness` 1. `sizes`: of the stroke's slips.
 */
export function overLimits(deviation, { place, variances, neatness }, sizes, odds) {
  const [x, y, ...others] = deviation;
  const size = [hypot(x, y), ...others.map(Math.abs)];
  const squares = Math.max(mahalanobis([x, y], place), 1e-12);
  const spread = [size[0] ** 2 / squares, ...variances];
  return range(3).map((at) => {
    const variance = spread[at] * neatness ** 2;
    const ofThisSize = sizes[at] / 2 + (odds[at] * variance) / sizes[at];
    const limit = ofThisSize > sizes[at] ? Math.sqrt(2 * odds[at] * variance) : ofThisSize;
    return size[at] / limit;
  });
}
