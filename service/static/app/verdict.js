// The verdict in words, and the ratings with the time until the kanji comes back.

import { h } from "./dom.js";
import { RATINGS } from "./rating.js";
import { language, t } from "./words.js";
import { besideVerdict } from "./views/look-alikes.js";

const MOST_ADVICE = 2; // faults that are said at once
const ACCEPTED = new Set(["correct", "acceptable"]);

export const isAccepted = ({ verdict }) => ACCEPTED.has(verdict);

/** The verdict and what to do better, as elements. */
export function verdict(grade) {
  const [read, kanji] = [readOf(grade), grade.character];
  const said = read
    ? t("verdict.wrong_character_as", { read, kanji })
    : t(`verdict.${grade.verdict}`);
  const kind = isAccepted(grade) ? "good" : "bad";
  return [
    h("p", { class: `verdict ${kind}` }, said),
    ...grade.advice.slice(0, MOST_ADVICE).map(({ text }) => h("p", { class: "advice" }, text[language()])),
  ];
}

/** What stands beside a verdict, as elements: what the kanji is taken for, where there is room. */
export function lookAlikes(grade, kanji) {
  return grade.advice.length < MOST_ADVICE ? [besideVerdict(kanji, readOf(grade))] : [];
}

const readOf = (grade) => grade.verdict === "wrong_character" && grade.read_as;

/** A button for each rating; `choose(rating)` is called for another one. */
export function ratings(card, rated, choose) {
  const buttons = RATINGS.map((rating) =>
    h(
      "button",
      {
        type: "button",
        class: `rating ${rating}`,
        "aria-pressed": `${rating === rated}`,
        onclick: () => choose(rating),
      },
      h("span", {}, t(`rating.${rating}`)),
      h("small", {}, after(card.next?.[rating])),
    ),
  );
  return h("div", { class: "ratings", role: "group", "aria-label": t("rating.label") }, buttons);
}

function after(time) {
  if (!time) return "";
  if (time.minutes !== null) return t("after.minutes", { count: time.minutes });
  if (time.days < 60) return t("after.days", { count: time.days });
  if (time.days < 700) return t("after.months", { count: Math.round(time.days / 30) });
  return t("after.years", { count: (time.days / 365).toFixed(1) });
}
