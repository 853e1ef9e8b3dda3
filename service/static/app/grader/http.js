// The grader of the service: POST /v1/grade.

import { ask, Unreachable } from "../api.js";
import { GraderUnavailable } from "./unavailable.js";

const TIMEOUT_MS = 8000; // a learner with a pen in the hand does not wait longer

async function grade({ kanji, leniency }, strokes, soFar) {
  const body = { character: kanji, leniency, strokes, so_far: soFar };
  try {
    return await ask("POST", "/v1/grade", body, { timeout: TIMEOUT_MS });
  } catch (error) {
    if (error instanceof Unreachable || error.status === 429) {
      throw new GraderUnavailable(error.message);
    }
    throw error;
  }
}

export const httpGrader = {
  soFar: (card, strokes) => grade(card, strokes, true),
  whole: (card, strokes) => grade(card, strokes, false),
};
