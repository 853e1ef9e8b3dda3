// In words, how a stroke goes: for who does not see the picture, and as a hint.

import { t } from "./words.js";

const STRAIGHT = 0.35; // of the longer side; below it the shorter one is not named

/** "from left to right" of points, x right and y down. */
export function direction(points) {
  const [x, y] = points[0];
  const [u, v] = points.at(-1);
  const most = Math.max(Math.abs(u - x), Math.abs(v - y));
  const side = (from, to, less, more) => {
    if (Math.abs(to - from) < STRAIGHT * most) return ["", ""];
    return to > from ? [less, more] : [more, less];
  };
  const [top, bottom] = side(y, v, "upper", "lower");
  const [left, right] = side(x, u, "left", "right");
  return t("direction", { from: place(top, left), to: place(bottom, right) });
}

function place(vertical, horizontal) {
  return t(`place.${[vertical, horizontal].filter(Boolean).join("_")}`);
}
