// The faults of each drawn stroke, from its match with the reference.

import { STROKES } from "../constants.js";
import { longerSide } from "../curves.js";
import { forwards } from "../matching/match.js";
import { wrongEnding } from "./endings.js";
import { EXTRA, ranked } from "./faults.js";
import { form } from "./form.js";

/**
 * The form of the strokes that are one stroke of the reference each: {strokes, turnDegrees}, a Map
 * by the index of the match, and the turn of the whole. `mayTurn`: whether all may turn together.
 */
export function matchedForm(matching, reference, mayTurn = true) {
  const single = [...matching.matches.keys()].filter((index) => {
    const one = matching.matches[index];
    const isSingle = one.drawn.length === 1 && one.reference.length === 1;
    return isSingle && !isTappedDot(one, reference);
  });
  const matches = single.map((index) => matching.matches[index]);
  const drawn = matches.map((one) => forwards(matching.ink[one.drawn[0]], one.isBackwards));
  const strokes = matches.map((one) => one.reference[0]);
  const found = form(drawn, strokes, reference, mayTurn);
  return {
    strokes: new Map(single.map((index, n) => [index, found.strokes[n]])),
    turnDegrees: found.turnDegrees,
  };
}

/**
 * The grades of `count` drawn strokes in the order drawn. `displaced`: indexes of the matches that
 * are out of order. `forms`: of the matches that have one. A stroke in no match is extra.
 */
export function gradeStrokes(matching, reference, displaced, { forms, leniency, count }) {
  const strokes = Array(count).fill(EXTRA);
  matching.matches.forEach((one, index) => {
    const measured = forms.get(index);
    const excesses = measured ? formExcesses(measured) : plainExcesses(one, reference);
    const measures = Object.fromEntries(
      Object.entries(excesses).map(([fault, over]) => [fault, over / leniency]),
    );
    if (isTappedDot(one, reference)) {
      measures.too_short = Math.min(measures.too_short, STROKES.TAP_EXCESS);
    }
    const faults = new Set(Object.keys(measures).filter((fault) => measures[fault] > 1));
    if (one.drawn.length > 1) faults.add("broken");
    if (one.reference.length > 1) faults.add("merged");
    if (one.isBackwards) faults.add("wrong_direction");
    if (displaced.has(index)) faults.add("wrong_order");
    const grade = {
      reference: one.reference,
      faults: ranked(faults, measures),
      excess: Math.max(...Object.values(measures)),
      shift: measured ? measured.shift : one.shift,
      shape: measured ? measured.shapeDistance : one.shape,
      length: measured ? measured.lengthRatio : one.lengthRatio,
      ending: null,
    };
    for (const place of one.drawn) strokes[place] = grade;
  });
  return strokes;
}

/** Whether a dot of the reference, or another stroke that is short enough, was tapped. */
export const isTappedDot = (one, reference) =>
  one.isTap && STROKES.DOT_TYPES.includes(reference.strokes[one.reference[0]].type.slice(0, 1));

/** The grades of the strokes of `ink` with the wrong endings added. */
export function withEndings(strokes, ink, reference) {
  const fitting = ink.strokes.filter((_, place) => strokes[place].reference.length);
  if (!fitting.length) return strokes;
  const side = longerSide(fitting.map(({ points }) => points));
  return strokes.map((stroke, place) => {
    const isHidden = stroke.faults.some((fault) => STROKES.ENDING_UNKNOWN.includes(fault));
    if (!stroke.reference.length || isHidden) return stroke;
    const wanted = reference.strokes[stroke.reference[0]];
    const ending = wrongEnding(ink.strokes[place], wanted, side);
    if (!ending) return stroke;
    const faults = ranked(new Set([...stroke.faults, "wrong_shape"]), {});
    return { ...stroke, faults, excess: Math.max(stroke.excess, STROKES.ENDING_EXCESS), ending };
  });
}

/** Each measure over its limit at leniency 1, by the fault that it is above 1. */
const formExcesses = ({ place, shape, turn, length }) => ({
  wrong_place: place,
  wrong_shape: Math.max(shape, turn),
  too_short: -length,
  too_long: length,
});

/** The same for a stroke that has no form: joined, broken or tapped. */
function plainExcesses(one, reference) {
  const length = Math.log(one.lengthRatio) / Math.log(STROKES.LENGTH_LIMIT);
  const place = one.place / STROKES.PLACE_LIMIT;
  if (isTappedDot(one, reference)) return { wrong_place: place, too_short: -length };
  const shape = one.shape / STROKES.SHAPE_LIMIT;
  return { wrong_place: place, wrong_shape: shape, too_short: -length, too_long: length };
}
