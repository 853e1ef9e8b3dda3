// How well proportioned a character is, whether or not it is right: four scores from 0 to 100.

import { BEAUTY, COSTS } from "../constants.js";
import { pointAt } from "../curves.js";
import { centreOf, distance, lengthOf, norm, resampleAll, toBox } from "../matching/geometry.js";
import { forwards } from "../matching/match.js";
import { argmin, mean, range, round, wrapped } from "../numbers.js";

/**
 * {proportions, spacing, parallelism, balance} by the strokes that match one to one, null where one
 * does not apply; null where there are none.
 */
export function beauty(reference, matching) {
  const isSingle = (one) => one.drawn.length === 1 && one.reference.length === 1;
  const pairs = matching.matches.filter(isSingle);
  if (!pairs.length) return null;
  const ink = pairs.map((one) => forwards(matching.ink[one.drawn[0]], one.isBackwards));
  const wanted = pairs.map((one) => reference.strokes[one.reference[0]].points);
  const [drawn, target] = [toBox(ink), toBox(resampleAll(wanted, COSTS.POINTS))];
  return {
    proportions: proportions(drawn, target),
    spacing: spacing(drawn, target),
    parallelism: parallelism(drawn, target),
    balance: balance(drawn, target),
  };
}

/** The scores with one decimal, as in the API. */
export const beautyJson = (scores) =>
  scores &&
  Object.fromEntries(
    Object.entries(scores).map(([name, one]) => [name, one === null ? null : round(one, 1)]),
  );

// Below, `drawn` and `target` are resampled curves in the unit box, stroke by stroke.

const score = (deviation, half) => 100 * 0.5 ** (deviation / half);

function proportions(drawn, target) {
  if (drawn.length < 2) return null;
  const floored = (curve) => lengthOf(curve) + BEAUTY.LENGTH_FLOOR;
  const ratios = drawn.map((curve, n) => Math.log(floored(curve) / floored(target[n])));
  const middle = mean(ratios);
  return score(Math.sqrt(mean(ratios.map((one) => (one - middle) ** 2))), BEAUTY.PROPORTIONS_HALF);
}

function spacing(drawn, target) {
  if (drawn.length < 2) return null;
  const [centres, wanted] = [drawn.map(centreOf), target.map(centreOf)];
  const differences = wanted.map((centre, n) => {
    const away = wanted.map((other, k) => (k === n ? Infinity : distance(centre, other)));
    const nearest = argmin(away);
    return Math.abs(distance(centres[n], centres[nearest]) - away[nearest]);
  });
  return score(mean(differences), BEAUTY.SPACING_HALF);
}

function parallelism(drawn, target) {
  const isStraight = target.map(
    (curve) => norm(...chordOf(curve)) > BEAUTY.STRAIGHT * Math.max(lengthOf(curve), 1e-9),
  );
  const [angles, wanted] = [drawn.map(angleOf), target.map(angleOf)];
  const differences = [];
  for (const first of range(drawn.length)) {
    for (let second = first + 1; second < drawn.length; second += 1) {
      const between = wrapped(wanted[first] - wanted[second]);
      if (!(Math.abs(between) < BEAUTY.PARALLEL && isStraight[first] && isStraight[second])) continue;
      differences.push(Math.abs(wrapped(wrapped(angles[first] - angles[second]) - between)));
    }
  }
  return differences.length ? score(mean(differences), BEAUTY.PARALLELISM_HALF) : null;
}

const balance = (drawn, target) =>
  score(distance(centreOfGravity(drawn), centreOfGravity(target)), BEAUTY.BALANCE_HALF);

/** The mean of the strokes' centres, weighted by length. */
function centreOfGravity(curves) {
  const weights = curves.map((curve) => lengthOf(curve) + 1e-9);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const centres = curves.map(centreOf);
  return [0, 1].map(
    (axis) => centres.reduce((sum, centre, n) => sum + centre[axis] * weights[n], 0) / total,
  );
}

const chordOf = (curve) => {
  const [[x, y], [u, v]] = [pointAt(curve, 0), pointAt(curve, -1)];
  return [u - x, v - y];
};

function angleOf(curve) {
  const [x, y] = chordOf(curve);
  return Math.atan2(y, x);
}
