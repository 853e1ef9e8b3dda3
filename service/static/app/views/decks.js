// The decks of a learner: lists by their names, and kanji that were typed or pasted.

import { h } from "../dom.js";
import { t } from "../words.js";

const KNOWN = [
  ...[5, 4, 3, 2, 1].map((level) => `jlpt-${level}`),
  ...[1, 2, 3, 4, 5, 6].map((grade) => `grade-${grade}`),
  "frequency-500",
  "frequency-1000",
  "joyo",
];
const KANJI = /[\p{Script=Han}]/gu;
const COMPONENT = /^component:.$/u;

/** A field for decks: {element, value()}. A pasted text becomes the deck of its kanji. */
export function decksField(chosen) {
  const boxes = KNOWN.map((name) => {
    const box = h("input", { type: "checkbox", value: name, checked: chosen.includes(name) });
    return h("label", { class: "chip" }, box, deckName(name));
  });
  const others = chosen.filter((name) => !KNOWN.includes(name));
  const own = h("textarea", { rows: 2, lang: "ja", id: "own-deck", value: others.join("\n") });
  const value = () => {
    const kept = boxes.map((label) => label.firstChild).filter(({ checked }) => checked);
    return [...kept.map(({ value: name }) => name), ...ownDecks(own.value)];
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

/** Each line as a deck: a name, a component, or the kanji that stand in it. */
function ownDecks(text) {
  return text
    .split("\n")
    .map((line) => line.trim())
    .map((line) => {
      if (COMPONENT.test(line) || /^[a-z]+-?\d*$/.test(line)) return line;
      return [...new Set(line.match(KANJI) ?? [])].join("");
    })
    .filter(Boolean);
}

function deckName(name) {
  const [kind, count] = name.split("-");
  return t(`decks.${kind}`, { count });
}
