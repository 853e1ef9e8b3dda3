// A kanji whose one stroke is often at fault, drawn with this stroke set off.

import { h, svg } from "../dom.js";
import { t } from "../words.js";
import { ask, kanjiPath } from "../api.js";
import { pathOf } from "../canvas/replay.js";

/** A link with the picture of a weak stroke; the picture comes when its strokes are there. */
export function weakStroke({ kanji, stroke, faults, attempts }) {
  const picture = svg("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" });
  draw(picture, kanji, stroke);
  const words = t("progress.weak.stroke", { stroke: stroke + 1, faults, attempts });
  return h("a", { href: `#kanji/${kanji}`, "aria-label": `${kanji}: ${words}` }, picture, words);
}

async function draw(picture, kanji, weak) {
  const found = await ask("GET", kanjiPath(kanji)).catch(() => null);
  if (!found) return;
  const paths = found.strokes.map(({ points }, index) =>
    svg("path", { d: pathOf(points), class: index === weak ? "weak-one" : null }),
  );
  picture.append(...paths);
}
