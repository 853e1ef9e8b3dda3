// Matching when one stroke is missing or extra and all others are in canonical order.
//
// Each position is tried at which one stroke may be missing or extra, two may be joined, or one may
// be broken. The ink is fitted to the reference again for each.

import { COSTS, MISCOUNT } from "../constants.js";
import { joined, placed } from "../curves.js";
import { least, range, sum } from "../numbers.js";
import { pairCosts, shortJoinCosts } from "./costs.js";
import { Measured, fit, resample } from "./geometry.js";

/**
 * The cheapest match of curves `ink` with `reference`, which have one stroke more or less, both in
 * the unit box: {drawn, reference, pairs, cost}, units and pairs of them. Undefined where in every
 * option some stroke does not fit.
 */
export function findMiscount(ink, reference) {
  const longer = ink.length < reference.length ? reference : ink;
  const found = optionsOf(longer).map((option) => fitted(ink, reference, option));
  return least(found.filter(Boolean), ({ cost }) => cost);
}

/**
 * Each way to leave out one of the strokes, or to join two of them: {units, partners, joined,
 * cost}. `partners`: for each stroke of the other side the index of its unit. `joined`: the place
 * there of the unit of two strokes, or null.
 */
function optionsOf(longer) {
  const units = longer.map((curve, n) => ({ strokes: [n], curve }));
  const all = range(longer.length);
  const without = all.map((k) => ({
    units,
    partners: all.filter((n) => n !== k),
    joined: null,
    cost: COSTS.UNMATCHED_COST,
  }));
  const joins = all.slice(1).map((next) => {
    const k = next - 1;
    const curve = resample(joined([longer[k], longer[next]]), COSTS.POINTS);
    const own = [...units.slice(0, k), { strokes: [k, next], curve }, ...units.slice(k + 2)];
    const cost = MISCOUNT.JOIN_FACTOR * COSTS.JOIN_COST;
    return { units: own, partners: range(own.length), joined: k, cost };
  });
  return [...without, ...joins];
}

/** The match by one option, or null where a stroke does not fit its partner. */
function fitted(ink, reference, option) {
  const isShort = ink.length < reference.length;
  const curves = option.partners.map((n) => option.units[n].curve);
  const [drawn, target] = isShort ? [ink, curves] : [curves, reference];
  const place = fit(drawn, target, COSTS.STRETCH);
  const moved = drawn.map((curve) => placed(curve, place));
  const costs = moved.map((curve, n) => pairCosts([curve], new Measured([target[n]])).costs[0][0]);
  if (Math.max(...costs) > COSTS.UNMATCHED_COST) return null;
  let { cost } = option;
  if (isShort && option.joined !== null) {
    cost += shortJoinCosts([moved[option.joined]], [target[option.joined]])[0][0];
  }
  const single = (isShort ? ink : reference).map((curve, n) => ({ strokes: [n], curve }));
  const [left, right] = isShort ? [single, option.units] : [option.units, single];
  return {
    drawn: left.map(({ strokes, curve }) => ({ strokes, curve: placed(curve, place) })),
    reference: right,
    pairs: option.partners.map((k, n) => (isShort ? [n, k] : [k, n])),
    cost: cost + sum(costs),
  };
}
