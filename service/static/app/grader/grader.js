// The grader as the page sees it: strokes are judged in this browser.
//
// A grader is an object:
//   soFar(card, strokes) -> {is_right, next, strokes: [{reference, faults}]}
//   whole(card, strokes) -> the answer of POST /v1/grade
// `strokes` are columns {x, y, t} of whole numbers. Where the same array is first given to soFar, it
// is read meanwhile.

import { whenIdle } from "../dom.js";
import { httpWhole, GraderUnavailable } from "./http.js";
import { isReady, prepare, readingOf } from "./reader.js";

const READER_MS = 2000; // that a page has for itself before the recognizer is fetched
const readings = new WeakMap(); // of strokes, promises
let module = null; // a promise: not needed before the first stroke is drawn

function local() {
  const failed = (error) => {
    module = null; // so that a later stroke tries again
    throw error;
  };
  return (module ??= import("./local.js").catch(failed));
}

/** The grader that this browser has; the recognizer is fetched later, or with the first stroke. */
export function openGrader() {
  whenIdle(() => local().catch(() => {})); // the first stroke tries again
  setTimeout(prepare, READER_MS);
  return { soFar, whole };
}

async function soFar(card, strokes) {
  prepare();
  if (isReady() && strokes.length >= card.strokes.length) reading(card, strokes);
  return (await local()).localSoFar(card, strokes);
}

/** A promise of what the recognizer's worker reads, which is asked once for the same array. */
function reading({ kanji }, strokes) {
  if (!readings.has(strokes)) readings.set(strokes, readingOf(kanji, strokes));
  return readings.get(strokes);
}

/** By the service until the recognizer is here; without either by the strokes alone. */
async function whole(card, strokes) {
  const { localWhole } = await local();
  if (isReady()) {
    const read = reading(card, strokes);
    const likely = localWhole(card, strokes, card.kanji); // while the worker reads
    const readAs = await read;
    return readAs === card.kanji ? likely : localWhole(card, strokes, readAs);
  }
  try {
    return await httpWhole(card, strokes);
  } catch (error) {
    if (!(error instanceof GraderUnavailable)) throw error;
    return localWhole(card, strokes, null);
  }
}
