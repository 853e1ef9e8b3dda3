// Arithmetic as Python and NumPy do it, so that results agree to the last digits.

const BLOCK = 128; // numbers that are summed without halving

/** The sum of numbers from `start` to before `end`, pairwise as NumPy sums a contiguous row. */
export function sum(values, start = 0, end = values.length) {
  const count = end - start;
  if (count < 8) return sumInOrder(values, start, end);
  if (count > BLOCK) {
    const half = Math.floor(count / 2);
    const middle = start + half - (half % 8);
    return sum(values, start, middle) + sum(values, middle, end);
  }
  let [a, b, c, d] = [values[start], values[start + 1], values[start + 2], values[start + 3]];
  let [e, f, g, h] = [values[start + 4], values[start + 5], values[start + 6], values[start + 7]];
  const rest = end - (count % 8);
  for (let at = start + 8; at < rest; at += 8) {
    a += values[at];
    b += values[at + 1];
    c += values[at + 2];
    d += values[at + 3];
    e += values[at + 4];
    f += values[at + 5];
    g += values[at + 6];
    h += values[at + 7];
  }
  const total = a + b + (c + d) + (e + f + (g + h));
  return sumInOrder(values, rest, end, total);
}

function sumInOrder(values, start, end, from = 0) {
  let total = from;
  for (let at = start; at < end; at += 1) total += values[at];
  return total;
}

export const mean = (values) => sum(values) / values.length;

/** The length of (x, y), rounded as glibc's hypot. */
export function hypot(x, y) {
  const a = Math.max(Math.abs(x), Math.abs(y));
  const b = Math.min(Math.abs(x), Math.abs(y));
  if (b === 0) return a;
  const h = Math.sqrt(a * a + b * b);
  if (h <= 2 * b) {
    const delta = h - b;
    return h - (a * (2 * delta - a) + (delta - 2 * (a - b)) * delta) / (2 * h);
  }
  const delta = h - a;
  return h - (2 * delta * (a - 2 * b) + ((4 * delta - b) * b + delta * delta)) / (2 * h);
}

/** Between two limits. */
export const clip = (value, least, most) => Math.min(Math.max(value, least), most);

/** The index of the least value, of equal ones the first; the value of -1 is not looked at. */
export function argmin(values) {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) if (values[at] < values[best]) best = at;
  return best;
}

/** The index of the largest value, of equal ones the first. */
export function argmax(values) {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) if (values[at] > values[best]) best = at;
  return best;
}

/** The indexes of `values` in ascending order, equal ones as they stand. */
export function argsort(values) {
  return Array.from(values, (_, at) => at).sort((a, b) => values[a] - values[b]);
}

/** The item with the least key, of equal ones the first; undefined where there is none. */
export function least(items, key) {
  let best;
  let bestKey = Infinity;
  for (const item of items) {
    const own = key(item);
    if (best === undefined || own < bestKey) [best, bestKey] = [item, own];
  }
  return best;
}

/** 0, 1, ..., count - 1. */
export function range(count) {
  const numbers = [];
  for (let at = 0; at < count; at += 1) numbers.push(at);
  return numbers;
}

/** An angle in radians, between minus and plus half a turn. */
export const wrapped = (angle) => modulo(angle + Math.PI, 2 * Math.PI) - Math.PI;

/** The remainder with the sign of the divisor, as in Python. */
export function modulo(value, divisor) {
  const rest = value % divisor;
  return rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest;
}

export const degrees = (radians) => radians * (180 / Math.PI);

/** Rounded to a whole number, halves to the even one. */
export function rint(value) {
  const low = Math.floor(value);
  const part = value - low;
  if (part !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}

/** Rounded to `digits` decimals as Python's round: by the exact value, halves to the even digit. */
export function round(value, digits) {
  const tens = 10 ** digits;
  // Only a multiple of 2^-(digits + 1) can lie exactly between two decimals.
  if (Number.isInteger(value * 2 ** (digits + 1)) && Math.abs((value * tens) % 1) === 0.5) {
    return rint(value * tens) / tens;
  }
  return Number(value.toFixed(digits));
}

/** Rounded to `digits` decimals as NumPy's round: by the value times a power of ten. */
export const roundScaled = (value, digits) => rint(value * 10 ** digits) / 10 ** digits;
