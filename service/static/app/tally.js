// What happened while one kanji was written, as the fields of an attempt.

/** Counts the refusals and hints of an attempt. */
export class Tally {
  constructor(now = Date.now()) {
    this.started = now;
    this.refusals = new Map(); // of each reference stroke
    this.hints = 0;
    this.gaveUp = false;
    this.ended = now;
  }

  refuse(stroke) {
    this.refusals.set(stroke, this.refusalsOf(stroke) + 1);
  }

  refusalsOf(stroke) {
    return this.refusals.get(stroke) ?? 0;
  }

  /**
   * The fields of the event. `misses` are those of the worst stroke, so that a slip in each of
   * many strokes is not as grave as a stroke that one does not know.
   */
  fields(kanji, grade, isAccepted) {
    const worst = Math.max(0, ...this.refusals.values());
    const faulty = new Set(this.refusals.keys());
    for (const { reference, faults } of grade.strokes) {
      if (faults.length) for (const one of [reference].flat()) if (one !== null) faulty.add(one);
    }
    const fields = {
      kanji,
      misses: worst + (isAccepted ? 0 : 1),
      hints: this.hints,
      gave_up: this.gaveUp,
      seconds: Math.min(86_400, Math.max(0, (this.ended - this.started) / 1000)),
      faulty_strokes: [...faulty].sort((a, b) => a - b),
      score: grade.score,
    };
    if (grade.read_as && grade.read_as !== kanji) fields.read_as = grade.read_as;
    return fields;
  }
}
