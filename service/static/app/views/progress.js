// Progress: streak, the days of practice, what is remembered, what comes, and what is weak.

import { h } from "../dom.js";
import { t } from "../words.js";
import { ask } from "../api.js";
import { read, write } from "../store.js";
import { sync } from "../sync.js";
import { explained } from "../explained.js";
import { heatmap } from "./heatmap.js";
import { forecast } from "./forecast.js";
import { weakStroke } from "./weak-stroke.js";
import { part } from "./parts.js";

const MOST_WEAK = 6; // strokes that are drawn

/** Shows the statistics in `root`; those of the last time where there is no network. */
export async function view(root) {
  const column = h("div", { class: "column" }, h("h1", {}, t("menu.progress")));
  root.append(column);
  let stats;
  try {
    await sync();
    stats = await ask("GET", "/v1/stats");
    await write("stats", stats);
  } catch (error) {
    stats = await read("stats");
    column.append(h("p", { class: "status" }, explained(error)));
  }
  if (stats) column.append(...parts(stats));
}

function parts(stats) {
  const { streak, recall, weakest_strokes: weak, leeches, confusions } = stats;
  const kept = recall.retention === null ? "–" : `${Math.round(recall.retention * 100)} %`;
  return [
    h(
      "dl",
      { class: "figures" },
      figure(streak.days, t("progress.streak", { longest: streak.longest })),
      figure(streak.freezes, t("progress.freezes")),
      figure(stats.introduced, t("progress.introduced")),
      figure(stats.mature, t("progress.mature")),
      figure(kept, t("progress.retention", { reviews: recall.reviews })),
    ),
    part(t("progress.days"), heatmap(stats.days, stats.forecast[0].day)),
    part(t("progress.forecast"), forecast(stats.forecast)),
    weak.length
      ? part(
          t("progress.weak"),
          h("div", { class: "weak" }, weak.slice(0, MOST_WEAK).map((one) => weakStroke(one))),
        )
      : null,
    leeches.length ? part(t("progress.leeches"), kanjiLinks(leeches)) : null,
    confusions.length
      ? part(t("progress.confusions"), kanjiLinks(confusions.map(({ kanji }) => kanji.join(""))))
      : null,
  ].filter(Boolean);
}

function figure(value, words) {
  return h("div", {}, h("dt", {}, words), h("dd", {}, `${value}`));
}

function kanjiLinks(groups) {
  const link = (kanji) => h("a", { href: `#kanji/${kanji}` }, kanji);
  return h("p", { class: "kanji-list", lang: "ja" }, groups.map((group) => [...group].map(link)));
}
