// The assignment of least total cost.

import { argmin, range } from "./numbers.js";

const FREE = -1;

/**
 * The pairs [row, column] of least total cost, by rows.
 *
 * `cost`: an array of rows of numbers; as many pairs as the shorter side is long.
 */
export function leastCostAssignment(cost) {
  if (!cost.length || !cost[0].length) return [];
  if (cost.length > cost[0].length) {
    const turned = range(cost[0].length).map((column) => cost.map((row) => row[column]));
    return leastCostAssignment(turned)
      .map(([column, row]) => [row, column])
      .sort(([a], [b]) => a - b);
  }
  const favourites = cost.map(argmin);
  // No assignment is cheaper than each row's cheapest column.
  if (new Set(favourites).size === cost.length) return favourites.map((column, row) => [row, column]);
  return augmented(cost, favourites).map((column, row) => [row, column]);
}

/** The column of each row, by shortest augmenting paths from the rows without one (Crouse, 2016). */
function augmented(cost, favourites) {
  const state = {
    cost,
    columnOf: cost.map(() => FREE),
    rowOf: Array.from(cost[0], () => FREE),
    rowPrices: cost.map((row, at) => row[favourites[at]]),
    columnPrices: Array.from(cost[0], () => 0),
  };
  favourites.forEach((column, row) => {
    if (state.rowOf[column] !== FREE) return;
    [state.columnOf[row], state.rowOf[column]] = [column, row];
  });
  const lonely = range(cost.length).filter((row) => state.columnOf[row] === FREE);
  for (const row of lonely) augment(row, state);
  return state.columnOf;
}

/** Finds the cheapest path from row `start` to a free column, and swaps the pairs on it. */
function augment(start, { cost, columnOf, rowOf, rowPrices, columnPrices }) {
  const width = rowOf.length;
  const distances = Array(width).fill(Infinity);
  const before = Array(width).fill(FREE); // the row from which the path reaches a column
  const isDone = Array(width).fill(false);
  const visited = [start];
  let [row, length, column] = [start, 0, FREE];
  for (;;) {
    for (let at = 0; at < width; at += 1) {
      const through = length + cost[row][at] - rowPrices[row] - columnPrices[at];
      if (!isDone[at] && through < distances[at]) [distances[at], before[at]] = [through, row];
    }
    column = nearest(distances, isDone, rowOf);
    length = distances[column];
    isDone[column] = true;
    if (rowOf[column] === FREE) break;
    row = rowOf[column];
    visited.push(row);
  }
  rowPrices[start] += length;
  for (const one of visited.slice(1)) rowPrices[one] += length - distances[columnOf[one]];
  isDone.forEach((done, at) => {
    if (done) columnPrices[at] -= length - distances[at];
  });
  do {
    row = before[column];
    rowOf[column] = row;
    [columnOf[row], column] = [column, columnOf[row]];
  } while (row !== start);
}

/** The nearest open column; of equally near ones a free one. */
function nearest(distances, isDone, rowOf) {
  const open = range(distances.length).filter((at) => !isDone[at]);
  const shortest = Math.min(...open.map((at) => distances[at]));
  const near = open.filter((at) => distances[at] === shortest);
  return near.find((at) => rowOf[at] === FREE) ?? near[0];
}
