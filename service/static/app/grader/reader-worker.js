// Reads drawings with the service's ONNX network, beside the page.

import * as ort from "/static/vendor/lazy/onnxruntime-web-1.30.0.js";
import {
  carefulReading,
  inkFromColumns,
  PackedReferences,
  Recognizer,
  referenceFrom,
  sureReading,
} from "../../grader/index.js";

const WASM = "/static/vendor/lazy/onnxruntime-web-1.30.0.wasm.gz"; // sent as gzip-encoded wasm
const REFERENCE_MS = 1500; // that a character's strokes may take which the file lacks
const references = new Map(); // of those
let packed = null; // the file of all others, once it is here

async function open() {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: new URL(WASM, location.origin).href };
  const model = await (await got("/v1/model")).json();
  const file = await (await got(model.url)).arrayBuffer();
  const reader = await Recognizer.open(ort, new Uint8Array(file), model);
  return { reader, model };
}

async function got(address, options) {
  const response = await fetch(address, options);
  if (!response.ok) throw new Error(`${address} was answered with ${response.status}`);
  return response;
}

/** Fetches the strokes of all candidates, without which a second look waits for each of them. */
async function openReferences({ references_url: address }) {
  packed = new PackedReferences(new Uint8Array(await (await got(address)).arrayBuffer()));
}

/** The references of characters, of those that are here or that the service answers for in time. */
const referencesOf = (characters) => Promise.all(characters.map(referenceOf));

async function referenceOf(character) {
  const known = packed?.get(character) ?? references.get(character);
  if (known) return known;
  try {
    const address = `/v1/kanji/${encodeURIComponent(character)}`;
    const response = await got(address, { signal: AbortSignal.timeout(REFERENCE_MS) });
    references.set(character, referenceFrom(character, await response.json()));
    return references.get(character);
  } catch {
    return null;
  }
}

const { reader, model } = await open();
const most = model.thresholds.second_look_strokes;

onmessage = async ({ data: { number, kanji, strokes } }) => {
  const ink = inkFromColumns(strokes);
  const read = ink.strokes.length <= most ? carefulReading : sureReading;
  postMessage({ number, readAs: await read(reader, ink, kanji, referencesOf) });
};
postMessage({ isReady: true });
openReferences(model).then(
  () => postMessage({ hasReferences: true }),
  (error) => console.warn(`a second look asks for each character: ${error.message}`),
);
