// What can be wrong with a stroke, and what is measured of it.

import { FAULTS as TABLE } from "../constants.js";
import { onWire } from "../matching/match.js";
import { round } from "../numbers.js";

export const { FAULTS } = TABLE;
export const FAULTS_OF_FORM = new Set(TABLE.FAULTS_OF_FORM);
const FIRST_OF_FORM = FAULTS.findIndex((fault) => FAULTS_OF_FORM.has(fault));

/** A set of faults in the order of FAULTS, those of form by their measures over the limits. */
export function ranked(faults, excesses) {
  const rank = (fault) => (FAULTS_OF_FORM.has(fault) ? FIRST_OF_FORM : FAULTS.indexOf(fault));
  const over = (fault) => (FAULTS_OF_FORM.has(fault) ? (excesses[fault] ?? 0) : 0);
  return FAULTS.filter((fault) => faults.has(fault)).sort(
    (a, b) => rank(a) - rank(b) || over(b) - over(a),
  );
}

/** The grade of a drawn stroke that no match has. */
export const EXTRA = {
  reference: [],
  faults: ["extra"],
  excess: 0,
  shift: null,
  shape: null,
  length: null,
  ending: null,
};

/** The JSON of a stroke's grade, as in the API. */
export function strokeJson({ reference, faults, shift, shape, length, ending }) {
  const measures = shift && {
    shift: shift.map((one) => round(one, 3)),
    shape: round(shape, 3),
    length: round(length, 3),
  };
  return { reference: onWire(reference), faults, measures, ending };
}
