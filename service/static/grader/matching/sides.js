// The two sides of a matching, drawn strokes and reference strokes, and the pairs of both.

import { COSTS } from "../constants.js";
import { assign, pairCosts } from "./costs.js";
import { Measured, resampleAll, toBox } from "./geometry.js";
import { isRing } from "./rings.js";

/** Units: one stroke each, or several that are treated as one. `strokes`: the indexes of each. */
export class Side {
  #measured = null;

  constructor(strokes, curves) {
    Object.assign(this, { strokes, curves });
  }

  /** The side of units {strokes, curve}. */
  static of(units) {
    return new Side(units.map(({ strokes }) => strokes), units.map(({ curve }) => curve));
  }

  /** The side whose units are single strokes. */
  static ofStrokes(curves) {
    return new Side(curves.map((_, n) => [n]), curves);
  }

  get measured() {
    this.#measured ??= new Measured(this.curves);
    return this.#measured;
  }

  get units() {
    return this.strokes.map((strokes, n) => ({ strokes, curve: this.curves[n] }));
  }
}

/** The cheapest pairs of the drawn units and the reference's: {costs, isBackwards, pairs, total}. */
export function assigned(left, right) {
  const found = pairCosts(left.curves, right.measured);
  return { ...found, ...assign(found.costs) };
}

/** The reference curves as drawings are compared with them: {side, rings}. */
export function targetOf(reference) {
  const side = Side.ofStrokes(toBox(resampleAll(reference, COSTS.POINTS)));
  return { side, rings: reference.filter(isRing) };
}
