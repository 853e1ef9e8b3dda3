// The grader in this browser, for the cards of the queue.

import {
  grade,
  gradeJson,
  gradeSoFar,
  inkFromColumns,
  referenceFrom,
  soFarJson,
} from "../../grader/index.js";

const references = new WeakMap(); // of cards
const inks = new WeakMap(); // of strokes: what is judged so far is judged as a whole next

/** Judges the strokes drawn so far. */
export function localSoFar(card, strokes) {
  const { leniency } = card;
  return soFarJson(gradeSoFar(inkOf(strokes), referenceOf(card), { leniency }));
}

/** Judges a whole drawing; `readAs`: what the recognizer sees, or null. */
export function localWhole(card, strokes, readAs) {
  const { leniency } = card;
  return gradeJson(grade(inkOf(strokes), referenceOf(card), { leniency, readAs }));
}

function inkOf(strokes) {
  if (!inks.has(strokes)) inks.set(strokes, inkFromColumns(strokes));
  return inks.get(strokes);
}

function referenceOf(card) {
  if (!references.has(card)) references.set(card, referenceFrom(card.kanji, card));
  return references.get(card);
}
