// A choice of which each option is shown as a small picture.

import { h } from "../dom.js";

let choices = 0;

/**
 * {element, value()}. `options`: {value, words, picture}, the last one the name of a file or null;
 * the first option is chosen. `onchange` is called after a change.
 */
export function pictureChoice(legend, options, onchange = () => {}) {
  choices += 1;
  const name = `pictures-${choices}`;
  const inputs = options.map(({ value }, index) =>
    h("input", { type: "radio", name, value, checked: index === 0, onchange: () => onchange() }),
  );
  const labels = options.map(({ words, picture }, index) =>
    h("label", { class: "picture" }, inputs[index], shown(picture), h("span", {}, words)),
  );
  const element = h("fieldset", {}, h("legend", {}, legend), h("div", { class: "pictures" }, labels));
  return { element, value: () => inputs.find(({ checked }) => checked).value };
}

function shown(picture) {
  if (!picture) return h("span", { class: "no-picture", "aria-hidden": "true" }, "＋");
  const src = `/static/pictures/${picture}.webp`;
  return h("img", { src, alt: "", width: 168, height: 112, loading: "lazy" });
}
