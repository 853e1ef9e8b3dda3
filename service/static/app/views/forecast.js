// The reviews that will be due, as bars with their numbers.

import { h } from "../dom.js";
import { language } from "../words.js";

/** A bar for each day of `days`: {day, reviews}. */
export function forecast(days) {
  const most = Math.max(1, ...days.map(({ reviews }) => reviews));
  return h(
    "ol",
    { class: "forecast" },
    days.map(({ day, reviews }) => {
      const bar = h("span", { class: "bar-of-day" });
      bar.style.height = `${(reviews / most) * 100}%`;
      const named = new Date(day).toLocaleDateString(language(), { day: "numeric", timeZone: "UTC" });
      const area = h("span", { class: "area", "aria-hidden": "true" }, bar);
      return h("li", {}, h("b", {}, `${reviews}`), area, h("small", {}, named.replace("日", "")));
    }),
  );
}
