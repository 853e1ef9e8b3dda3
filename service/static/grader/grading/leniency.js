// How lenient a grade is.

/** Throws RangeError where `leniency` is not a positive number. */
export function checkLeniency(leniency) {
  if (!(Number.isFinite(leniency) && leniency > 0)) {
    throw new RangeError(`leniency is ${leniency}; it must be a positive number, normal is 1`);
  }
}
