// The hint ladder in words and on the paper, and why a stroke was refused.

import { direction } from "./directions.js";
import { t } from "./words.js";

/** Shows hint `name` for reference stroke `index`, whose `line` lies on the paper; its words. */
export function showHint(paper, name, line, index) {
  if (name === "outline") paper.guides = [line];
  if (name === "animation") paper.animate(line);
  paper.draw();
  return t(`hint.${name}`, { stroke: index + 1, direction: direction(line) });
}

/** Why a stroke was refused, where reference stroke `next` with points `line` was expected. */
export function reason(grade, next, line) {
  const fault = grade.faults[0] ?? "extra";
  const named = fault === "wrong_order" || fault === "extra" ? next : one(grade.reference, next);
  return t(`fault.${fault}`, { stroke: named + 1, direction: direction(line) });
}

const one = (reference, next) => [reference].flat()[0] ?? next;
