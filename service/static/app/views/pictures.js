// Pictures: a wallpaper with kanji, and a picture in the style of another.

import { h } from "../dom.js";
import { t } from "../words.js";
import { stylizePart } from "./stylize.js";
import { wallpaperPart } from "./wallpaper.js";

/** Shows both in `root`. */
export function view(root) {
  root.append(
    h("div", { class: "column" }, h("h1", {}, t("pictures.title")), wallpaperPart(), stylizePart()),
  );
}
