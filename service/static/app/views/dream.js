// A picture in which a network dreams.

import { t } from "../words.js";
import { DREAMS } from "../dreams.js";
import { choice } from "./parts.js";
import { pictureChoice } from "./picture-choice.js";
import { pictureForm } from "./picture-form.js";

const SIZES = [256, 384, 512, 768];

/** The part of the page for dreams: POST /v1/dreams; `left`: a signal that the view is. */
export function dreamPart(left) {
  const dreams = Object.keys(DREAMS).map((name) => ({
    value: name,
    words: t(`dream.${name}`),
    picture: `dream-${name}`,
  }));
  const what = pictureChoice(t("dream.what"), dreams);
  return pictureForm({
    name: "dream",
    title: t("dream.title"),
    start: t("dream.start"),
    parts: [what.element],
    size: choice(SIZES.map((one) => [`${one}`, `${one} px`]), "384"),
    fill: (form) => form.append("layer", DREAMS[what.value()].layer),
    path: "/v1/dreams",
    left,
  });
}
