// Recognizes characters with the ONNX network of the service.

import { RECOGNIZE, SEQUENCE } from "../constants.js";
import { range, sum } from "../numbers.js";
import { WIDTH, sequencesOf } from "../sequence.js";
import { candidatesOfKind, defaultCandidates, kanaAndMarks } from "./candidates.js";
import { withPlainHandakuten } from "./handakuten.js";

/** Reads ink with an ONNX network; `labels` are the characters that it can return. */
export class Recognizer {
  /** `run`: a promise of {logits, known} of a Float32Array of sequences and their number. */
  constructor(run, labels) {
    Object.assign(this, { run, labels, index: new Map(labels.map((label, at) => [label, at])) });
    this.isKana = labels.map((label) => kanaAndMarks.has(label));
    this.usual = this.columns(defaultCandidates(labels));
    this.rivalsOf = new WeakMap(); // by allowed columns, their rivals
  }

  /**
   * The recognizer of a file that GET /v1/model describes.
   *
   * `ort`: onnxruntime-web. `file`: the bytes of the ONNX file. `model`: the answer of GET
   * /v1/model. Throws RangeError where the file was trained for other inputs than these modules
   * make.
   */
  static async open(ort, file, { labels, preprocessing }) {
    if (preprocessing !== SEQUENCE.PREPROCESSING_VERSION) {
      const own = SEQUENCE.PREPROCESSING_VERSION;
      throw new RangeError(`the network is for inputs of version ${preprocessing}, not of ${own}`);
    }
    const extra = { session: { disable_quant_qdq: "1" } };
    const session = await ort.InferenceSession.create(file, { executionProviders: ["wasm"], extra });
    const run = async (sequences, count) => {
      const input = new ort.Tensor("float32", sequences, [count, SEQUENCE.STEPS, WIDTH]);
      const { logits, known } = await session.run({ sequences: input }, ["logits", "known"]);
      return { logits: logits.data, known: known.data };
    };
    return new Recognizer(run, [...labels]);
  }

  /**
   * The `top` most probable characters among `candidates`, by default the joyo and jinmeiyo kanji: a
   * promise of {candidates: [{character, probability}], none, outside}. Several inks are versions of
   * the same one; the probabilities are the mean over all. `none`: the probability of no character
   * at all; `outside`: of one that is known and is no candidate.
   */
  async recognize(inks, { top = 10, candidates = null } = {}) {
    const { logits, known } = await this.run(sequencesOf(inks.map(withPlainHandakuten)), inks.length);
    const allowed = candidates ? this.columns(candidates) : this.usual;
    if (!this.rivalsOf.has(allowed)) this.rivalsOf.set(allowed, this.rivals(allowed));
    const rivals = this.rivalsOf.get(allowed);
    const mean = new Float64Array(allowed.length);
    let [isCharacter, outside] = [0, 0];
    inks.forEach((_, row) => {
      const own = 1 / (1 + Math.exp(-known[row]));
      const scores = logits.subarray(row * this.labels.length, (row + 1) * this.labels.length);
      const most = allowed.reduce((best, column) => Math.max(best, scores[column]), -Infinity);
      const weightOf = (column) => Math.min(Math.exp(scores[column] - most), RECOGNIZE.LARGE);
      const weights = allowed.map(weightOf);
      const inside = sum(weights);
      const others = RECOGNIZE.OUTSIDE_WEIGHT * Math.max(sum(rivals.map(weightOf)) - inside, 0);
      const factor = own / (inside + others) / inks.length;
      weights.forEach((weight, at) => (mean[at] += weight * factor));
      outside += others * factor;
      isCharacter += own / inks.length;
    });
    const found = largest(mean, top).map((at) => ({
      character: this.labels[allowed[at]],
      probability: mean[at],
    }));
    return { candidates: found, none: 1 - isCharacter, outside };
  }

  /** The columns of the kinds that are allowed, kanji or kana: a ロ is no reason to doubt a 口. */
  rivals(allowed) {
    const kinds = new Set(allowed.map((column) => this.isKana[column]));
    return range(this.labels.length).filter((column) => kinds.has(this.isKana[column]));
  }

  /** The columns of the logits that belong to `candidates`, in ascending order. */
  columns(candidates) {
    const chosen = [...new Set(candidates)];
    const unknown = chosen.filter((one) => !this.index.has(one));
    if (unknown.length) throw new RangeError(`the recognizer does not know ${unknown.join(" ")}`);
    if (!chosen.length) throw new RangeError("there are no candidates: give at least one character");
    return chosen.map((one) => this.index.get(one)).sort((a, b) => a - b);
  }
}

/** The indexes of the `count` largest values, the largest first, of equal ones the first. */
function largest(values, count) {
  const found = [];
  for (let at = 0; at < values.length; at += 1) {
    if (found.length === count && values[at] <= values[found.at(-1)]) continue;
    let place = found.length;
    while (place > 0 && values[at] > values[found[place - 1]]) place -= 1;
    found.splice(place, 0, at);
    if (found.length > count) found.pop();
  }
  return found;
}

/**
 * A promise of the character that `ink` reads as, of the kind of `target`, kanji or kana;
 * null where the recognizer is not sure, or does not know the target.
 */
export async function sureReading(reader, ink, target) {
  if (!reader.index.has(target)) return null;
  const candidates = candidatesOfKind(target, reader.labels);
  const answer = await reader.recognize([ink], { top: RECOGNIZE.RIVALS, candidates });
  return clearReading(answer.candidates, target);
}

/** The best of `candidates`, most probable first, where it is sure or much above its rival. */
export function clearReading([best, ...others], target) {
  const { CLEAR, LIKELY_PROBABILITY, SURE_PROBABILITY } = RECOGNIZE;
  const isRival = ({ character }) => best.character === target || character === target;
  const rival = Math.max(0, ...others.filter(isRival).map(({ probability }) => probability));
  const isClear = best.probability >= Math.max(LIKELY_PROBABILITY, CLEAR * rival);
  return isClear || best.probability >= SURE_PROBABILITY ? best.character : null;
}
