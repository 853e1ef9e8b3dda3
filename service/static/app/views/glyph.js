// A character drawn by its strokes.

import { svg } from "../dom.js";
import { ask, kanjiPath } from "../api.js";
import { pathOf } from "../canvas/replay.js";

/** A picture of a character, which comes when its strokes are there; stroke `weak` is set off. */
export function glyph(kanji, weak = null) {
  const picture = svg("svg", { viewBox: "0 0 1 1", class: "glyph", "aria-hidden": "true" });
  draw(picture, kanji, weak);
  return picture;
}

async function draw(picture, kanji, weak) {
  const found = await ask("GET", kanjiPath(kanji)).catch(() => null);
  if (!found) return;
  const paths = found.strokes.map(({ points }, index) =>
    svg("path", { d: pathOf(points), class: index === weak ? "weak-one" : null }),
  );
  picture.append(...paths);
}
