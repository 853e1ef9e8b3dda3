// A picture, painted in a style that the service has learned or in that of another picture.

import { h } from "../dom.js";
import { t } from "../words.js";
import { Told } from "../explained.js";
import { FAST_STYLES } from "../fast-styles.js";
import { dropZone } from "./drop-zone.js";
import { field } from "./parts.js";
import { pictureChoice } from "./picture-choice.js";
import { pictureForm } from "./picture-form.js";

const PRESETS = ["mosaic", "painting", "sketch", "subtle", "wild"];
const SIZES = [384, 512, 768, 1024, 1600];
const SLOW_SIZES = SIZES.slice(0, 3); // a larger picture takes many minutes

/** The options of FAST_STYLES, for a choice as pictures. */
export const fastOptions = () =>
  FAST_STYLES.map((name) => ({ value: name, words: t(`fast.${name}`), picture: `fast-${name}` }));

/** The part of the page for a picture in a style; `left`: a signal that the view is. */
export function stylizePart(left) {
  const own = ownStyle();
  const strength = h("input", { type: "range", min: 0.2, max: 1, step: 0.1, value: 1 });
  const size = h("select");
  const quick = h("div", {}, field(t("stylize.strength"), strength));
  const kind = pictureChoice(
    t("stylize.style"),
    [...fastOptions(), { value: "", words: t("stylize.own"), picture: null }],
    () => show(),
  );
  const show = () => {
    const isFast = Boolean(kind.value());
    own.element.hidden = isFast;
    quick.hidden = !isFast;
    const sizes = isFast ? SIZES : SLOW_SIZES;
    size.replaceChildren(...sizes.map((one) => h("option", { value: `${one}` }, `${one} px`)));
    size.value = isFast ? "1024" : "384";
  };
  show();
  return pictureForm({
    name: "painting",
    title: t("stylize.title"),
    start: t("stylize.start"),
    parts: [kind.element, quick, own.element],
    size,
    fill: (form) => {
      if (!kind.value()) return own.fill(form);
      form.append("fast", kind.value());
      form.append("strength", strength.value);
    },
    path: "/v1/stylizations",
    left,
  });
}

/** A picture whose style is taken, and how: {element, fill(form)}. */
function ownStyle() {
  const style = dropZone(t("stylize.own"));
  const presets = ["usual", ...PRESETS].map((name) => ({
    value: name === "usual" ? "" : name,
    words: t(`preset.${name}`),
    picture: `preset-${name}`,
  }));
  const preset = pictureChoice(t("stylize.preset"), presets);
  const fill = (form) => {
    if (!style.file()) throw new Told(t("stylize.both"));
    form.append("style", style.file());
    if (preset.value()) form.append("preset", preset.value());
  };
  const note = h("p", { class: "note" }, t("stylize.minutes"));
  return { element: h("div", { class: "own" }, style.element, preset.element, note), fill };
}
