// A picture in which a network dreams.

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask } from "../api.js";
import { DREAMS } from "../dreams.js";
import { Told } from "../explained.js";
import { dropZone } from "./drop-zone.js";
import { choice, field } from "./parts.js";
import { pictureChoice } from "./picture-choice.js";
import { jobView } from "./job-view.js";

const SIZES = [256, 384, 512, 768];
const UPLOAD_TIMEOUT_MS = 120_000;

/** The part of the page for dreams: POST /v1/dreams. */
export function dreamPart() {
  const made = jobView("dream");
  const content = dropZone(t("stylize.content"));
  const dreams = Object.keys(DREAMS).map((name) => ({
    value: name,
    words: t(`dream.${name}`),
    picture: `dream-${name}`,
  }));
  const what = pictureChoice(t("dream.what"), dreams);
  const size = choice(SIZES.map((one) => [`${one}`, `${one} px`]), "384");
  const order = (event) => {
    event.preventDefault();
    made.order(() => {
      if (!content.file()) throw new Told(t("stylize.which"));
      const form = new FormData();
      form.append("content", content.file());
      form.append("size", size.value);
      form.append("layer", DREAMS[what.value()].layer);
      return ask("POST", "/v1/dreams", form, { timeout: UPLOAD_TIMEOUT_MS });
    });
  };
  return h(
    "form",
    { class: "part", onsubmit: order },
    h("h2", {}, t("dream.title")),
    content.element,
    what.element,
    field(t("stylize.size"), size),
    h("button", { class: "main" }, t("dream.start")),
    made.element,
  );
}
