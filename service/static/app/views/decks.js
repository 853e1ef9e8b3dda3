// The decks of a learner: lists by their names, and kanji that were typed or pasted.

import { h } from "../dom.js";
import { t } from "../words.js";
import { Told } from "../explained.js";

const KNOWN = [
  ...[5, 4, 3, 2, 1].map((level) => `jlpt-${level}`),
  ...[1, 2, 3, 4, 5, 6].map((grade) => `grade-${grade}`),
  "frequency-500",
  "frequency-1000",
  "joyo",
];
const KANJI = /[\p{Script=Han}]/gu;
const NAME = /^[a-z+]+-?\d*$/; // "+" joins lists
const COMPONENT = /^component:.$/u;

/**
 * A field for decks: {element, value()}. A pasted text becomes the deck of its kanji.
 * `value` raises Told where a line stands for no deck, or where there is none.
 */
export function decksField(chosen) {
  const boxes = KNOWN.map((name) => {
    const box = h("input", { type: "checkbox", value: name, checked: chosen.includes(name) });
    return h("label", { class: "chip" }, box, deckName(name));
  });
  const others = chosen.filter((name) => !KNOWN.includes(name));
  const own = h("textarea", { rows: 2, lang: "ja", id: "own-deck", value: others.join("\n") });
  const value = () => {
    const kept = boxes.map((label) => label.firstChild).filter(({ checked }) => checked);
    const decks = [...kept.map(({ value: name }) => name), ...ownDecks(own.value, others)];
    if (!decks.length) throw new Told(t("decks.none"));
    return decks;
  };
  const element = h(
    "fieldset",
    { class: "decks" },
    h("legend", {}, t("decks.title")),
    h("div", { class: "chips" }, boxes),
    h("label", { for: "own-deck" }, t("decks.own")),
    own,
  );
  return { element, value };
}

/** Each line as a deck: one of `known`, a name, a component, or the kanji that stand in it. */
function ownDecks(text, known) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      if (known.includes(line) || COMPONENT.test(line) || NAME.test(line)) return line;
      const kanji = line.match(KANJI);
      if (!kanji) throw new Told(t("decks.no_kanji", { line }));
      return [...new Set(kanji)].join("");
    });
}

function deckName(name) {
  const [kind, count] = name.split("-");
  return t(`decks.${kind}`, { count });
}
