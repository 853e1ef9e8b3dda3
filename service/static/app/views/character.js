// The card of a character: how it is written, readings, meanings, and where it stands.

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask, kanjiPath } from "../api.js";
import { readable } from "../card.js";
import { direction } from "../directions.js";
import { explained } from "../explained.js";
import { sideBySide } from "./look-alikes.js";

/** Shows `character` in `root`. */
export async function view(root, character) {
  try {
    root.append(card(await ask("GET", kanjiPath(character))));
  } catch (error) {
    root.append(h("div", { class: "column" }, h("p", { class: "status bad" }, explained(error))));
  }
}

function card(given) {
  const found = { parts: [], lookalikes: [], ...given }; // what was kept earlier may lack them
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches ? "&still=true" : "";
  const lists = [
    ["on", found.on.map(readable).join("、"), "ja"],
    ["kun", found.kun.map(readable).join("、"), "ja"],
    ["strokes", found.strokes.length],
    ["grade", found.grade],
    ["jlpt", found.jlpt && `N${found.jlpt}`],
    ["frequency", found.frequency],
    ["components", found.parts.length ? components(found) : null, "ja"],
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
        h("dd", { lang }, typeof value === "number" ? `${value}` : value),
      ]),
    ),
    found.lookalikes.length
      ? h(
          "section",
          {},
          h("h2", {}, t("character.lookalikes")),
          sideBySide(found.character, found.lookalikes),
        )
      : null,
    h(
      "details",
      {},
      h("summary", {}, t("character.words")),
      h("ol", {}, found.strokes.map(({ points }) => h("li", {}, direction(points)))),
    ),
    h("p", { class: "source" }, `${found.source}, ${found.licence}`),
    h("p", {}, h("a", { href: "#practice" }, t("character.back"))),
  );
}

/** The parts of a character, each a link to its own card. */
function components(found) {
  return found.parts.map((one) => h("a", { href: `#kanji/${one}` }, one));
}
