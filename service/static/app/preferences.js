// What this browser prefers: language, theme, session, auto-advance. The service keeps the rest.

const NAME = "hitsujun-preferences";
const DEFAULTS = { language: "auto", theme: "auto", session: 10, advance: true, box: "large" };

function kept() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(NAME) ?? "{}") };
  } catch {
    return { ...DEFAULTS };
  }
}

export const preference = (name) => kept()[name];

export function prefer(name, value) {
  localStorage.setItem(NAME, JSON.stringify({ ...kept(), [name]: value }));
}

/** Applies theme and size to the document. */
export function applyPreferences() {
  document.documentElement.dataset.theme = preference("theme");
  document.documentElement.dataset.box = preference("box");
}

export const wantsLessMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
