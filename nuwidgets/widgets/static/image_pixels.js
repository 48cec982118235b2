// A plane of pixels: how often each value occurs, and means over 2x2, 4x4, ... pixels, so that a
// small picture of a large image loses no photon. Made in pieces, for the page must not stand still.

const PIECE = 1 << 17; // pixels between two looks at the clock
const BINS = 65536;

/** How many pixels have which value; floating point values fall into bins 0.8 % wide. */
class Tally {
  /** @param {Uint8Array | Uint16Array | Float32Array} values */
  constructor(values) {
    this.whole = !(values instanceof Float32Array);
    this.values = values;
    this.bits = this.whole ? null : new Uint32Array(values.buffer, values.byteOffset, values.length);
    this.counts = new Uint32Array(BINS);
    this.number = 0;
  }

  /** Count the pixels `from` up to `to`. */
  add(from, to) {
    const { values, bits, counts } = this;
    if (this.whole) {
      for (let i = from; i < to; i++) counts[values[i]]++;
      this.number += to - from;
      return;
    }
    for (let i = from; i < to; i++) {
      const word = bits[i]; // the order of the bits is that of the values, but for the sign
      if ((word & 0x7f800000) === 0x7f800000) continue; // not finite
      counts[word >>> 31 ? (~word >>> 16) & 0xffff : (word >>> 16) | 0x8000]++;
      this.number++;
    }
  }

  finish() {
    this.keys = [];
    for (let key = 0; key < BINS; key++) if (this.counts[key]) this.keys.push(key);
    const ends = this.keys.length ? [this.value(this.keys[0]), this.upper(this.keys[this.keys.length - 1])] : [0, 1];
    [this.min, this.max] = ends;
    return this;
  }

  /** Least value of a bin. */
  value(key) {
    if (this.whole) return key;
    const word = key & 0x8000 ? (key & 0x7fff) << 16 : ~(key << 16);
    const value = new Float32Array(Uint32Array.of(word).buffer)[0];
    return Number.isFinite(value) ? value : Math.sign(value) * 3.4e38;
  }

  /** Largest value of a bin; a bin around a whole number is taken for it. */
  upper(key) {
    if (this.whole) return key;
    const next = this.value(Math.min(key + 1, BINS - 1));
    const round = Math.round(this.value(key));
    return Math.abs(round) < 256 && round === this.value(key) ? round : next;
  }

  /** Limits that hold a percentage of the pixels, as many of the rest below as above. */
  limits(percent) {
    const tail = (this.number * (1 - percent / 100)) / 2;
    const reach = (keys) => {
      let sum = 0;
      return keys.find((key) => { sum += this.counts[key]; return sum > tail; });
    };
    if (!this.keys.length) return [0, 1];
    const [lo, hi] = [this.value(reach(this.keys)), this.upper(reach([...this.keys].reverse()))];
    if (lo < hi) return [lo, hi];
    const more = this.keys.map((key) => this.upper(key)).find((value) => value > lo);
    return [lo, more ?? lo + 1];
  }

  /** Share of the pixels between the limits that lie below, for each level between them. */
  shares(lo, hi) {
    const out = new Float32Array(LEVELS + 1);
    for (const key of this.keys) {
      const level = Math.ceil(((this.value(key) - lo) / (hi - lo)) * LEVELS);
      if (level > 0) out[Math.min(level, LEVELS)] += this.counts[key];
    }
    let sum = 0;
    for (let i = 0; i <= LEVELS; i++) out[i] = sum += out[i];
    return sum > 0 ? out.map((v) => v / sum) : null;
  }

  /** Pixels in each of `n` columns of an axis. @param {(value: number) => number} axis to 0..1 */
  columns(n, axis) {
    const out = new Float64Array(n);
    const column = (value) => Math.min(n - 1, Math.max(0, Math.floor(axis(value) * n)));
    for (const key of this.keys) {
      const value = this.value(key);
      const half = this.whole ? 0.5 : 0;
      const [from, to] = [column(value - half), column(this.whole ? value + half : this.upper(key))];
      for (let i = from; i <= to; i++) out[i] += this.counts[key];
    }
    return out;
  }
}

/** Means over 2x2 pixels; where one is empty or missing, over those that are there. */
function halved({ values, nx, ny }) {
  const [mx, my] = [(nx + 1) >> 1, (ny + 1) >> 1];
  const out = new Float32Array(mx * my);
  const row = (j) => {
    const [a, b] = [2 * j * nx, Math.min(2 * j + 1, ny - 1) * nx];
    for (let i = 0; i < mx; i++) {
      const [p, q] = [2 * i, Math.min(2 * i + 1, nx - 1)];
      const mean = (values[a + p] + values[a + q] + values[b + p] + values[b + q]) / 4;
      out[j * mx + i] = mean === mean ? mean : meanOf([values[a + p], values[a + q], values[b + p], values[b + q]]);
    }
  };
  return { level: { values: out, nx: mx, ny: my }, row };
}

function meanOf(values) {
  const there = values.filter((v) => v === v);
  return there.length ? there.reduce((sum, v) => sum + v, 0) / there.length : NaN;
}

/** One plane with its tally and its smaller pictures, largest first. */
class Plane {
  constructor(values, nx, ny) {
    this.levels = [{ values, nx, ny }];
    this.tally = new Tally(values);
  }

  /** Get everything ready; stops between pieces. */
  *prepare() {
    const { values } = this.levels[0];
    for (let from = 0; from < values.length; from += PIECE) {
      this.tally.add(from, Math.min(values.length, from + PIECE));
      yield;
    }
    this.tally.finish();
    for (;;) {
      const last = this.levels[this.levels.length - 1];
      if (Math.max(last.nx, last.ny) <= 256) break;
      const { level, row } = halved(last);
      const rows = Math.max(1, Math.floor(PIECE / 4 / level.nx));
      for (let j = 0; j < level.ny; j++) {
        row(j);
        if (j % rows === rows - 1) yield;
      }
      this.levels.push(level);
    }
    this.ready = true;
  }
}

/** Go on with some work until it is done (true) or the time is used up. @param {Iterator} work */
function progress(work, budgetMs) {
  const until = performance.now() + budgetMs;
  do if (work.next().done) return true;
  while (performance.now() < until);
  return false;
}
