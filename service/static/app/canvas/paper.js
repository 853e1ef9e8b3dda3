// The paper: guide lines, the outline to trace, hints, and ink.

import { brushPath } from "./brush.js";
import { SIDE } from "./pen.js";
import { wantsLessMotion } from "../preferences.js";

const FADE_MS = 900; // that a refused stroke stays
const ANIMATION_MS = 650; // that a stroke takes which is shown

/** A canvas that keeps what it shows, and draws itself again when it changes. */
export class Paper {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.clear();
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  clear() {
    this.strokes = []; // each {stroke, colour}
    this.live = null; // the stroke that is being drawn
    this.fading = []; // each {stroke, since}
    this.outline = []; // lines to trace: points in units of the canvas
    this.guides = []; // lines of a hint
    this.moving = null; // {line, since}
    this.draw();
  }

  fade(stroke) {
    this.fading.push({ stroke, since: performance.now() });
    this.draw();
  }

  /** Shows how a line is drawn, again and again until the paper changes its guides. */
  animate(line) {
    this.guides = [line];
    this.moving = wantsLessMotion() ? null : { line, since: performance.now() };
    this.draw();
  }

  draw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = null;
      this.fading = this.fading.filter(({ since }) => now - since < FADE_MS);
      this.paint(now);
      if (this.fading.length || this.moving) this.draw();
    });
  }

  paint(now) {
    const { canvas, context } = this;
    const sharp = Math.round(canvas.clientWidth * devicePixelRatio);
    if (sharp && canvas.width !== sharp) canvas.width = canvas.height = sharp;
    const scale = canvas.width / SIDE;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, SIDE, SIDE);
    context.lineCap = context.lineJoin = "round";
    this.paintGrid();
    for (const line of this.outline) this.paintLine(line, "outline", 46);
    for (const line of this.guides) this.paintLine(line, "guide", 46);
    if (this.moving) this.paintMoving(now);
    for (const { stroke, since } of this.fading) {
      context.globalAlpha = wantsLessMotion() ? 1 : 1 - (now - since) / FADE_MS;
      this.paintInk(stroke, "bad");
    }
    context.globalAlpha = 1;
    for (const { stroke, colour } of this.strokes) this.paintInk(stroke, colour ?? "ink");
    if (this.live) this.paintInk(this.live, "ink", false);
  }

  colour(name) {
    return getComputedStyle(this.canvas).getPropertyValue(`--${name}`).trim();
  }

  paintGrid() {
    this.context.setLineDash([14, 18]);
    this.paintLine([[SIDE / 2, 0], [SIDE / 2, SIDE]], "line", 3);
    this.paintLine([[0, SIDE / 2], [SIDE, SIDE / 2]], "line", 3);
    this.context.setLineDash([]);
  }

  paintInk(stroke, colour, isEnded = true) {
    this.context.fillStyle = this.colour(colour);
    this.context.fill(brushPath(stroke, isEnded));
  }

  paintLine(points, colour, width) {
    const { context } = this;
    context.strokeStyle = this.colour(colour);
    context.lineWidth = width;
    context.beginPath();
    points.forEach(([x, y], index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.stroke();
  }

  paintMoving(now) {
    const { line, since } = this.moving;
    const part = Math.min(1, (((now - since) % (ANIMATION_MS * 1.6)) / ANIMATION_MS));
    const count = Math.max(2, Math.ceil(part * line.length));
    this.paintLine(line.slice(0, count), "accent", 30);
  }
}
