// Mouse, pen and finger on a canvas, as strokes {x, y, t, p} in a square of SIDE units.

export const SIDE = 1000;
const MOST_POINTS = 1500; // of a stroke
const MOST_KEPT = 8192; // points of a drawing that the service keeps
const LEAST_STEP = 3; // units between two points: a fast screen reports far more than it shows
const TAP_MS = 350; // between the first finger down and both up, for a two-finger tap

/** Listens on `canvas`. `on`: moved(stroke), ended(stroke), cancelled(), undo(). */
export function listen(canvas, on) {
  let stroke = null;
  let pointer = null;
  let origin = null; // time of the first point of the drawing
  let first = 0; // time of the first finger
  const fingers = new Set();
  let isTap = false;

  const add = (event, isLast = false) => {
    if (stroke.x.length >= MOST_POINTS) return;
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * SIDE);
    const y = Math.round(((event.clientY - box.top) / box.height) * SIDE);
    const step = Math.hypot(x - stroke.x.at(-1), y - stroke.y.at(-1));
    if (step < LEAST_STEP && !(isLast && step)) return;
    stroke.x.push(x);
    stroke.y.push(y);
    stroke.t.push(Math.max(0, Math.round(event.timeStamp - origin)));
    stroke.p.push(event.pointerType === "pen" ? event.pressure : 0.5);
  };

  canvas.addEventListener("pointerdown", (event) => {
    const isFinger = event.pointerType === "touch";
    if (isFinger) fingers.add(event.pointerId);
    else if (event.pointerType === "pen" && fingers.has(pointer)) {
      stroke = pointer = null; // that was the palm
      on.cancelled();
    }
    if (isFinger && fingers.size === 2 && fingers.has(pointer) && event.timeStamp - first < TAP_MS) {
      isTap = true;
      stroke = pointer = null;
      on.cancelled();
      return;
    }
    if (pointer !== null || event.button !== 0 || (isFinger && fingers.size > 1)) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    first = event.timeStamp;
    origin ??= first;
    stroke = { x: [], y: [], t: [], p: [], hasPressure: event.pointerType === "pen" };
    add(event);
    on.moved(stroke);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const coalesced = event.getCoalescedEvents?.() ?? [];
    for (const one of coalesced.length ? coalesced : [event]) add(one);
    on.moved(stroke);
  });
  const end = (event) => {
    fingers.delete(event.pointerId);
    if (isTap && fingers.size === 0) {
      isTap = false;
      if (event.timeStamp - first < TAP_MS) on.undo();
    }
    if (event.pointerId !== pointer) return;
    if (event.type === "pointerup") add(event, true);
    const ended = stroke;
    stroke = pointer = null;
    if (event.type === "pointerup") on.ended(ended);
    else on.cancelled();
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}

const MOST_PRESSURE = 1000; // of the API

/** Whether the service keeps a drawing of these strokes. */
export const canBeKept = (strokes) =>
  strokes.reduce((sum, { x }) => sum + x.length, 0) <= MOST_KEPT;

/** Strokes as the API takes them; those of a pen with its pressure, which is kept and not judged. */
export const columns = (strokes) =>
  strokes.map(({ x, y, t, p, hasPressure }) =>
    hasPressure ? { x, y, t, pressure: p.map((one) => Math.round(MOST_PRESSURE * one)) } : { x, y, t },
  );
