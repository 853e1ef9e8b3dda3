// Answers jobs, one JSON object a line, with the grader of service/static/grader: one line each.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { gunzipSync } from "node:zlib";

import * as grader from "../../../service/static/grader/index.js";
import { pointsOf } from "../../../service/static/grader/curves.js";
import { round } from "../../../service/static/grader/numbers.js";

const VENDOR = new URL("../../../service/static/vendor/lazy/", import.meta.url);
const references = new Map();
let reader = null;

const referencesOf = async (characters) => characters.map((one) => references.get(one) ?? null);

const answers = {
  reference: ({ character, strokes }) => {
    references.set(character, grader.referenceFrom(character, strokes));
    return null;
  },
  open: async ({ runtime, wasm, file, model }) => {
    const ort = await import(new URL(runtime, VENDOR));
    ort.env.wasm.wasmBinary = gunzipSync(readFileSync(new URL(wasm, VENDOR))).buffer;
    ort.env.wasm.numThreads = 1;
    reader = await grader.Recognizer.open(ort, readFileSync(file), model);
    return null;
  },
  grade: ({ character, strokes, leniency, read_as: readAs }) => {
    const ink = grader.inkFromColumns(strokes);
    return grader.gradeJson(grader.grade(ink, references.get(character), { leniency, readAs }));
  },
  so_far: ({ character, strokes, leniency }) => {
    const ink = grader.inkFromColumns(strokes);
    return grader.soFarJson(grader.gradeSoFar(ink, references.get(character), { leniency }));
  },
  recognize: ({ strokes, top, candidates }) =>
    grader.recognize(reader, grader.inkFromColumns(strokes), referencesOf, { top, candidates }),
  reading: ({ character, strokes }) =>
    grader.carefulReading(reader, grader.inkFromColumns(strokes), character, referencesOf),
  packed: ({ file, characters }) => {
    const all = new grader.PackedReferences(readFileSync(file));
    const strokesOf = (found) => found && found.strokes.map(({ points }) => pointsOf(points));
    return characters.map((one) => strokesOf(all.get(one)));
  },
  round: ({ values, digits }) => values.map((value) => round(value, digits)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { kind, ...job } = JSON.parse(line);
  let answer;
  try {
    answer = await answers[kind](job);
  } catch (error) {
    answer = { error: error.stack };
  }
  console.log(JSON.stringify(answer));
}
