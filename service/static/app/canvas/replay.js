// The reference, drawn stroke after stroke into an SVG above the ink.

import { svg } from "../dom.js";
import { SIDE } from "./pen.js";
import { wantsLessMotion } from "../preferences.js";

const STROKE_MS = 380;
const PAUSE_MS = 120;
const NUMBER_AWAY = 44; // from the beginning of a stroke, in units of the canvas

/** Draws `lines` (points in units of the canvas) into `picture`; `faulty` are set off. */
export async function replay(picture, lines, faulty = new Set()) {
  const paths = lines.map((line, index) =>
    svg("path", { d: pathOf(line), class: faulty.has(index) ? "faulty" : "reference" }),
  );
  picture.setAttribute("viewBox", `0 0 ${SIDE} ${SIDE}`);
  picture.replaceChildren();
  for (const [index, path] of paths.entries()) {
    if (picture.childElementCount !== 2 * index) return; // another replay began
    picture.append(path, svg("text", before(lines[index]), `${index + 1}`));
    if (!wantsLessMotion()) await drawn(path);
  }
}

/** Where the number of a stroke stands: behind its beginning. */
function before(line) {
  const [[x, y], [u, v]] = [line[0], line[Math.min(3, line.length - 1)]];
  const length = Math.hypot(u - x, v - y) || 1;
  const at = (one, ahead) => one - (ahead / length) * NUMBER_AWAY;
  return { x: Math.max(20, at(x, u - x)), y: Math.max(30, at(y, v - y)) };
}

async function drawn(path) {
  const length = path.getTotalLength();
  path.style.strokeDasharray = `${length}`;
  const frames = [{ strokeDashoffset: length }, { strokeDashoffset: 0 }];
  const timing = { duration: STROKE_MS, easing: "ease-in-out", fill: "both" };
  await path.animate(frames, timing).finished.catch(() => {});
  await new Promise((done) => setTimeout(done, PAUSE_MS));
}

export const pathOf = (points) => `M${points.map(([x, y]) => `${x} ${y}`).join("L")}`;
