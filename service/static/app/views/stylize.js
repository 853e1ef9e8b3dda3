// Two pictures, dropped or chosen, and one painted in the style of the other.

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask } from "../api.js";
import { Told } from "../explained.js";
import { choice, field } from "./parts.js";
import { jobView } from "./job-view.js";

const PRESETS = ["mosaic", "painting", "sketch", "subtle", "wild"];
const SIZES = [256, 384, 512, 768];
const UPLOAD_TIMEOUT_MS = 120_000;

/** The part of the page for a picture in the style of another. */
export function stylizePart() {
  const made = jobView("painting");
  const content = dropZone(t("stylize.content"));
  const style = dropZone(t("stylize.style"));
  const presets = [["", t("stylize.preset.none")], ...PRESETS.map((one) => [one, t(`preset.${one}`)])];
  const preset = choice(presets, "");
  const size = choice(SIZES.map((one) => [`${one}`, `${one} px`]), "384");
  const order = (event) => {
    event.preventDefault();
    made.order(async () => {
      if (!content.file() || !style.file()) throw new Told(t("stylize.both"));
      const form = new FormData();
      form.append("content", content.file());
      form.append("style", style.file());
      form.append("size", size.value);
      if (preset.value) form.append("preset", preset.value);
      return ask("POST", "/v1/stylizations", form, { timeout: UPLOAD_TIMEOUT_MS });
    });
  };
  return h(
    "form",
    { class: "part", onsubmit: order },
    h("h2", {}, t("stylize.title")),
    h("div", { class: "pair" }, content.element, style.element),
    field(t("stylize.preset"), preset),
    field(t("stylize.size"), size),
    h("button", { class: "main" }, t("stylize.start")),
    made.element,
  );
}

/** A place for a picture: {element, file()}. */
function dropZone(words) {
  const input = h("input", { type: "file", accept: "image/jpeg,image/png,image/webp" });
  const image = h("img", { alt: "", hidden: true });
  let chosen = null;
  const take = (file) => {
    if (!file?.type.startsWith("image/")) return;
    chosen = file;
    if (image.src) URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    image.hidden = false;
  };
  input.addEventListener("change", () => take(input.files[0]));
  const element = h(
    "div",
    {
      class: "drop",
      ondragover: (event) => {
        event.preventDefault();
        element.classList.add("over");
      },
      ondragleave: () => element.classList.remove("over"),
      ondrop: (event) => {
        event.preventDefault();
        element.classList.remove("over");
        take(event.dataTransfer.files[0]);
      },
    },
    h("label", {}, h("strong", {}, words), t("stylize.drop"), input),
    image,
  );
  return { element, file: () => chosen };
}
