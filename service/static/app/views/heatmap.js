// The days of practice as a calendar: a column for each week, darker for more attempts.

import { svg } from "../dom.js";
import { language, t } from "../words.js";

const WEEKS = 26;
const CELL = 10;
const GAP = 2;
const LEVELS = [1, 5, 10, 20]; // attempts from which a day is darker
const DAY_MS = 86_400_000;

/** The last weeks up to the learner's day `today`, of `days` as GET /v1/stats has them. */
export function heatmap(days, today) {
  const attempts = new Map(days.map((one) => [one.day, one.attempts]));
  const last = Date.parse(today);
  const count = 7 * (WEEKS - 1) + new Date(last).getUTCDay() + 1;
  const cells = Array.from({ length: count }, (_, index) => {
    const day = new Date(last - (count - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return cell(index, day, attempts.get(day) ?? 0);
  });
  const total = days.reduce((sum, one) => sum + one.attempts, 0);
  const label = t("progress.days.label", { attempts: total, days: days.length });
  const box = `0 0 ${WEEKS * (CELL + GAP)} ${7 * (CELL + GAP)}`;
  return svg("svg", { viewBox: box, class: "heatmap", role: "img", "aria-label": label }, cells);
}

function cell(index, day, attempts) {
  const level = LEVELS.filter((least) => attempts >= least).length;
  const said = `${new Date(day).toLocaleDateString(language(), { timeZone: "UTC" })}: ${attempts}`;
  const place = { x: Math.floor(index / 7) * (CELL + GAP), y: (index % 7) * (CELL + GAP) };
  const size = { width: CELL, height: CELL, rx: 2 };
  return svg("rect", { ...place, ...size, class: `level-${level}` }, svg("title", {}, said));
}
