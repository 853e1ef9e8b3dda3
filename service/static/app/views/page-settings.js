// What this browser prefers. It is applied at once.

import { h } from "../dom.js";
import { language, t } from "../words.js";
import { applyPreferences, prefer, preference } from "../preferences.js";
import { choice, field, part } from "./parts.js";

const SESSIONS = [1, 5, 10, 20, 50];

/** The part of the settings for this browser. */
export function pagePart() {
  const named = (name, values) => values.map((value) => [value, t(`page.${name}.${value}`)]);
  const set = (name) => (value) => {
    prefer(name, value);
    applyPreferences();
  };
  const speak = (value) => {
    prefer("language", value);
    document.documentElement.lang = language();
    dispatchEvent(new Event("hashchange")); // the view is shown again in its words
  };
  const languages = [["auto", t("page.language.auto")], ["en", "English"], ["ja", "日本語"]];
  const sessions = SESSIONS.map((count) => [`${count}`, t("page.session.count", { count })]);
  const advance = h("input", {
    type: "checkbox",
    checked: preference("advance"),
    onchange: (event) => prefer("advance", event.target.checked),
  });
  return part(
    t("page.title"),
    field(t("page.language"), choice(languages, preference("language"), speak)),
    field(
      t("page.theme"),
      choice(named("theme", ["auto", "light", "dark"]), preference("theme"), set("theme")),
    ),
    field(
      t("page.session"),
      choice(sessions, `${preference("session")}`, (value) => prefer("session", Number(value))),
    ),
    field(t("page.box"), choice(named("box", ["large", "small"]), preference("box"), set("box"))),
    field(t("page.advance"), advance),
  );
}
