// The recognizer in this browser: a worker, which is started once and answers one drawing at a time.

const KEEPER_MS = 10_000; // to wait for a service worker, where none may come

let worker = null;
let isPreparing = false;
let isRunning = false;
let isWhole = false;
let asked = 0;
const waiting = new Map(); // by number, who waits for an answer

/** Fetches the recognizer and starts it; not where the learner wants to save data. */
export async function prepare() {
  if (worker || isPreparing || navigator.connection?.saveData) return;
  isPreparing = true;
  await keeper();
  isPreparing = false;
  worker = new Worker("/static/app/grader/reader-worker.js", { type: "module" });
  worker.onmessage = ({ data }) => {
    if (data.isReady) isRunning = true;
    if (data.hasReferences) isWhole = true;
    waiting.get(data.number)?.(data.readAs);
    waiting.delete(data.number);
  };
  worker.onerror = stop; // without a network, say, and nothing kept: later again
}

/** Waits for the service worker, since only what is fetched through it is there without a network. */
async function keeper() {
  const workers = navigator.serviceWorker;
  if (!workers || workers.controller) return;
  await new Promise((done) => {
    workers.addEventListener("controllerchange", done, { once: true });
    setTimeout(done, KEEPER_MS);
  });
}

function stop(event) {
  console.warn(`no recognizer in this browser: ${event.message}`);
  worker.terminate();
  worker = null;
  isRunning = isWhole = false;
  for (const answer of waiting.values()) answer(null);
  waiting.clear();
}

export const isReady = () => isRunning;

/** Whether a doubtful reading needs nothing from the network any more. */
export const hasReferences = () => isWhole;

/** A promise of the character that strokes read as, an attempt at `kanji`; null if it is not sure. */
export function readingOf(kanji, strokes) {
  asked += 1;
  const number = asked;
  return new Promise((answer) => {
    waiting.set(number, answer);
    worker.postMessage({ number, kanji, strokes });
  });
}
