// Which characters an ink may be read as.

import { KANA, KANJI, MARKS } from "../constants.js";

/** All characters that are no kanji; some have the shape of one, such as ロ and 口. */
export const kanaAndMarks = new Set(KANA + MARKS);

const usual = new WeakMap(); // by labels

/**
 * The labels that an ink is read as where no candidates are given: the joyo and jinmeiyo kanji. A
 * recognizer that knows none of them reads all that is no kana, and one that knows kana alone those.
 */
export function defaultCandidates(labels) {
  if (!usual.has(labels)) usual.set(labels, chosenOf(labels));
  return usual.get(labels);
}

function chosenOf(labels) {
  const known = new Set(labels);
  const chosen = [...KANJI].filter((one) => known.has(one));
  const others = chosen.length ? chosen : labels.filter((one) => !kanaAndMarks.has(one));
  return others.length ? others : labels;
}

/** What an attempt at `target` may be read as: it and all of its kind; null for the default. */
export function candidatesOfKind(target, labels) {
  if (kanaAndMarks.has(target)) {
    const known = new Set(labels);
    return [target, ...[...KANA].filter((one) => known.has(one))];
  }
  const others = defaultCandidates(labels);
  return others.includes(target) ? null : [...others, target];
}
