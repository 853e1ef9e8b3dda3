// Recognizes characters with the ONNX network of the service.

import { KANA, RECOGNIZE, SEQUENCE } from "../constants.js";
import { range } from "../numbers.js";
import { WIDTH, sequencesOf } from "../sequence.js";

export const kana = new Set(KANA);

/** Reads ink with an ONNX network; `labels` are the characters that it can return. */
export class Recognizer {
  /** `run`: a promise of {logits, known} of a Float32Array of sequences and their number. */
  constructor(run, labels) {
    Object.assign(this, { run, labels, index: new Map(labels.map((label, at) => [label, at])) });
    this.kanji = range(labels.length).filter((at) => !kana.has(labels[at]));
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
   * The `top` most probable characters among `candidates`, by default all kanji: a promise of
   * {candidates: [{character, probability}], none}. Several inks are versions of the same one; the
   * probabilities are the mean over all. `none`: the probability of no character at all.
   */
  async recognize(inks, { top = 10, candidates = null } = {}) {
    const { logits, known } = await this.run(sequencesOf(inks), inks.length);
    const allowed = candidates ? this.columns(candidates) : this.kanji;
    const mean = new Float64Array(allowed.length);
    let isCharacter = 0;
    inks.forEach((_, row) => {
      const own = 1 / (1 + Math.exp(-known[row]));
      const scores = allowed.map((column) => logits[row * this.labels.length + column]);
      const most = scores.reduce((best, one) => Math.max(best, one), -Infinity);
      const weights = scores.map((one) => Math.exp(one - most));
      const factor = own / weights.reduce((total, one) => total + one, 0);
      weights.forEach((weight, at) => (mean[at] += (weight * factor) / inks.length));
      isCharacter += own / inks.length;
    });
    const best = range(mean.length).sort((a, b) => mean[b] - mean[a]).slice(0, top);
    const found = best.map((at) => ({
      character: this.labels[allowed[at]],
      probability: mean[at],
    }));
    return { candidates: found, none: 1 - isCharacter };
  }

  /** The columns of the logits that belong to `candidates`, in ascending order. */
  columns(candidates) {
    const known = [...new Set(candidates)].filter((one) => this.index.has(one));
    if (!known.length) throw new RangeError("the recognizer knows none of the candidates given");
    return known.map((one) => this.index.get(one)).sort((a, b) => a - b);
  }
}

/**
 * A promise of the character that `ink` reads as, of the kind of `target`, all kanji or all kana;
 * null where the recognizer is not sure, or does not know the target.
 */
export async function sureReading(reader, ink, target) {
  if (!reader.index.has(target)) return null;
  const candidates = candidatesFor(target);
  const [best] = (await reader.recognize([ink], { top: 1, candidates })).candidates;
  return best.probability >= RECOGNIZE.SURE_PROBABILITY ? best.character : null;
}

/** The candidates for a drawing of `target`: all kana, or null for all kanji. */
export const candidatesFor = (target) => (kana.has(target) ? kana : null);
