// A character that is turned as a whole, such as 一 on a rising line.

import { SLANT } from "../constants.js";
import { costOf, match } from "../matching/match.js";
import { degrees } from "../numbers.js";
import { curvesOf } from "../reference.js";
import { commonTurn, formModel } from "./form.js";

/** The turn of the whole over its limit; above 1 it is told. */
export const slantExcess = (turnDegrees, leniency) =>
  Math.abs(turnDegrees) / (SLANT.SLANT_LIMIT_DEGREES * leniency);

/** The matching of `ink` with `reference`, which a turn of the whole does not disturb. */
export function matchUpright(ink, reference) {
  const [curves, targets] = [curvesOf(ink), curvesOf(reference)];
  const asDrawn = match(curves, targets);
  if (curves.length !== targets.length) return asDrawn;
  const turn = commonTurn(asDrawn.ink, formModel(reference).curves);
  if (Math.abs(degrees(turn)) < SLANT.MATCHED_UPRIGHT_DEGREES) return asDrawn;
  const upright = match(curves.map((curve) => turned(curve, -turn)), targets);
  if (costOf(upright) >= costOf(asDrawn)) return asDrawn;
  return { ...upright, ink: asDrawn.ink };
}

/** A curve turned about the origin, clockwise. */
function turned(curve, radians) {
  const [cosine, sine] = [Math.cos(radians), Math.sin(radians)];
  return curve.map((value, at) =>
    at % 2 ? curve[at - 1] * sine + value * cosine : value * cosine - curve[at + 1] * sine,
  );
}
