// The words of the page in the learner's language.

import { en } from "./words.en.js";
import { ja } from "./words.ja.js";
import { preference } from "./preferences.js";

const WORDS = { en, ja };

/** "en" or "ja": the one that was chosen, else the browser's. */
export function language() {
  const chosen = preference("language");
  if (chosen in WORDS) return chosen;
  const known = navigator.languages.map((one) => one.slice(0, 2)).find((one) => one in WORDS);
  return known ?? "en";
}

export const hasWords = (key) => key in WORDS[language()];

/** The words for `key`, with {name} replaced by the values. */
export function t(key, values = {}) {
  const words = WORDS[language()][key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
