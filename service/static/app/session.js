// A run of cards: which one is shown, and what becomes an event.

import { nextCard, use } from "./queue.js";
import { rate, USUAL_RULES } from "./rating.js";
import { read } from "./store.js";
import { record, sync } from "./sync.js";
import { canBeKept, columns } from "./canvas/pen.js";
import { t } from "./words.js";

/** A session of `length` cards. */
export class Session {
  constructor(length) {
    this.length = length;
    this.done = 0;
  }

  /** How many cards are done, in words. */
  get count() {
    return t("session", { done: this.done, all: this.length });
  }

  /** {card}, or {rest}: why there is none; "session" where the session is over. */
  async next() {
    if (this.done >= this.length) return { rest: "session" };
    let found = await nextCard();
    if (!found.card && (await sync())) found = await nextCard();
    return found;
  }

  /** Puts the card off, and returns the event. */
  async skip(card) {
    const event = await record("skip", { kanji: card.kanji });
    await use(card.kanji);
    sync();
    return event;
  }

  /** Stores the attempt, and returns the event with the rating that it gets. */
  async finish(attempt, grade, isAccepted) {
    const { card, drawing } = attempt;
    const fields = attempt.tally.fields(card.kanji, grade, isAccepted);
    const settings = await read("settings");
    if (settings?.keep_ink && canBeKept(drawing)) fields.ink = { strokes: columns(drawing) };
    const rating = rate(fields, settings?.ratings ?? USUAL_RULES);
    const event = await record("attempt", fields);
    await use(card.kanji);
    this.done += 1;
    sync();
    return { event, rating };
  }

  /** Replaces the rating of an attempt, and returns the event. */
  async override(event, rating) {
    const kept = await record("override", { attempt: event.id, rating });
    sync();
    return kept;
  }
}
