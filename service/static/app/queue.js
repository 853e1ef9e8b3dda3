// The cards that were fetched ahead, each shown once until the queue is fetched again.

import { read, waiting, write } from "./store.js";

/** The next card, or {rest}: why there is none ("quiet", "vacation", "done", or "offline"). */
export async function nextCard() {
  const queue = await read("queue");
  if (!queue) return { rest: "offline" };
  const done = new Set(await read("used"));
  for (const event of await waiting()) if (event.kanji) done.add(event.kanji);
  const card = queue.cards.find(({ kanji }) => !done.has(kanji));
  if (card) return { card };
  return { rest: queue.rest ?? (queue.cards.length ? "used" : "done") };
}

/** Marks a card as shown; beside the queue, whose cards take milliseconds to read and to write. */
export async function use(kanji) {
  await write("used", [...((await read("used")) ?? []), kanji]);
}
