// The wallpaper maker: POST /v1/wallpapers (docs/wallpapers.md).

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask } from "../api.js";
import { choice, field } from "./parts.js";
import { pictureChoice } from "./picture-choice.js";
import { fastOptions } from "./stylize.js";
import { KINDS } from "./drop-zone.js";
import { jobView } from "./job-view.js";

const PATTERNS = ["seigaiha", "asanoha", "shippo", "kikko", "washi", "sumi", "yama"];
const PALETTES = ["ai", "sakura", "matcha", "sumi", "kaki", "fuji", "kin"];
const THEMES = ["auto", "light", "dark"];
const SIZES = ["phone", "phone-hd", "phone-qhd", "iphone", "iphone-max", "tablet", "ipad"];
const DRAW_TIMEOUT_MS = 120_000; // a drawn wallpaper is made while the request waits

/** The part of the page for wallpapers; `left`: a signal that the view is. */
export function wallpaperPart(left) {
  const made = jobView("wallpaper", t("wallpaper.make"), left);
  const plain = (names) => names.map((name) => [name, name]);
  // A reading stands beside a single kanji.
  const single = () => {
    inputs.reading.disabled = [...inputs.characters.value.trim()].length > 1;
  };
  const inputs = {
    characters: h("input", { lang: "ja", maxlength: 4, autocomplete: "off", oninput: single }),
    pattern: choice(PATTERNS.map((name) => [name, t(`pattern.${name}`)]), "seigaiha"),
    palette: choice(PALETTES.map((name) => [name, t(`palette.${name}`)]), "ai"),
    theme: choice(THEMES.map((name) => [name, t(`wallpaper.theme.${name}`)]), "auto"),
    size: choice(plain([...new Set([screenSize(), ...SIZES])]), screenSize()),
    photo: h("input", { type: "file", accept: KINDS.join() }),
    reading: h("input", { type: "checkbox" }),
    painted: h("input", { type: "checkbox" }),
  };
  const none = { value: "", words: t("wallpaper.plain"), picture: null };
  const fast = pictureChoice(t("wallpaper.fast"), [none, ...fastOptions()]);
  const order = (event) => {
    event.preventDefault();
    made.order(() => send(inputs, fast.value()));
  };
  return h(
    "form",
    { class: "part", onsubmit: order },
    h("h2", {}, t("wallpaper.title")),
    ...Object.entries(inputs).map(([name, input]) =>
      field(t(`wallpaper.${name}`), input, name === "characters" ? t("wallpaper.characters.note") : null),
    ),
    fast.element,
    made.start,
    made.element,
  );
}

function send(inputs, fast) {
  const photo = inputs.photo.files[0];
  const order = {
    theme: inputs.theme.value,
    size: inputs.size.value,
    reading: inputs.reading.checked && !inputs.reading.disabled,
  };
  if (fast) order.fast = fast;
  else order.painted = inputs.painted.checked;
  const characters = inputs.characters.value.trim();
  if (characters) order.characters = characters;
  const options = { timeout: DRAW_TIMEOUT_MS };
  if (!photo) {
    Object.assign(order, { pattern: inputs.pattern.value, palette: inputs.palette.value });
    return ask("POST", "/v1/wallpapers", order, options);
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(order)) form.append(name, `${value}`);
  form.append("photo", photo);
  return ask("POST", "/v1/wallpapers", form, options);
}

/** The size of this screen in its own pixels, within what the service draws. */
function screenSize() {
  const side = (length) => Math.min(4096, Math.max(320, Math.round(length * devicePixelRatio)));
  const [width, height] = [side(screen.width), side(screen.height)];
  return width * height > 8_300_000 ? "phone" : `${width}x${height}`;
}
