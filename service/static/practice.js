// The practice page: draw a character, hear what was right and wrong, see how it is written.

const SVG = "http://www.w3.org/2000/svg";
const STROKE_MS = 450; // that one stroke takes when it is replayed
const PAUSE_MS = 180;
const VERDICTS = {
  correct: ["Correct", "good"],
  acceptable: ["Good enough", "good"],
  wrong_order: ["Right strokes, wrong order", "fair"],
  wrong_strokes: ["Some strokes are wrong", "bad"],
  wrong_character: ["This is another character", "bad"],
  unreadable: ["This cannot be read", "bad"],
};
const MILD = new Set(["wrong_order", "wrong_place", "wrong_shape", "too_short", "too_long"]);

const at = (id) => document.getElementById(id);
const canvas = at("paper");
const paper = canvas.getContext("2d");
let character = null; // the answer of GET /v1/kanji/{character}
let strokes = []; // each {x: [], y: [], t: []}, in pixels of the canvas
let colours = []; // of each stroke, once it is graded
let guides = []; // what the grader shows over the ink: {lines, arrow}
let drawing = null; // the id of the pointer that draws
let started = 0;
let list = "";
let run = 0; // so that an old replay or answer stops when a new one starts

// --- drawing

canvas.addEventListener("pointerdown", (event) => {
  if (drawing !== null || event.button !== 0 || strokes.length >= 64) return;
  event.preventDefault();
  drawing = event.pointerId;
  canvas.setPointerCapture(drawing);
  if (!strokes.length) started = event.timeStamp;
  ungraded();
  strokes.push({ x: [], y: [], t: [] });
  add(event);
  redraw();
});

canvas.addEventListener("pointermove", (event) => {
  if (event.pointerId !== drawing) return;
  const coalesced = event.getCoalescedEvents?.() ?? [];
  for (const one of coalesced.length ? coalesced : [event]) add(one);
  redraw();
});

for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, (event) => {
    if (event.pointerId === drawing) drawing = null;
  });
}

function ungraded() {
  colours = [];
  guides = [];
  run += 1;
}

function add(event) {
  const box = canvas.getBoundingClientRect();
  const stroke = strokes.at(-1);
  if (stroke.x.length >= 1500) return;
  const scale = canvas.width / box.width;
  stroke.x.push(Math.round((event.clientX - box.left) * scale));
  stroke.y.push(Math.round((event.clientY - box.top) * scale));
  stroke.t.push(Math.max(0, Math.round(event.timeStamp - started)));
}

function redraw() {
  const side = canvas.width;
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(`--${name}`).trim();
  paper.clearRect(0, 0, side, side);
  paper.lineWidth = 2;
  paper.setLineDash([8, 10]);
  paper.strokeStyle = colour("line");
  line([side / 2, side / 2], [0, side]);
  line([0, side], [side / 2, side / 2]);
  paper.setLineDash([]);
  paper.lineCap = paper.lineJoin = "round";
  paper.globalAlpha = 0.4;
  paper.lineWidth = side / 20;
  paper.strokeStyle = colour("good");
  for (const guide of guides) for (const points of guide.lines) polyline(points);
  paper.globalAlpha = 1;
  paper.lineWidth = side / 36;
  strokes.forEach((stroke, index) => {
    paper.strokeStyle = colour(colours[index] ?? "ink");
    line(stroke.x, stroke.y);
    if (!colours.length) return;
    paper.font = `${side / 24}px system-ui`;
    paper.fillStyle = paper.strokeStyle;
    paper.fillText(index + 1, stroke.x[0] - side / 24, stroke.y[0] - side / 40);
  });
  paper.lineWidth = side / 80;
  paper.strokeStyle = colour("ink");
  for (const guide of guides) if (guide.arrow) arrow(...guide.arrow, side / 22);
}

function polyline(points) {
  line(points.map(([x]) => x), points.map(([, y]) => y));
}

function arrow([x, y], [u, v], size) {
  const ahead = Math.atan2(v - y, u - x);
  const wing = (turn) => [u - size * Math.cos(ahead + turn), v - size * Math.sin(ahead + turn)];
  polyline([[x, y], [u, v]]);
  polyline([wing(0.5), [u, v], wing(-0.5)]);
}

function line(x, y) {
  paper.beginPath();
  paper.moveTo(x[0], y[0]);
  if (x.length === 1) paper.lineTo(x[0] + 0.1, y[0]);
  for (let i = 1; i < x.length; i += 1) paper.lineTo(x[i], y[i]);
  paper.stroke();
}

function clear() {
  strokes = [];
  drawing = null;
  ungraded();
  at("faults").replaceChildren();
  at("candidates").replaceChildren();
  at("reference").replaceChildren();
  say("");
  redraw();
}

// --- asking

async function ask(path, body) {
  const options = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? answer.title);
  return answer;
}

async function choose(wanted) {
  const turn = (run += 1);
  try {
    const found = await ask(`/v1/kanji/${encodeURIComponent(wanted)}`);
    if (turn !== run) return;
    character = found;
    at("target").value = found.character;
    at("meanings").textContent = found.meanings.join(", ");
    at("readings").textContent = [...found.on, ...found.kun].join("、");
    at("source").textContent = `${found.strokes.length} strokes, ${found.source}, ${found.licence}`;
    clear();
  } catch (error) {
    say(error.message, "bad");
  }
}

