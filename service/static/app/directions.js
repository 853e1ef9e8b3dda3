// In words, how a stroke goes: for who does not see the picture, and as a hint.

import { t } from "./words.js";

const STRAIGHT = 0.35; // of the longer side; below it the shorter one is not named
const TOLERANCE = 0.05; // of the stroke's extent; smaller bends are none
const LEAST_BEND = Math.PI / 3; // between two legs; a smaller turn is a curve of one leg
const LEAST_ENTRY = 0.15; // of the stroke's length; a shorter first leg is the pressing of the brush
const WAYS = [
  "right",
  "lower_right",
  "lower",
  "lower_left",
  "left",
  "upper_left",
  "upper",
  "upper_right",
];

/** "from left to right", or "from the upper left: right, then down", of points, y down. */
export function direction(points) {
  const corners = bends(points);
  if (corners.length < 3) return straight(points[0], points.at(-1));
  const ways = corners.slice(1).map((to, index) => way(corners[index], to));
  const isUpright = ["upper", "lower"].includes(ways[0]); // its bends say nothing of the beginning
  const said = ways.map((one) => t(`way.${one}`)).join(t("direction.then"));
  return t("direction.bent", { from: start(points, isUpright), ways: said });
}

function straight([x, y], [u, v]) {
  const most = Math.max(Math.abs(u - x), Math.abs(v - y));
  const side = (from, to, less, more) => {
    if (Math.abs(to - from) < STRAIGHT * most) return ["", ""];
    return to > from ? [less, more] : [more, less];
  };
  const [top, bottom] = side(y, v, "upper", "lower");
  const [left, right] = side(x, u, "left", "right");
  return t("direction", { from: place(top, left), to: place(bottom, right) });
}

/** Beginning, bends and end of a stroke. */
function bends(points) {
  const corners = simplified(points, TOLERANCE * extent(points));
  const length = (index) => Math.hypot(...leg(corners[index], corners[index + 1]));
  const all = corners.slice(1).reduce((sum, _, index) => sum + length(index), 0);
  if (corners.length > 2 && length(0) < LEAST_ENTRY * all) corners.splice(1, 1);
  return corners.filter((corner, index) => {
    if (index === 0 || index === corners.length - 1) return true;
    return turn(leg(corners[index - 1], corner), leg(corner, corners[index + 1])) >= LEAST_BEND;
  });
}

/** Fewer points, from which no point is further away than `most` (Ramer, Douglas, Peucker). */
function simplified(points, most) {
  const [first, last] = [points[0], points.at(-1)];
  const away = points.map((point) => distance(point, first, last));
  const furthest = away.indexOf(Math.max(...away));
  if (points.length < 3 || away[furthest] <= most) return [first, last];
  const before = simplified(points.slice(0, furthest + 1), most);
  return [...before.slice(0, -1), ...simplified(points.slice(furthest), most)];
}

function distance([x, y], [a, b], [c, d]) {
  const length = Math.hypot(c - a, d - b);
  if (!length) return Math.hypot(x - a, y - b);
  return Math.abs((c - a) * (y - b) - (d - b) * (x - a)) / length;
}

const leg = ([x, y], [u, v]) => [u - x, v - y];

function turn([x, y], [u, v]) {
  return Math.abs(Math.atan2(x * v - y * u, x * u + y * v));
}

function way(from, to) {
  const [x, y] = leg(from, to);
  return WAYS[(Math.round(Math.atan2(y, x) / (Math.PI / 4)) + 8) % 8];
}

function sides(points) {
  return [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)];
  });
}

const extent = (points) => Math.max(...sides(points).map(([least, most]) => most - least));

/** In which part of the stroke it begins. */
function start(points, isUpright) {
  const [[left, right], [top, bottom]] = sides(points);
  const third = (value, least, most, less, more) => {
    const part = (value - least) / (most - least || 1);
    return part < 1 / 3 ? less : part > 2 / 3 ? more : "";
  };
  const [x, y] = points[0];
  const vertical = third(y, top, bottom, "upper", "lower");
  return place(vertical, isUpright ? "" : third(x, left, right, "left", "right"));
}

function place(vertical, horizontal) {
  return t(`place.${[vertical, horizontal].filter(Boolean).join("_")}`);
}
