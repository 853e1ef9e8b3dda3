// What is right and wrong with one written character.

import { GRADE, STROKES } from "../constants.js";
import { isRing } from "../matching/rings.js";
import { clip, round, sum } from "../numbers.js";
import { adviceJson, advise, hintOf } from "./advice.js";
import { beauty, beautyJson } from "./beauty.js";
import { strokeJson } from "./faults.js";
import { checkLeniency } from "./leniency.js";
import { outOfOrder } from "./order.js";
import { matchUpright, slantExcess } from "./slant.js";
import { gradeStrokes, isTappedDot, matchedForm, withEndings } from "./strokes.js";

const { ACCEPTED, LENIENCY, OVERRULED, SERIOUS } = GRADE;
const { SEVERE } = STROKES;

/**
 * Grades `ink` as an attempt at `reference`.
 *
 * `leniency`: positive; larger accepts more, normal is 1. `readAs`: the character that a recognizer
 * sees, or null. Returns {character, verdict, score, rating, readAs, strokes, missing, advice, form,
 * beauty}; stroke indexes count from 0. `form`: the source of the other accepted form that
 * `strokes` refer to, or null. Throws RangeError where `leniency` is not a positive number.
 */
export function grade(ink, reference, { leniency = 1, readAs = null } = {}) {
  checkLeniency(leniency);
  const answer = gradeForm(ink, reference, leniency, readAs);
  const ways = [answer];
  for (const form of reference.forms) {
    if (ways.at(-1).verdict === "correct") return ways.at(-1);
    ways.push({ ...gradeForm(ink, form, leniency, readAs), form: form.source });
  }
  const accepted = ways.filter(({ verdict }) => ACCEPTED.includes(verdict));
  return accepted.length ? accepted.reduce((best, way) => (isCloser(way, best) ? way : best)) : answer;
}

/** The JSON of a grade, as POST /v1/grade gives it. */
export const gradeJson = (given) => ({
  character: given.character,
  verdict: given.verdict,
  score: round(given.score, 1),
  rating: given.rating,
  read_as: given.readAs,
  strokes: given.strokes.map(strokeJson),
  missing: given.missing,
  form: given.form,
  beauty: beautyJson(given.beauty),
  hint: given.advice.length ? hintOf(given.advice[0]) : null,
  advice: given.advice.map(adviceJson),
});

function isCloser(way, best) {
  const [own, other] = [way, best].map(({ verdict }) => verdict === "correct");
  return own === other ? way.score > best.score : own;
}

/** The excess above which a stroke is wrong and not only untidy. */
export function severeLimit(leniency, isRead) {
  const strict = LENIENCY.calligraphy;
  const weight = isRead ? clip((leniency - strict) / (1 - strict), 0, 1) : 0;
  return SEVERE * (1 + (GRADE.READ_FACTOR - 1) * weight);
}

/** The grade by one form of the character. */
function gradeForm(ink, reference, leniency, readAs) {
  const { character } = reference;
  const matching = matchUpright(ink, reference);
  const found = matchedForm(matching, reference);
  const options = { forms: found.strokes, leniency, count: ink.strokes.length };
  let strokes = gradeStrokes(matching, reference, outOfOrder(matching, reference), options);
  if (leniency <= LENIENCY.calligraphy) strokes = withEndings(strokes, ink, reference);
  const slant = slantExcess(found.turnDegrees, leniency);
  const limit = severeLimit(leniency, readAs === character);
  let verdict = verdictOf(strokes, matching, { slant, limit, leniency });
  const isReadOtherwise = readAs !== null && readAs !== character;
  if (isReadOtherwise && !misleadsReader(reference, matching)) {
    verdict = overruled(verdict, strokes, matching);
  }
  const score = scoreOf(strokes, matching, verdict, { slant, limit });
  const slantDegrees = slant > 1 ? found.turnDegrees : null;
  return {
    character,
    verdict,
    score,
    rating: ratingOf(verdict, score),
    readAs,
    strokes,
    missing: matching.missing,
    advice: advise(ink, reference, matching, strokes, { verdict, readAs, slantDegrees }),
    form: null,
    beauty: ACCEPTED.includes(verdict) ? beauty(reference, matching) : null,
  };
}

