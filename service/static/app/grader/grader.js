// The grader as the page sees it. Another one (offline, in JavaScript) has the same two functions.
//
// A grader is an object:
//   soFar(card, strokes) -> {is_right, next, strokes: [{reference, faults}]}
//   whole(card, strokes) -> the answer of POST /v1/grade
// `strokes` are columns {x, y, t} of whole numbers. Both raise GraderUnavailable.

import { httpGrader } from "./http.js";

export { GraderUnavailable } from "./unavailable.js";

/** The grader that this browser has. */
export function openGrader() {
  return httpGrader;
}
