// The card of a character: how it is written, readings, meanings, and where it stands.

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask, kanjiPath } from "../api.js";
import { readable } from "../card.js";
import { explained } from "../explained.js";

/** Shows `character` in `root`. */
export async function view(root, character) {
  try {
    root.append(card(await ask("GET", kanjiPath(character))));
  } catch (error) {
    root.append(h("div", { class: "column" }, h("p", { class: "status bad" }, explained(error))));
  }
}

function card(found) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches ? "&still=true" : "";
  const lists = [
    ["on", found.on.map(readable).join("、"), "ja"],
    ["kun", found.kun.map(readable).join("、"), "ja"],
    ["strokes", found.strokes.length],
    ["grade", found.grade],
    ["jlpt", found.jlpt && `N${found.jlpt}`],
    ["frequency", found.frequency],
  ].filter(([, value]) => value);
  return h(
    "article",
    { class: "column character" },
    h("img", { src: found.animation_url + still, alt: t("character.animation"), width: 300, height: 300 }),
    h("h1", { lang: "ja" }, found.character),
    h("p", { class: "meanings", lang: "en" }, found.meanings.join(", ") || t("card.no_meaning")),
    h(
      "dl",
      { class: "facts" },
      lists.map(([name, value, lang = null]) => [
        h("dt", {}, t(`character.${name}`)),
        h("dd", { lang }, `${value}`),
      ]),
    ),
    h("p", { class: "source" }, `${found.source}, ${found.licence}`),
    h("p", {}, h("a", { href: "#practice" }, t("character.back"))),
  );
}
