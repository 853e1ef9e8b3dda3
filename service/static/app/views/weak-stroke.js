// A kanji whose one stroke is often at fault, drawn with this stroke set off.

import { h } from "../dom.js";
import { t } from "../words.js";
import { glyph } from "./glyph.js";

/** A link with the picture of a weak stroke. */
export function weakStroke({ kanji, stroke, faults, attempts }) {
  const words = t("progress.weak.stroke", { stroke: stroke + 1, faults, attempts });
  const label = `${kanji}: ${words}`;
  return h("a", { href: `#kanji/${kanji}`, "aria-label": label }, glyph(kanji, stroke), words);
}