/** Whether the ink has what the recognizer is known to misread: dots of one point, rings, strays. */
function misleadsReader(reference, matching) {
  if (matching.far.length) return true;
  return matching.matches
    .filter((one) => one.drawn.length === 1 && one.reference.length === 1)
    .some((one) => {
      const { points } = reference.strokes[one.reference[0]];
      return isTappedDot(one, reference) || isRing(points);
    });
}

/** The verdict on a drawing that reads as another character. */
function overruled(verdict, strokes, matching) {
  let isOther = OVERRULED.includes(verdict) || hasStrays(strokes, matching);
  if (verdict === "correct") isOther = strokes.some(({ excess }) => excess > GRADE.CLOSE);
  else if (verdict === "wrong_strokes" && isOneOff(strokes, matching)) isOther = false;
  return isOther ? "wrong_character" : verdict;
}

/** Whether one stroke missing or extra is all that is wrong: 三 without its last stroke. */
function isOneOff(strokes, { missing }) {
  const faults = strokes.flatMap((stroke) => stroke.faults);
  return missing.length + faults.length === 1 && faults.every((fault) => fault === "extra");
}

/** Whether strokes are missing, extra or severely off; a wrong order is no other character. */
function hasStrays(strokes, { missing }) {
  const isOff = ({ faults, excess }) => faults.includes("extra") || excess > SEVERE;
  return strokes.some(isOff) || missing.length > 0;
}

/** The verdict on a drawing by its strokes and slant alone; `limit`: of their excess. */
function verdictOf(strokes, matching, { slant, limit, leniency }) {
  const { matches, missing } = matching;
  const fitting = matches.filter((one) => strokes[one.drawn[0]].excess <= limit).length;
  const share = fitting / Math.max(strokes.length, totalOf(matching));
  if (share < GRADE.LEAST_FITTING) return "unreadable";
  const faults = new Set(strokes.flatMap((stroke) => stroke.faults));
  const serious = new Set(SERIOUS.filter((fault) => faults.has(fault)));
  if (leniency >= GRADE.TOLERATES_JOINS) for (const one of ["merged", "broken"]) serious.delete(one);
  const worst = Math.max(slant, ...strokes.map(({ excess }) => excess));
  const isOrder = serious.delete("wrong_order");
  if (missing.length || serious.size || worst > limit) return "wrong_strokes";
  if (isOrder) return "wrong_order";
  return faults.size || slant > 1 ? "acceptable" : "correct";
}

/**
 * 100 for a copy of the reference; a stroke at its limit keeps half of its part of the score.
 * `limit`: of the excess, above which a stroke is wrong.
 */
function scoreOf(strokes, matching, verdict, { slant, limit }) {
  if (verdict === "unreadable" || verdict === "wrong_character") return 0;
  const fitting = strokes.filter(({ reference }) => reference.length);
  const kept = sum(fitting.map(({ excess }) => keptOf(excess))) * keptOf(slant);
  const serious = strokes.map(({ faults, excess }) =>
    Math.max(faults.filter((one) => SERIOUS.includes(one)).length, excess > limit ? 1 : 0),
  );
  const points = GRADE.SERIOUS_POINTS * (sum(serious) + matching.missing.length);
  return clip((100 * kept) / Math.max(strokes.length, totalOf(matching)) - points, 0, 100);
}

/** How many strokes the reference has. */
const totalOf = ({ matches, missing }) =>
  sum(matches.map(({ reference }) => reference.length)) + missing.length;

/** The fraction of its points that a stroke or a slant of this excess keeps. */
const keptOf = (excess) => 1 / (1 + Math.max(excess, 0) ** GRADE.SCORE_POWER);

/** The rating of a review for the practice schedule. */
function ratingOf(verdict, score) {
  if (verdict === "correct") return score >= GRADE.EASY_SCORE ? "easy" : "good";
  if (verdict === "acceptable") return score >= GRADE.GOOD_SCORE ? "good" : "hard";
  return "again";
}
