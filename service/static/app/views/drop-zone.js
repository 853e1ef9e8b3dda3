// A place for a picture, dropped or chosen.

import { h } from "../dom.js";
import { t } from "../words.js";
import { inOwnWords } from "./parts.js";

/** The types of file that a picture may have. */
export const KINDS = ["image/jpeg", "image/png", "image/webp"];

/** {element, file()}: the picture, or null where none was chosen or the last file is none. */
export function dropZone(words) {
  const input = h("input", { type: "file", accept: KINDS.join() });
  const image = h("img", { alt: "", hidden: true });
  const refused = h("p", { class: "note", role: "status" });
  let chosen = null;
  const take = (file) => {
    chosen = KINDS.includes(file?.type) ? file : null;
    refused.textContent = file && !chosen ? t("file.refused", { name: file.name }) : "";
    URL.revokeObjectURL(image.src);
    image.hidden = !chosen;
    if (chosen) image.src = URL.createObjectURL(chosen);
    else image.removeAttribute("src");
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
    refused,
    image,
  );
  return { element, file: () => chosen };
}
