// The cards that were fetched ahead, each shown once until the queue is fetched again.

import { read, update, waiting } from "./store.js";

/** The next card, or {rest}: why there is none ("quiet", "vacation", "done", or "offline"). */
export async function nextCard() {
  const queue = await read("queue");
  if (!queue) return { rest: "offline" };
  const done = await shown();
  const card = queue.cards.find(({ kanji }) => !done.has(kanji));
  if (card) return { card };
  return { rest: queue.rest ?? (queue.cards.length ? "used" : "done") };
}

/** Whether a card is still one to write: another page of this device may have written it. */
export async function isOffered(kanji) {
  const queue = await read("queue");
  const done = await shown();
  return !done.has(kanji) && Boolean(queue?.cards.some((card) => card.kanji === kanji));
}

/** The cards that were shown since the queue was fetched. */
async function shown() {
  const done = new Set(await read("used"));
  for (const event of await waiting()) if (event.kanji) done.add(event.kanji);
  return done;
}

/**
 * Marks a card as shown, once its event is kept; beside the queue, whose cards take milliseconds to
 * read and to write.
 */
export const use = (kanji) => update("used", (used = []) => [...used, kanji]);

/** The cards shown whose events the service has, so that a queue asked for now is without them. */
export async function sent() {
  const waits = new Set((await waiting()).map(({ kanji }) => kanji));
  return ((await read("used")) ?? []).filter((kanji) => !waits.has(kanji));
}

/** Takes the marks of cards off. */
export const forgetUsed = (cards) =>
  update("used", (used = []) => used.filter((kanji) => !cards.includes(kanji)));
