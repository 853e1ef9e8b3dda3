// The grader of the service: POST /v1/grade.

import { ask, Problem, Unreachable } from "../api.js";

const TIMEOUT_MS = 3000; // a learner with a pen in the hand does not wait longer

/** The service cannot judge the drawing now. */
export class GraderUnavailable extends Error {}

/** The answer of POST /v1/grade. Raises GraderUnavailable. */
export async function httpWhole({ kanji, leniency }, strokes) {
  try {
    const body = { character: kanji, leniency, strokes };
    return await ask("POST", "/v1/grade", body, { timeout: TIMEOUT_MS });
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Problem) {
      throw new GraderUnavailable(error.message);
    }
    throw error;
  }
}
