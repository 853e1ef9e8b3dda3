// Recognition with a second look at ink that the network is not sure about.
//
// The network reads distorted copies of the ink: tilted, stretched and slanted. Then the strokes are
// compared with the canonical strokes of the best candidates, whatever their order.

import { SECOND_LOOK } from "../constants.js";
import { distanceOf, match } from "../matching/match.js";
import { curvesOf } from "../reference.js";
import { candidatesOfKind, kanaAndMarks } from "./candidates.js";
import { clearReading, sureReading } from "./recognize.js";

const { COMPARED, SLANT, STRETCH, TILT } = SECOND_LOOK;

/**
 * Like `Recognizer.recognize`, with a second look where the network is not sure.
 *
 * `referencesOf`: a function of characters, a promise of their references, null for one that there
 * is not. Where one of the best candidates has none, strokes are not compared.
 */
export async function recognize(reader, ink, referencesOf, { top = 10, candidates = null } = {}) {
  const options = { top: Math.max(top, COMPARED), candidates };
  let answer = await reader.recognize([ink], options);
  if (isDoubtful(answer)) {
    answer = await reader.recognize([ink, ...distorted(ink)], options);
    answer.candidates = await reranked(ink, answer.candidates, referencesOf);
  }
  return { ...answer, candidates: answer.candidates.slice(0, top) };
}

/**
 * Like `sureReading`, but `target` where a second look at another reading is sure of it: what
 * `grade` takes as `readAs`.
 */
export async function carefulReading(reader, ink, target, referencesOf) {
  const first = await sureReading(reader, ink, target);
  if (first === null || first === target) return first;
  const options = { top: COMPARED, candidates: candidatesOfKind(target, reader.labels) };
  const answer = await reader.recognize([ink, ...distorted(ink)], options);
  const ranked = await reranked(ink, answer.candidates, referencesOf);
  return clearReading(ranked, target) === target ? target : first;
}

/** Whether the network's answer calls for a second look. */
const isDoubtful = ({ candidates: [best], none, outside }) =>
  best.probability < SECOND_LOOK.SURE_FRACTION * (1 - none - outside);

const DISTORTIONS = [
  ...[TILT, -TILT].map((a) => [Math.cos(a), -Math.sin(a), Math.sin(a), Math.cos(a)]),
  ...[STRETCH, 1 / STRETCH].map((width) => [width, 0, 0, 1]),
  ...[SLANT, -SLANT].map((shear) => [1, shear, 0, 1]),
].map((matrix) => matrix.map(Math.fround));

/** Six copies of the ink: tilted, stretched and slanted, each in both directions. */
function distorted({ strokes }) {
  return DISTORTIONS.map(([a, b, c, d]) => ({
    strokes: strokes.map(({ points }) => ({
      points: points.map((value, at) =>
        Math.fround(at % 2 ? c * points[at - 1] + d * value : a * value + b * points[at + 1]),
      ),
    })),
  }));
}

/** Distributes the probability of the first COMPARED candidates by how their strokes fit. */
async function reranked(ink, ranked, referencesOf) {
  const [first, rest] = [ranked.slice(0, COMPARED), ranked.slice(COMPARED)];
  const references = await referencesOf(first.map(({ character }) => character));
  if (references.some((one) => !one)) return ranked;
  // The network reads joined strokes better than the matching does.
  const expected = references[0].strokes.length;
  const fewest = Math.min(SECOND_LOOK.MIN_STROKE_RATIO * expected, expected - 1);
  if (ink.strokes.length < fewest) return ranked;
  const factor = kanaAndMarks.has(first[0].character) ? SECOND_LOOK.KANA_MISFIT : 1;
  const scores = first.map(({ probability }, at) => {
    const log = Math.log(Math.max(probability, SECOND_LOOK.PROBABILITY_FLOOR));
    const misfits = misfitOf(ink, references[at]);
    const weighed = misfits.reduce((t, one, n) => t + one * SECOND_LOOK.MISFIT_WEIGHTS[n], 0);
    return SECOND_LOOK.NETWORK_WEIGHT * log - factor * weighed;
  });
  const weights = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shared = first.reduce((sum, { probability }) => sum + probability, 0);
  const changed = first.map(({ character }, at) => ({
    character,
    probability: (weights[at] * shared) / total,
  }));
  return [...changed, ...rest].sort((a, b) => b.probability - a.probability);
}

/** Five numbers: mean distance per stroke; missing, extra, joined and reversed strokes. */
function misfitOf(ink, reference) {
  const { matches, missing, extra } = match(curvesOf(ink), curvesOf(reference));
  const distance = matches.reduce((total, one) => total + distanceOf(one), 0);
  const strokes = Math.max(ink.strokes.length, reference.strokes.length);
  const joins = matches.reduce((n, one) => n + one.reference.length + one.drawn.length - 2, 0);
  const reversals = matches.filter(({ isBackwards }) => isBackwards).length;
  return [distance / strokes, missing.length, extra.length, joins, reversals];
}
