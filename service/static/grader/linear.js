// Small dense matrices: arrays of rows, each a Float64Array.

/** A matrix of zeros. */
export const zeros = (rows, columns) =>
  Array.from({ length: rows }, () => new Float64Array(columns));

/** The inverse of a square matrix. */
export function inverse(matrix) {
  const unit = zeros(matrix.length, matrix.length);
  unit.forEach((row, at) => (row[at] = 1));
  return solve(matrix, unit);
}

/** The X of `matrix` X = `right`, by elimination with partial pivoting; neither is changed. */
export function solve(matrix, right) {
  const count = matrix.length;
  const a = matrix.map((row) => new Float64Array(row));
  const x = right.map((row) => new Float64Array(row));
  for (let column = 0; column < count; column += 1) {
    const pivot = pivotOf(a, column);
    for (const rows of [a, x]) [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let row = column + 1; row < count; row += 1) {
      const factor = a[row][column] / a[column][column];
      if (factor === 0) continue;
      subtract(a[row], a[column], factor, column);
      subtract(x[row], x[column], factor, 0);
    }
  }
  for (let column = count - 1; column >= 0; column -= 1) {
    const own = x[column];
    for (let at = 0; at < own.length; at += 1) own[at] /= a[column][column];
    for (let row = 0; row < column; row += 1) subtract(x[row], own, a[row][column], 0);
  }
  return x;
}

/** The row at or below `column` with the largest number in it. */
function pivotOf(a, column) {
  let best = column;
  for (let row = column + 1; row < a.length; row += 1) {
    if (Math.abs(a[row][column]) > Math.abs(a[best][column])) best = row;
  }
  return best;
}

function subtract(row, other, factor, from) {
  for (let at = from; at < row.length; at += 1) row[at] -= factor * other[at];
}

/** The product of a matrix and a vector. */
export const times = (matrix, vector) => matrix.map((row) => dot(row, vector));

/** The sum of products of two rows. */
export function dot(a, b) {
  let total = 0;
  for (let at = 0; at < a.length; at += 1) total += a[at] * b[at];
  return total;
}

/** The rows and columns at `indexes` of a square matrix. */
export function part(matrix, indexes) {
  const found = zeros(indexes.length, indexes.length);
  found.forEach((own, n) => {
    const row = matrix[indexes[n]];
    for (let at = 0; at < own.length; at += 1) own[at] = row[indexes[at]];
  });
  return found;
}

/** The squared Mahalanobis distance of `residual`. */
export const mahalanobis = (residual, covariance) => {
  const solved = solve(covariance, residual.map((value) => [value]));
  return residual.reduce((total, value, at) => total + value * solved[at][0], 0);
};
