// What to tell a learner about each fault: text in English and Japanese, and what to draw.

import { ADVICE, COSTS } from "../constants.js";
import { joined, placed, pointAt, pointsOf, reversed } from "../curves.js";
import { centreOf, fit, resample, resampleAll } from "../matching/geometry.js";
import { onWire } from "../matching/match.js";
import { isRing, turnedRings } from "../matching/rings.js";
import { modulo, rint, roundScaled } from "../numbers.js";
import { FAULTS, FAULTS_OF_FORM } from "./faults.js";

const { DIRECTIONS, PLACES, SURPLUS, TEXTS, TURNS, WHOLE } = ADVICE;

/**
 * The advice for a graded drawing, the most serious fault first; empty if nothing is wrong.
 *
 * Each is {key, params, en, ja, lines, arrow}: `lines`, the reference's curves where they would lie
 * on the ink; `arrow`, two points [x, y] or null. `slantDegrees`: by which the whole is turned
 * clockwise, if that is to be told.
 */
export function advise(ink, reference, matching, strokes, { verdict, readAs, slantDegrees }) {
  const { character } = reference;
  const faults = strokes.flatMap((stroke, place) => stroke.faults.map((fault) => ({ place, fault })));
  const isWhole = WHOLE.includes(verdict);
  if (!(faults.length || matching.missing.length || slantDegrees || isWhole)) return [];
  const lines = referenceOnInk(ink, reference, matching);
  const slant = slantDegrees ? [slantAdvice(slantDegrees, lines)] : [];
  if (isWhole) {
    const params = { character };
    if (verdict === "wrong_character") params.read_as = `${readAs}`;
    return [adviceOf(verdict, params, { words: { character, read_as: readAs } }), ...slant];
  }
  const drawing = { ink, strokes, lines, character };
  // Of the faults wanted, the more serious first, then those of the worst stroke.
  const of = (isWanted) =>
    faults
      .filter(({ fault }) => isWanted(fault))
      .sort((a, b) => rank(a.fault) - rank(b.fault) || worse(a, b, strokes))
      .map(({ fault, place }) => strokeAdvice(fault, place, drawing));
  const isSurplus = (fault) => SURPLUS.includes(fault);
  const isOfForm = (fault) => FAULTS_OF_FORM.has(fault);
  return [
    ...of(isSurplus),
    ...matching.missing.map((stroke) => missingAdvice(stroke, lines)),
    ...of((fault) => !isSurplus(fault) && !isOfForm(fault)),
    ...slant,
    ...of(isOfForm),
  ];
}

/** The key of an advice and its parameters, for an app that has its own texts. */
export const hintOf = ({ key, params }) => ({ key, params });

/** The JSON of an advice, as in the API. */
export const adviceJson = ({ key, params, en, ja, lines, arrow }) => ({
  key,
  params,
  text: { en, ja },
  lines: lines.map((line) => pointsOf(line).map(roundedPoint)),
  arrow: arrow && arrow.map(roundedPoint),
});

const roundedPoint = (point) => point.map((value) => roundScaled(value, 2));

const rank = (fault) => (FAULTS_OF_FORM.has(fault) ? FAULTS.length : FAULTS.indexOf(fault));

const worse = (a, b, strokes) =>
  FAULTS_OF_FORM.has(a.fault) ? strokes[b.place].excess - strokes[a.place].excess : 0;

function missingAdvice(stroke, lines) {
  const own = lines.slice(stroke, stroke + 1);
  return adviceOf("missing", { reference: stroke }, { lines: own, words: { r: stroke + 1 } });
}

function slantAdvice(degrees, lines) {
  const turn = rint(degrees);
  const direction = TURNS[degrees > 0];
  return adviceOf("slant", { degrees: turn }, { lines, direction, words: { degrees: Math.abs(turn) } });
}

/** The advice about one fault of the stroke drawn at `place`. */
function strokeAdvice(fault, place, { ink, strokes, lines, character }) {
  const stroke = strokes[place];
  const own = lines.length ? stroke.reference.map((n) => lines[n]) : [];
  const told = toldOf(fault, stroke, own, ink.strokes[place]);
  const params = { stroke: place, reference: onWire(stroke.reference), ...told.params };
  const words = {
    n: place + 1,
    r: stroke.reference.length ? stroke.reference[0] + 1 : null,
    count: stroke.reference.length,
    character,
  };
  return adviceOf(told.key, params, { ...told, lines: own, words });
}

/** The key, and what arrow and direction show it: {key, params, arrow, direction}. */
function toldOf(fault, { ending, shift }, own, drawn) {
  if (fault === "wrong_shape" && ending) {
    const arrow = ending.wanted === "stop" ? null : endArrow(own[0]);
    return { key: `ending_${ending.wanted}`, params: { drawn: ending.drawn }, arrow };
  }
  if (fault === "wrong_direction" && own.length) {
    const arrow = [pointAt(own[0], 0), pointAt(own.at(-1), -1)];
    const way = [arrow[1][0] - arrow[0][0], arrow[1][1] - arrow[0][1]];
    return { key: fault, arrow, direction: DIRECTIONS[eighth(way)] };
  }
  if (fault === "wrong_place" && own.length && shift) {
    const arrow = [centreOf(resample(drawn.points, COSTS.POINTS)), centreOf(joined(own))];
    return { key: fault, arrow, direction: PLACES[eighth([-shift[0], -shift[1]])] };
  }
  return { key: fault };
}

/** The advice of a key; `direction` [English, Japanese] and `words` fill its texts. */
function adviceOf(key, params, { lines = [], arrow = null, direction = ["", ""], words = {} }) {
  const [en, ja] = TEXTS[key].map((text, language) => {
    const values = { direction: direction[language], ...words };
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  });
  return { key, params, en, ja, lines, arrow };
}

/** The reference's strokes fitted to the ink by the matches; empty if nothing matches. */
function referenceOnInk(ink, reference, { matches }) {
  if (!matches.length) return [];
  const target = matches.map((one) => joined(one.reference.map((n) => reference.strokes[n].points)));
  const drawn = matches.map((one, n) => {
    const points = joined(one.drawn.map((place) => ink.strokes[place].points));
    const [turned] = turnedRings([points], [target[n]].filter(isRing));
    return one.isBackwards ? reversed(turned) : turned;
  });
  const [from, to] = [target, drawn].map((curves) => resampleAll(curves, COSTS.POINTS));
  const place = fit(from, to, ADVICE.NO_LIMIT);
  return reference.strokes.map(({ points }) => placed(points, place));
}

/** The last part of a line, as an arrow. */
function endArrow(line) {
  const points = resample(line, COSTS.POINTS);
  return [pointAt(points, -ADVICE.ENDING_POINTS), pointAt(points, -1)];
}

/** The direction of [x, y] as an index into PLACES and DIRECTIONS. */
const eighth = ([x, y]) => modulo(rint(Math.atan2(y, x) / (Math.PI / 4)), 8);
