// The unlock: a card asks, one writes, the verdict stands beside the ink, and the next card comes.

import { h, svg } from "../dom.js";
import { t } from "../words.js";
import { preference } from "../preferences.js";
import { openGrader } from "../grader/grader.js";
import { listen } from "../canvas/pen.js";
import { Paper } from "../canvas/paper.js";
import { isOffered, nextCard } from "../queue.js";
import { Session } from "../session.js";
import { changed } from "../sync.js";
import { Exercise } from "../exercise.js";

let begun = null; // the session that goes on when one comes back to this view

/** Shows the practice page in `root`; returns what to do when it is left. */
export async function view(root, kanji) {
  const sheet = sheetIn(root);
  const session = continued(begun, preference("session"));
  begun = session;
  let exercise = null;
  let resting = null; // why no card is shown

  async function next() {
    exercise?.leave();
    const found = await session.next();
    sheet.count.textContent = session.count;
    if (!found.card) return stop(found.rest);
    resting = null;
    exercise = new Exercise(found.card, { sheet, session, grader: openGrader(), next });
    exercise.start();
  }

  function stop(why) {
    resting = why;
    rest(sheet, why, session, next);
  }

  listen(sheet.canvas, {
    moved: (stroke) => exercise?.moved(stroke),
    ended: (stroke) => exercise?.ended(stroke),
    cancelled: () => exercise?.moved(null),
    undo: () => exercise?.undo(),
  });
  const onKey = (event) => {
    if (event.target.closest?.("input, textarea, select")) return;
    exercise?.key(event);
  };
  const onChange = async () => {
    const shown = exercise;
    if (resting) {
      const found = resting === "session" ? {} : await nextCard();
      if (resting && found.card) next();
      else if (resting && found.rest && found.rest !== resting) stop(found.rest);
    } else if (shown?.isUntouched && !(await isOffered(shown.card.kanji))) {
      if (shown === exercise && shown.isUntouched) next();
    }
  };
  addEventListener("keydown", onKey);
  changed.addEventListener("change", onChange);
  await next(kanji);
  return () => {
    exercise?.leave();
    changed.removeEventListener("change", onChange);
    removeEventListener("keydown", onKey);
  };
}

/** The session, if it is one of `length` cards that is not over; else a new one. */
function continued(session, length) {
  return session?.length === length && session.done < length ? session : new Session(length);
}

function sheetIn(root) {
  const canvas = h("canvas", { role: "img", "aria-label": t("paper") });
  const overlay = svg("svg", { class: "overlay", "aria-hidden": "true" });
  const prompt = h("section", { class: "prompt", "aria-label": t("card.prompt") });
  const said = h("section", { class: "said", "aria-live": "polite", "aria-label": t("said.label") });
  const tools = h("div", { class: "tools" });
  const count = h("p", { class: "count" });
  const paper = h("div", { class: "sheet" }, canvas, overlay);
  root.append(h("div", { class: "practice" }, prompt, paper, said, tools, count));
  return { canvas, overlay, prompt, said, tools, count, paper: new Paper(canvas) };
}

function rest(sheet, why, session, next) {
  sheet.paper.clear();
  sheet.overlay.replaceChildren();
  sheet.said.replaceChildren();
  sheet.prompt.replaceChildren(h("h1", {}, t(`rest.${why}`, { count: session.done })));
  const again = () => {
    session.done = 0;
    next();
  };
  const words = why === "session" ? "tool.start" : "tool.reload";
  sheet.tools.replaceChildren(h("button", { type: "button", class: "main", onclick: again }, t(words)));
}
