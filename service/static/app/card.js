// What a card asks: meanings and readings, not the kanji; and after the verdict the kanji too.

import { h } from "./dom.js";
import { language, t } from "./words.js";

const MOST = 4; // meanings, and readings of each kind, that are shown

/** A reading with kana as in a dictionary: み.つ is written み-つ. */
export const readable = (reading) => reading.replace(".", "-");

/** The question of a card; with `isShown` its kanji stands beside it. */
export function question(card, isShown) {
  const { meanings, on = [], kun = [] } = card.prompt;
  const said = meanings.slice(0, MOST).join(", ") || t("card.no_meaning");
  const readings = [...on.slice(0, MOST), ...kun.slice(0, MOST)].map(readable).join("、");
  return h(
    "div",
    { class: "question" },
    isShown ? h("a", { class: "kanji", lang: "ja", href: `#kanji/${card.kanji}` }, card.kanji) : null,
    h(
      "div",
      {},
      ...(language() === "ja"
        ? [h("h1", { lang: "ja" }, readings), h("p", { class: "readings", lang: "en" }, said)]
        : [h("h1", { lang: "en" }, said), h("p", { class: "readings", lang: "ja" }, readings)]),
    ),
    card.why === "new" && !isShown ? h("span", { class: "tag" }, t("card.new")) : null,
    isShown ? null : speaker(on[0] ?? kun[0]),
  );
}

/** A button that says a reading, where the browser has a Japanese voice; it may get one later. */
function speaker(reading) {
  const speech = globalThis.speechSynthesis;
  if (!speech || !reading) return null;
  const voice = () => speech.getVoices().find(({ lang }) => lang.startsWith("ja"));
  const speak = () => {
    const words = new SpeechSynthesisUtterance(reading.replace(/^-/, "").replace(/[.-].*/, ""));
    Object.assign(words, { voice: voice(), lang: "ja-JP" });
    speech.speak(words);
  };
  const label = t("card.speak");
  const button = h("button", { type: "button", class: "quiet", "aria-label": label, onclick: speak }, "♪");
  button.hidden = !voice();
  speech.addEventListener?.("voiceschanged", () => (button.hidden = !voice()), { once: true });
  return button;
}
