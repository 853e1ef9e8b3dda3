// One kanji being written: each stroke is judged as it is drawn.

import { columns } from "./canvas/pen.js";
import { placement } from "./canvas/placement.js";
import { Tally } from "./tally.js";

export const LADDER = ["outline", "animation", "auto_draw"];
const LATE_MS = 100; // for a verdict

/**
 * `on`: right(stroke), wrong(stroke, grade), hint(name, line, index), done(grade), failed(error); of a
 * stroke that was right and the last one, only done().
 * `drawing` is the ink so far.
 */
export class Attempt {
  constructor(card, grader, on) {
    Object.assign(this, { card, grader, on });
    this.tally = new Tally();
    this.restart();
  }

  /** Takes a clean sheet; what was counted stays. */
  restart() {
    this.drawing = [];
    this.done = []; // reference strokes, in the order drawn
    this.next = 0;
    this.step = 0; // how far up the ladder the next stroke was helped
    this.isEnded = false;
  }

  add(stroke) {
    this.drawing.push(stroke);
    this.tally.ended = Date.now();
    this.judge();
  }

  undo() {
    if (this.isEnded) return;
    this.drawing.pop();
    if (this.done.length > this.drawing.length) this.next = this.done.pop();
    this.step = 0;
  }

  /** Judges what was not judged yet, stroke after stroke. */
  async judge() {
    if (this.isJudging) return;
    this.isJudging = true;
    try {
      while (this.done.length < this.drawing.length && !this.isEnded) await this.judgeOne();
    } catch (error) {
      this.on.failed(error);
    } finally {
      this.isJudging = false;
    }
  }

  async judgeOne() {
    const drawn = this.drawing.slice(0, this.done.length + 1);
    const ink = columns(drawn);
    const answer = await this.grader.soFar(this.card, ink);
    if (drawn.some((stroke, index) => this.drawing[index] !== stroke)) return; // undone since
    if (!answer.is_right) return this.refuse(drawn.at(-1), answer);
    this.done.push([answer.strokes.at(-1).reference].flat()[0] ?? this.next);
    this.next = answer.next;
    this.step = 0;
    if (answer.next !== null) return this.on.right(drawn.at(-1));
    const isAll = drawn.length === this.drawing.length;
    await this.finish(isAll ? ink : columns(this.drawing));
  }

  refuse(stroke, answer) {
    this.drawing.splice(this.done.length, 1);
    this.tally.refuse(this.next);
    const grade = answer.strokes.findLast(({ faults }) => faults.length) ?? answer.strokes.at(-1);
    this.on.wrong(stroke, grade);
    const misses = this.tally.refusalsOf(this.next);
    const { hints } = this.card;
    const help = LADDER.findLastIndex((name) => hints[name] !== null && misses >= hints[name]);
    if (help >= this.step) this.help(help);
  }

  /** The next step of the ladder, for the next stroke. */
  hint() {
    if (!this.isEnded) this.help(Math.min(this.step, LADDER.length - 1));
  }

  help(step) {
    if (this.next === null) return;
    const line = this.line(this.next);
    this.step = step + 1;
    this.tally.hints += 1;
    this.on.hint(LADDER[step], line, this.next);
    if (LADDER[step] === "auto_draw") this.drawForLearner(line);
  }

  drawForLearner(line) {
    this.tally.gaveUp = true;
    const p = line.map(() => 0.5);
    const t = line.map((_, index) => index * 10);
    const [x, y] = [line.map(([u]) => Math.round(u)), line.map(([, v]) => Math.round(v))];
    this.drawing.splice(this.done.length, 0, { x, y, t, p, isShown: true });
    this.judge();
  }

  /** Where stroke `index` of the reference lies on this drawing: points of the canvas. */
  line(index) {
    const place = placement(this.card, this.drawing.slice(0, this.done.length), this.done);
    return this.card.strokes[index].points.map(place);
  }

  /** All strokes of the reference, laid on this drawing. */
  lines() {
    const place = placement(this.card, this.drawing, this.done);
    return this.card.strokes.map(({ points }) => points.map(place));
  }

  /** The grade of the whole. The last stroke is shown as right with it, unless it takes long. */
  async finish(ink) {
    const judged = [...this.drawing];
    const late = setTimeout(() => this.on.right(this.drawing.at(-1)), LATE_MS);
    const grade = await this.grader.whole(this.card, ink).finally(() => clearTimeout(late));
    if (this.isEnded || judged.some((stroke, index) => this.drawing[index] !== stroke)) return;
    this.drawing = judged; // without what was drawn meanwhile
    this.isEnded = true;
    this.on.done(grade);
  }
}
