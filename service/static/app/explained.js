// What went wrong, in words for a learner. What the service says for programs is not shown.

import { Problem, Unreachable } from "./api.js";
import { hasWords, t } from "./words.js";

const SHOWN = 30; // characters of a deck

// Fields of the API whose words on the page have another name than settings.FIELD.
const FIELDS = {
  decks: "decks.title",
  quiet: "settings.quiet_from",
  vacations: "settings.vacation_from",
  characters: "wallpaper.characters",
  size: "wallpaper.size",
  code: "devices.enter",
};

/** An error whose message is meant for the learner. */
export class Told extends Error {}

/** An error in words for a learner. */
export function explained(error) {
  if (error instanceof Told) return t("failed", { reason: error.message });
  if (error instanceof Unreachable) return problemWords(error, "unreachable");
  if (error instanceof DOMException) return t("unkept"); // of the browser's database
  if (!(error instanceof Problem)) {
    console.error(error);
    return t("unexpected");
  }
  const named = error.errors.map((one) => fieldWords(one, error.sent)).filter(Boolean);
  return named.length ? [...new Set(named)].join(" ") : problemWords(error, "problem.other");
}

const problemWords = ({ type }, otherwise) =>
  hasWords(`problem.${type}`) ? t(`problem.${type}`) : t(otherwise);

function fieldWords({ pointer, detail }, sent) {
  const name = pointer.split("/")[1];
  const key = FIELDS[name] ?? `settings.${name}`;
  if (!hasWords(key)) return null;
  const value = sent instanceof FormData ? sent.get(name) : sent?.[name];
  if (name === "decks") {
    const refused = (sent?.decks ?? []).map(short).filter((deck) => detail.includes(`deck '${deck}'`));
    if (refused.length) return refused.map((deck) => deckWords(deck, detail)).join(" ");
  }
  const isWord = (typeof value === "string" || typeof value === "number") && value !== "";
  return t(isWord ? "problem.value" : "problem.field", { field: t(key), value });
}

/** A text as the service repeats it. */
const short = (text) => ([...text].length <= SHOWN ? text : `${[...text].slice(0, SHOWN).join("")}…`);

/** Why a deck was refused: a name that stands for no kanji, or kanji that cannot be written. */
function deckWords(deck, detail) {
  const [, kanji] = /no strokes for ([^;]*);/.exec(detail) ?? [];
  return t(/^[a-z]/.test(deck) ? "decks.unknown" : "decks.no_strokes", { deck, kanji });
}
