// Mouse, pen and finger on a canvas, as strokes {x, y, t, p} in a square of SIDE units.

export const SIDE = 1000;
const MOST_POINTS = 1500; // of a stroke
const MOST_KEPT = 8192; // points of a drawing that the service keeps
const LEAST_STEP = 3; // units between two points: a fast screen reports far more than it shows
const REST_PX = 12; // that a finger which rests may move
const TAP_MS = 350; // between the first finger down and both up, for a two-finger tap

/**
 * Listens on `canvas`. `on`: moved(stroke), ended(stroke), cancelled(), undo().
 *
 * One finger or pen draws at a time. A palm is a finger that rests: a pen, or a finger that comes
 * later, draws in its place.
 */
export function listen(canvas, on) {
  let stroke = null;
  let pointer = null; // the finger or pen that draws
  let origin = null; // time of the first point of all
  let first = 0; // time of the first point of the stroke
  let isTap = false; // two fingers came down, and neither has moved
  const fingers = new Map(); // those that are down, with the event that began each

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
  const begin = (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointer = event.pointerId;
    first = event.timeStamp;
    origin ??= first;
    stroke = { x: [], y: [], t: [], p: [], hasPressure: event.pointerType === "pen" };
    add(event);
    on.moved(stroke);
  };
  const drop = () => {
    stroke = pointer = null;
    on.cancelled();
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const isOnFinger = fingers.has(pointer); // that one draws
    if (event.pointerType === "touch") {
      fingers.set(event.pointerId, event);
      isTap = isOnFinger && fingers.size === 2 && event.timeStamp - first < TAP_MS;
      const rests = isOnFinger && stroke.x.length === 1;
      if (isTap || rests) drop();
    } else if (isOnFinger) drop();
    if (pointer === null && !isTap) begin(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (isTap && hasMoved(fingers.get(event.pointerId), event)) {
      isTap = false; // the other one was a palm
      begin(fingers.get(event.pointerId));
    }
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
    if (event.type !== "pointerup") return drop();
    add(event, true);
    const ended = stroke;
    stroke = pointer = null;
    on.ended(ended);
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
}

const hasMoved = (began, now) =>
  began && Math.hypot(now.clientX - began.clientX, now.clientY - began.clientY) > REST_PX;

const [MOST_PRESSURE, MOST_MS] = [1000, 86_400_000]; // of the API

/** Whether the service keeps a drawing of these strokes. */
export const canBeKept = (strokes) =>
  strokes.reduce((sum, { x }) => sum + x.length, 0) <= MOST_KEPT;

/**
 * Strokes as the API takes them, in milliseconds since the first point; those of a pen with its
 * pressure, which is kept and not judged.
 */
export const columns = (strokes) => {
  const start = strokes[0]?.t[0] ?? 0;
  return strokes.map(({ x, y, t, p, hasPressure }) => {
    const times = t.map((one) => Math.min(Math.max(one - start, 0), MOST_MS));
    const stroke = { x, y, t: times };
    if (hasPressure) stroke.pressure = p.map((one) => Math.round(MOST_PRESSURE * one));
    return stroke;
  });
};
