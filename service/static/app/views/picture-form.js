// A form that orders a picture made of one of one's own.

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask } from "../api.js";
import { Told } from "../explained.js";
import { dropZone } from "./drop-zone.js";
import { field } from "./parts.js";
import { jobView } from "./job-view.js";

const UPLOAD_TIMEOUT_MS = 120_000;

/**
 * The form. `name`: of the finished file; `title` and `start`: words; `parts`: elements between the
 * picture and `size`, a list of sizes; `fill(form)`: adds what they say to the order, which `path`
 * takes; `left`: a signal that the view is.
 */
export function pictureForm({ name, title, start, parts, size, fill, path, left }) {
  const made = jobView(name, start, left);
  const content = dropZone(t("stylize.content"));
  const order = (event) => {
    event.preventDefault();
    made.order(() => {
      if (!content.file()) throw new Told(t("stylize.which"));
      const form = new FormData();
      form.append("content", content.file());
      form.append("size", size.value);
      fill(form);
      return ask("POST", path, form, { timeout: UPLOAD_TIMEOUT_MS });
    });
  };
  return h(
    "form",
    { class: "part", onsubmit: order },
    h("h2", {}, title),
    content.element,
    ...parts,
    field(t("stylize.size"), size),
    made.start,
    made.element,
  );
}
