// The strokes of many characters in one file, so that they are there without a network.
//
// The file is described in Python's data/references/packed.py.

const LINE_END = 10;

/** The references of a file; each is unpacked when it is first asked for. */
export class PackedReferences {
  #found = new Map();

  /** `bytes`: a Uint8Array, the file of GET /v1/model's references_url. */
  constructor(bytes) {
    const end = bytes.indexOf(LINE_END);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
    const characters = [...head.characters];
    let at = end + 1;
    const plane = (count) => bytes.subarray(at, (at += count));
    const planes = (count) => ({ low: plane(count), high: plane(count) });
    const strokes = plane(characters.length);
    const points = planes(head.strokes);
    Object.assign(this, { scale: 10 ** head.decimals, points });
    this.axes = [planes(head.points), planes(head.points)];
    this.places = placesOf(characters, strokes, points);
  }

  /** The reference of a character, as far as strokes are compared: {character, strokes}; or null. */
  get(character) {
    if (!this.places.has(character)) return null;
    if (!this.#found.has(character)) this.#found.set(character, this.unpacked(character));
    return this.#found.get(character);
  }

  unpacked(character) {
    const { stroke, count, point } = this.places.get(character);
    const strokes = [];
    let from = point;
    for (let n = stroke; n < stroke + count; n += 1) {
      const length = numberAt(this.points, n);
      strokes.push({ points: this.curve(from, length), type: "" });
      from += length;
    }
    return { character, strokes };
  }

  /** The curve of `length` points from point `from` of the file. */
  curve(from, length) {
    const curve = new Float64Array(2 * length);
    for (const axis of [0, 1]) {
      let [value, step] = [0, 0];
      for (let at = 0; at < length; at += 1) {
        const folded = numberAt(this.axes[axis], from + at);
        step += folded % 2 ? -(folded + 1) / 2 : folded / 2;
        value += step;
        curve[2 * at + axis] = Math.fround(value / this.scale);
      }
    }
    return curve;
  }
}

const numberAt = ({ low, high }, at) => low[at] + 256 * high[at];

/** Of each character its first stroke, the number of its strokes, and its first point. */
function placesOf(characters, strokes, points) {
  const places = new Map();
  let [stroke, point] = [0, 0];
  characters.forEach((character, at) => {
    places.set(character, { stroke, count: strokes[at], point });
    const end = stroke + strokes[at];
    for (; stroke < end; stroke += 1) point += numberAt(points, stroke);
  });
  return places;
}