async function check() {
  if (!character) return say("Choose a character first.", "fair");
  if (!strokes.length) return say("Draw the character first.", "fair");
  const turn = (run += 1);
  const body = { strokes };
  const grade = { ...body, character: character.character, leniency: Number(at("leniency").value) };
  say("…");
  const [graded, read] = await Promise.allSettled([
    ask("/v1/grade", grade),
    ask("/v1/recognize", { ...body, top: 5 }),
  ]);
  if (turn !== run) return; // drawn on since
  if (graded.status === "fulfilled") showGrade(graded.value);
  else say(graded.reason.message, "bad");
  if (read.status === "fulfilled") showCandidates(read.value.candidates, read.value.none);
  else showCandidates([], 0);
}

// --- showing

function say(text, kind = "") {
  at("verdict").textContent = text;
  at("verdict").className = `verdict ${kind}`;
}

function showGrade(grade) {
  const [text, kind] = VERDICTS[grade.verdict] ?? [grade.verdict, "fair"];
  const other = grade.verdict === "wrong_character" && grade.read_as ? `: ${grade.read_as}` : "";
  say(`${text}${other} (${Math.round(grade.score)} of 100)`, kind);
  colours = grade.strokes.map(({ faults }) => {
    if (!faults.length) return "good";
    return faults.every((fault) => MILD.has(fault)) ? "fair" : "bad";
  });
  const isTold = ({ key, params }) =>
    key === "slant" || "stroke" in params || "reference" in params;
  const told = grade.advice.filter(isTold);
  guides = told.filter(({ key }) => key !== "wrong_order");
  redraw();
  const language = navigator.language.startsWith("ja") ? "ja" : "en";
  const lines = told.map(({ text, params }) => [text[language], colours[params.stroke] ?? "bad"]);
  at("faults").replaceChildren(
    ...lines.map(([said, colour]) => {
      const item = document.createElement("li");
      item.textContent = said;
      item.className = colour;
      return item;
    }),
  );
  replay(new Set(grade.missing));
}

function showCandidates(all, none) {
  const candidates = all.filter(({ probability }, rank) => !rank || probability >= 0.005);
  const lead = none > 0.5 ? "No whole character; nearest: " : "Looks like ";
  at("candidates").replaceChildren(
    candidates.length ? lead : "",
    ...candidates.map(({ character: read, probability }) => {
      const button = document.createElement("button");
      const share = document.createElement("small");
      share.textContent = `${Math.round(probability * 100)} %`;
      button.append(read, share);
      button.title = `Practise ${read}`;
      button.addEventListener("click", () => choose(read));
      return button;
    }),
  );
}

async function replay(missing = new Set()) {
  if (!character) return;
  const turn = (run += 1);
  const picture = at("reference");
  const paths = character.strokes.map((stroke) => path(stroke.points));
  const guides = character.strokes.map((stroke) => path(stroke.points));
  for (const guide of guides) guide.classList.add("guide");
  picture.replaceChildren(...guides, ...paths);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const lengths = paths.map((one) => one.getTotalLength());
  paths.forEach((one, index) => {
    if (missing.has(index)) one.classList.add("missing");
    one.style.strokeDasharray = `${lengths[index]}`;
    one.style.strokeDashoffset = still ? "0" : `${lengths[index]}`;
    one.style.visibility = still ? "visible" : "hidden"; // a round cap shows at full offset
  });
  for (let index = 0; index < paths.length; index += 1) {
    if (turn !== run) return;
    label(picture, character.strokes[index].points[0], index + 1);
    if (still) continue;
    const frames = [{ strokeDashoffset: lengths[index] }, { strokeDashoffset: 0 }];
    paths[index].style.visibility = "visible";
    await paths[index].animate(frames, { duration: STROKE_MS, easing: "ease-in-out" }).finished;
    paths[index].style.strokeDashoffset = "0";
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

function path(points) {
  const one = document.createElementNS(SVG, "path");
  one.setAttribute("d", `M${points.map(([x, y]) => `${x * 100} ${y * 100}`).join("L")}`);
  return one;
}

function label(picture, [x, y], number) {
  const text = document.createElementNS(SVG, "text");
  text.setAttribute("x", Math.max(1, x * 100 - 6));
  text.setAttribute("y", Math.max(6, y * 100 - 2));
  text.textContent = number;
  picture.append(text);
}

// --- buttons

at("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = at("target").value.trim();
  if (wanted) choose(wanted);
});
at("target").addEventListener("input", () => {
  run += 1; // an answer still on its way must not overwrite what is typed
});
at("next").addEventListener("click", async () => {
  try {
    list ||= (await ask("/v1/kanji?list=joyo")).characters;
    const all = [...list];
    choose(all[Math.floor(Math.random() * all.length)]);
  } catch (error) {
    say(error.message, "bad");
  }
});
at("undo").addEventListener("click", () => {
  strokes.pop();
  ungraded();
  redraw();
});
at("clear").addEventListener("click", clear);
at("show").addEventListener("click", () => replay());
at("check").addEventListener("click", check);
redraw();
choose(at("target").value);
