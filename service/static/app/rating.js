// The rating that the service derives from an attempt, shown before it has answered.

export const RATINGS = ["again", "hard", "good", "easy"];

/** The rating by the learner's `rules`; "easy" depends on the log, so only the service gives it. */
export function rate({ misses, hints, gave_up: gaveUp, score }, rules) {
  if (gaveUp || misses >= rules.again_misses) return "again";
  if (misses >= rules.hard_misses || hints > 0) return "hard";
  if (score !== undefined && score < rules.hard_score) return "hard";
  return "good";
}

export const USUAL_RULES = { again_misses: 3, hard_misses: 1, hard_score: 40 };
