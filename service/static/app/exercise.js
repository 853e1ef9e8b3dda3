// One card on the sheet: traced if it is new, written from memory, judged, rated.

import { h, painted } from "./dom.js";
import { t } from "./words.js";
import { question } from "./card.js";
import { explained } from "./explained.js";
import { Attempt } from "./attempt.js";
import { reason, showHint } from "./hints.js";
import { isAccepted, lookAlikes, ratings, verdict } from "./verdict.js";
import { replay } from "./canvas/replay.js";
import { preference } from "./preferences.js";

const ADVANCE_MS = 1800; // that a clean answer is shown before the next card
const TRACED_MS = 700; // that a traced kanji is shown before it is written from memory

export class Exercise {
  constructor(card, { sheet, session, grader, next }) {
    Object.assign(this, { card, sheet, session, grader, next });
  }

  start() {
    const isNew = this.card.why === "new" && !this.card.reviews;
    this.write(isNew);
  }

  /** Whether nothing was drawn or asked for yet. */
  get isUntouched() {
    const { isEnded, drawing, tally } = this.attempt;
    const isDrawing = this.sheet.paper.live || drawing.length;
    return !isEnded && !isDrawing && !tally.hints && !tally.refusals.size;
  }

  /** A clean sheet: to trace, or to write from memory. */
  write(isTraced) {
    clearTimeout(this.timer);
    this.isTraced = isTraced;
    const { sheet, card } = this;
    sheet.paper.clear();
    sheet.overlay.replaceChildren();
    sheet.prompt.replaceChildren(question(card, isTraced));
    this.attempt = new Attempt(card, this.grader, this.reactions());
    if (isTraced) sheet.paper.outline = this.attempt.lines();
    this.say(isTraced ? t("card.trace") : "");
    this.show(
      this.button("tool.undo", () => this.undo()),
      this.button("tool.hint", () => this.attempt.hint()),
      isTraced
        ? this.button("tool.know", () => this.write(false))
        : this.button("tool.later", () => this.later()),
    );
    sheet.paper.draw();
  }

  reactions() {
    const { paper } = this.sheet;
    return {
      right: (stroke) => this.right(stroke),
      wrong: (stroke, grade) => {
        const { next } = this.attempt;
        this.draw();
        paper.fade(stroke);
        this.say(reason(grade, next, this.attempt.line(next)), "bad");
      },
      hint: (name, line, index) => {
        const words = showHint(paper, name, line, index);
        // The reason for a refusal says as much as a hint, but not that a stroke was drawn.
        if (name === "auto_draw" || !this.sheet.said.querySelector(".bad")) this.say(words);
        this.draw();
      },
      done: (grade) => (this.isTraced ? this.traced() : this.judged(grade)),
      failed: (error) => {
        this.draw();
        this.say(explained(error), "bad");
      },
    };
  }

  /** What is said of a stroke that was drawn for the learner stays. */
  right({ isShown = false }) {
    Object.assign(this.sheet.paper, { guides: [], moving: null });
    if (!isShown) this.say("");
    this.draw();
  }

  /** A stroke so far; null for one that was cancelled. After the last stroke there is none. */
  moved(stroke) {
    this.sheet.paper.live = this.attempt.isEnded ? null : stroke;
    this.sheet.paper.draw();
  }

  ended(stroke) {
    this.moved(null);
    if (this.attempt.isEnded) return;
    this.attempt.add(stroke);
    // It is on the paper already. Browsers put off all that is no frame until the next one is drawn,
    // if a pen's lift asks for one, so the recognizer's answer would come late.
    this.sheet.paper.strokes = this.inks();
  }

  undo() {
    this.attempt.undo();
    this.draw();
  }

  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.undo();
    } else if (event.repeat) return; // a key that is held puts off no second card
    else if (event.key === "?" || event.key.toLowerCase() === "h") this.attempt.hint();
    else if (event.key === "Escape" && !this.attempt.isEnded) this.later();
    else if (event.key === "Enter" && this.attempt.isEnded && event.target === document.body) {
      this.next();
    } else if (this.choose && "1234".includes(event.key)) {
      this.choose(["again", "hard", "good", "easy"][event.key - 1]);
    }
  }

  async later() {
    if (this.attempt.isEnded) return;
    this.attempt.isEnded = true;
    if (await this.kept(this.session.skip(this.card))) this.next();
  }

  /** What the promise gives; undefined where this device cannot keep it, which is said. */
  async kept(promise) {
    try {
      return await promise;
    } catch (error) {
      this.say(explained(error), "bad");
      this.show(this.button("tool.next", this.next, "main"));
    }
  }

  traced() {
    this.right(this.attempt.drawing.at(-1));
    this.timer = setTimeout(() => {
      this.write(false);
      this.say(t("card.memory"));
    }, TRACED_MS);
  }

  async judged(grade) {
    const accepted = isAccepted(grade);
    const shown = this.attempt.tally.gaveUp ? { ...grade, verdict: "shown", advice: [] } : grade;
    // The verdict first: to replay the strokes and to store the attempt takes a while.
    this.sheet.prompt.replaceChildren(question(this.card, true));
    this.sheet.said.replaceChildren(...verdict(shown));
    await painted();
    const finished = this.session.finish(this.attempt, grade, accepted);
    if (!this.isLeft) {
      this.compare(grade);
      this.sheet.said.append(...lookAlikes(shown, this.card.kanji));
    }
    const found = await this.kept(finished);
    if (this.isLeft || !found) return;
    const { event, rating } = found;
    this.sheet.count.textContent = this.session.count;
    this.rated(event, rating);
    const isClean = accepted && rating !== "again" && !event.hints && !event.misses;
    if (isClean && preference("advance")) this.timer = setTimeout(this.next, ADVANCE_MS);
  }

  /** Shows the rating; another one is an override. */
  rated(event, rating) {
    const choose = async (chosen) => {
      clearTimeout(this.timer);
      const kept = await this.kept(this.session.override(event, chosen));
      if (kept) show(chosen);
    };
    const show = (rated) => {
      const isRight = rated === "again" || rated === "hard";
      this.show(
        ratings(this.card, rated, choose),
        isRight ? this.button("tool.right", () => choose("good")) : null,
        this.button("tool.next", this.next, "main"),
      );
    };
    this.choose = choose;
    show(rating);
  }

  /** The reference, replayed over the ink. */
  compare(grade) {
    const { paper, overlay } = this.sheet;
    Object.assign(paper, { guides: [], moving: null, outline: [], live: null });
    const faulty = new Set(grade.missing);
    grade.strokes.forEach(({ reference, faults }) => {
      if (faults.length) for (const one of [reference].flat()) faulty.add(one);
    });
    paper.strokes = this.attempt.drawing.map((stroke) => ({ stroke, colour: "faded" }));
    paper.draw();
    replay(overlay, this.attempt.lines(), faulty);
  }

  draw() {
    this.sheet.paper.strokes = this.inks();
    this.sheet.paper.draw();
  }

  inks() {
    return this.attempt.drawing.map((stroke) => ({
      stroke,
      colour: stroke.isShown ? "accent" : "ink",
    }));
  }

  say(words, kind = "") {
    this.sheet.said.replaceChildren(h("p", { class: kind }, words));
  }

  show(...tools) {
    this.sheet.tools.replaceChildren(...tools.filter(Boolean));
  }

  button(words, onclick, kind = "") {
    return h("button", { type: "button", class: kind, onclick: () => onclick() }, t(words));
  }

  leave() {
    clearTimeout(this.timer);
    this.attempt.isEnded = true;
    this.isLeft = true;
  }
}
