// Pictures: a wallpaper with kanji, a picture in a style, and a dream.

import { h } from "../dom.js";
import { t } from "../words.js";
import { dreamPart } from "./dream.js";
import { stylizePart } from "./stylize.js";
import { wallpaperPart } from "./wallpaper.js";

/** Shows all in `root`; returns what is to be done when the view goes. */
export function view(root) {
  const gone = new AbortController();
  root.append(
    h(
      "div",
      { class: "column" },
      h("h1", {}, t("pictures.title")),
      wallpaperPart(gone.signal),
      stylizePart(gone.signal),
      dreamPart(gone.signal),
    ),
  );
  return () => gone.abort();
}
