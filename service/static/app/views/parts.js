// Parts that several views share.

import { h } from "../dom.js";
import { explained } from "../explained.js";
import { t } from "../words.js";

let fields = 0;

/** A labelled control; `control` gets an id. */
export function field(words, control, note = null) {
  fields += 1;
  control.id = `field-${fields}`;
  const shown = control.type === "file" ? inOwnWords(control) : control;
  const said = note ? h("small", { id: `${control.id}-note` }, note) : null;
  if (said) control.setAttribute("aria-describedby", said.id);
  return h("div", { class: "field" }, h("label", { for: control.id }, words), shown, said);
}

/** A file input that speaks the page's language; alone it speaks the browser's. */
export function inOwnWords(input) {
  const name = h("span", { class: "file-name" }, t("file.none"));
  input.addEventListener("change", () => {
    name.textContent = input.files[0]?.name ?? t("file.none");
  });
  const choose = h("span", { class: "file-button" }, t("file.choose"));
  return h("span", { class: "file" }, h("span", { class: "file-words", "aria-hidden": "true" }, choose, name), input);
}

/** A list of choices: `options` are [value, words]. */
export function choice(options, value, onchange) {
  const all = options.map(([one, words]) => h("option", { value: one }, words));
  return h("select", { onchange: (event) => onchange?.(event.target.value), value }, all);
}

/** A part of a page with a heading. */
export function part(words, ...children) {
  return h("section", { class: "part" }, h("h2", {}, words), ...children);
}

export function button(words, onclick, kind = "") {
  return h("button", { type: "button", class: kind, onclick }, words);
}

/** A line that says what happened; `run(work)` shows the error of `work` there. */
export function status() {
  const line = h("p", { class: "status", role: "status" });
  const say = (words, kind = "") => {
    line.textContent = words;
    line.className = `status ${kind}`;
  };
  const run = async (work) => {
    say("…");
    try {
      say((await work()) ?? "", "good");
    } catch (error) {
      say(explained(error), "bad");
    }
  };
  return { line, say, run };
}
