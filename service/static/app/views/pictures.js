// Pictures: a wallpaper with kanji, a picture in a style, and a dream.

import { h } from "../dom.js";
import { t } from "../words.js";
import { dreamPart } from "./dream.js";
import { stylizePart } from "./stylize.js";
import { wallpaperPart } from "./wallpaper.js";

/** Shows all in `root`. */
export function view(root) {
  root.append(
    h(
      "div",
      { class: "column" },
      h("h1", {}, t("pictures.title")),
      wallpaperPart(),
      stylizePart(),
      dreamPart(),
    ),
  );
}
