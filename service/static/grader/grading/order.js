// Which strokes are drawn out of order.

import { least, range } from "../numbers.js";

/** Every accepted order, as stroke indexes in the order drawn; the canonical one first. */
export const acceptedOrders = ({ strokes, orders }) => [range(strokes.length), ...orders];

/** Indexes of the matches out of order, by the accepted order that leaves the fewest: a Set. */
export function outOfOrder({ matches }, reference) {
  const drawn = matches.map((one) => one.reference[0]);
  const options = acceptedOrders(reference).map((order) =>
    displaced(drawn.map((stroke) => order.indexOf(stroke))),
  );
  // Another order counts where it is kept exactly, or where it leaves fewer strokes out of order.
  const isOther = (option) => (option.size && option !== options[0] ? 1 : 0);
  return least(options, (option) => option.size + isOther(option));
}

/**
 * Indexes of the `ranks` that are out of order: both ends of an exchange; otherwise the fewest
 * whose removal leaves the rest in order, by the longest increasing subsequence.
 */
export function displaced(ranks) {
  const sorted = [...ranks].sort((a, b) => a - b);
  const exchanged = range(ranks.length).filter((at) => ranks[at] !== sorted[at]);
  const ends = []; // for each length, the index where the best increasing subsequence ends
  const before = []; // the index before each one in its subsequence
  ranks.forEach((rank, at) => {
    const place = ends.findIndex((end) => ranks[end] >= rank);
    const length = place < 0 ? ends.length : place;
    before[at] = length ? ends[length - 1] : null;
    ends[length] = at;
  });
  const moved = new Set(ranks.keys());
  for (let at = ends.at(-1) ?? null; at !== null; at = before[at]) moved.delete(at);
  return exchanged.length <= moved.size + 1 ? new Set(exchanged) : moved;
}
