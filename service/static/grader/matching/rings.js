// Rings, such as the handakuten of ぱ: closed strokes without a corner.
//
// A ring may start anywhere and run either way, so a drawn ring is turned to start and run like the
// reference's before the two are compared.

import { RINGS } from "../constants.js";
import { joined, pointAt, reversed } from "../curves.js";
import { argmin, least, range, sum, wrapped } from "../numbers.js";
import { centreOf, distance, lengthOf, meanDistance, norm, resample } from "./geometry.js";

const { RING_POINTS, RING_GAP } = RINGS;

/** Whether the reference stroke `curve`, of float32 numbers, is a ring. */
export function isRing(curve) {
  const offsets = curve.map((value, at) => Math.abs(Math.fround(value - curve[at % 2])));
  const gap = Math.max(...offsets.slice(-2));
  const farthest = offsets.reduce((most, one) => Math.max(most, one), 0);
  if (gap > Math.fround(Math.fround(RING_GAP * Math.PI) * farthest)) return false;
  const points = resample(curve, RING_POINTS / 2 + 1);
  if (!(distance(pointAt(points, -1), pointAt(points, 0)) < RING_GAP * lengthOf(points))) return false;
  const headings = range(points.length / 2 - 1).map((at) =>
    Math.atan2(points[2 * at + 3] - points[2 * at + 1], points[2 * at + 2] - points[2 * at]),
  );
  const turns = headings.slice(1).map((one, at) => Math.abs(wrapped(one - headings[at])));
  return Math.max(...turns) < RINGS.RING_CORNER_DEGREES * (Math.PI / 180);
}

/** `drawn`, with the stroke most like each of the reference's `rings` turned like this ring. */
export function turnedRings(drawn, rings) {
  const turned = [...drawn];
  const remaining = new Set(turned.keys());
  for (const ring of rings) {
    const options = [...remaining]
      .map((n) => ({ n, ...turnedLike(drawn[n], ring) }))
      .filter(({ curve }) => curve);
    const best = least(options, ({ off }) => off);
    if (!best) continue;
    turned[best.n] = best.curve;
    remaining.delete(best.n);
  }
  return turned;
}

/**
 * The drawn `curve` from the start and in the direction that fit `ring` best: {off, curve}, with
 * its distance from the ring over their radius, and how far it is open over its length; null where
 * it is no ring.
 */
export function turnedLike(curve, ring) {
  const found = loopOf(curve);
  if (!found) return null;
  const { loop, gap } = found;
  const ways = [loop, reversed(loop)].flatMap((way) =>
    range(RING_POINTS).map((n) => joined([way.slice(2 * n), way.slice(0, 2 * n)])),
  );
  const target = shapeOf(resample(ring, RING_POINTS + 1).slice(0, -2));
  const distances = ways.map((way) => meanDistance(shapeOf(way), target));
  const best = argmin(distances);
  if (distances[best] > RINGS.DRAWN_DISTANCE) return null;
  return { off: distances[best] + gap, curve: joined([ways[best], ways[best].slice(0, 2)]) };
}

/**
 * {loop, gap}: the closed part of `curve`, RING_POINTS without overlapping ends, and the distance
 * of its ends over its length; null if it is open.
 */
function loopOf(curve) {
  const points = resample(curve, RING_POINTS + 1);
  const count = points.length / 2;
  const reach = Math.floor(RINGS.OVERLAP * RING_POINTS);
  const ends = range(reach).flatMap((first) => range(reach).map((last) => [first, last]));
  const gaps = ends.map(([first, last]) =>
    distance(pointAt(points, first), pointAt(points, count - reach + last)),
  );
  const best = argmin(gaps);
  const [first, last] = ends[best];
  const length = lengthOf(points);
  const loop = points.slice(2 * first, 2 * (count - reach + last + 1));
  const loopLength = ((loop.length / 2 - 1) / RING_POINTS) * length;
  if (length === 0 || gaps[best] > RINGS.DRAWN_GAP * loopLength) return null;
  const closed = resample(joined([loop, loop.slice(0, 2)]), RING_POINTS + 1).slice(0, -2);
  return { loop: closed, gap: gaps[best] / loopLength };
}

/** A curve about its centre, with a mean distance of 1 from it. */
function shapeOf(curve) {
  const centre = centreOf(curve);
  const centred = curve.map((value, at) => value - centre[at % 2]);
  const radii = range(curve.length / 2).map((at) => norm(...pointAt(centred, at)));
  const size = Math.max(sum(radii) / radii.length, 1e-12);
  return centred.map((value) => value / size);
}
