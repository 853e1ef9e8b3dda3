// Kanji that are taken for each other, side by side.

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask, kanjiPath } from "../api.js";
import { glyph } from "./glyph.js";

const MOST = 2; // beside a verdict

/** `kanji` beside `others`, each a link to its card. */
export function sideBySide(kanji, others) {
  const link = (one) =>
    h("a", { href: `#kanji/${one}`, "aria-label": one, lang: "ja" }, glyph(one));
  return h(
    "div",
    { class: "alike", role: "group", "aria-label": t("character.lookalikes") },
    [kanji, ...others].map(link),
  );
}

/** A place beside a verdict: what was written instead, or what the kanji looks like, if anything. */
export function besideVerdict(kanji, written) {
  const place = h("div", { class: "beside" });
  fill(place, kanji, written);
  return place;
}

async function fill(place, kanji, written) {
  if (written) return place.append(sideBySide(kanji, [written]));
  const found = await ask("GET", kanjiPath(kanji)).catch(() => null); // it may be known offline
  if (found?.lookalikes?.length) place.append(sideBySide(kanji, found.lookalikes.slice(0, MOST)));
}
