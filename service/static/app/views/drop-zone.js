// A place for a picture, dropped or chosen.

import { h } from "../dom.js";
import { t } from "../words.js";
import { inOwnWords } from "./parts.js";

/** {element, file()}. */
export function dropZone(words) {
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
        input.files = event.dataTransfer.files;
        input.dispatchEvent(new Event("change"));
      },
    },
    h("label", {}, h("strong", {}, words), t("stylize.drop"), inOwnWords(input)),
    image,
  );
  return { element, file: () => chosen };
}
