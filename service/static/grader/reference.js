// A character's canonical strokes in canonical order.

import { curveOf } from "./curves.js";

/**
 * The reference of `character` from its stroke data: the JSON of its strokes_url, or a card of the
 * queue. See GET /v1/kanji/{character} in the API.
 *
 * Returns {character, strokes: [{points, type}], orders, components, source, forms}; `forms` are
 * references too.
 */
export function referenceFrom(character, { strokes, orders, components, source, forms }) {
  return {
    character,
    strokes: strokes.map(({ points, type }) => ({
      points: curveOf(points).map(Math.fround),
      type,
    })),
    orders: orders ?? [], // a form has none of its own
    components: components ?? null,
    source,
    forms: (forms ?? []).map((form) => referenceFrom(character, form)),
  };
}

/** The curves of the strokes of a reference or of an ink. */
export const curvesOf = ({ strokes }) => strokes.map(({ points }) => points);
