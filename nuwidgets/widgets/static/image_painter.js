// Pixels to colours: only what is seen, at the size at which it is seen, and kept for the next pan.

const WHOLE = 1.2e6; // pixels of a picture that is coloured whole
const ROOM = 0.35; // part of the view that is coloured beyond each edge, for a pan
const BUDGET_MS = 9;

/** A rectangle of a level in colours. */
class Sheet {
  /** @param {Sheet?} old one that is not needed any more: its memory is used again */
  constructor(k, level, [x0, x1, y0, y1], old = null) {
    Object.assign(this, { k, level, x0, x1, y0, y1 });
    const [width, height] = [x1 - x0, y1 - y0];
    const fits = old?.canvas.width === width && old.canvas.height === height;
    this.canvas = fits ? old.canvas : new OffscreenCanvas(width, height);
    this.context = fits ? old.context : this.canvas.getContext("2d");
    this.data = fits ? old.data : null;
  }

  /** Room for rows of pixels, the last one made if it is large enough for them. */
  room(width, rows) {
    if (this.data?.height !== rows || this.data.width !== width) this.data = new ImageData(width, rows);
    return this.data;
  }

  /** Colour it, top row first; stops between pieces. */
  *colour({ table, lo, factor }) {
    const { level: { values, nx }, x0, x1, y0, y1 } = this;
    const width = x1 - x0;
    const rows = Math.max(1, Math.min(y1 - y0, Math.floor(PIECE / width)));
    for (let top = y1; top > y0; top -= rows) {
      const height = Math.min(rows, top - y0);
      const data = this.room(width, rows);
      const out = new Uint32Array(data.data.buffer);
      for (let row = 0; row < height; row++) {
        let to = row * width;
        for (let from = (top - 1 - row) * nx + x0; to < (row + 1) * width; from++, to++) {
          const at = (values[from] - lo) * factor;
          out[to] = at === at ? table[at < 0 ? 0 : at > LEVELS ? LEVELS : at | 0] : 0;
        }
      }
      this.context.putImageData(data, 0, y1 - top, 0, 0, width, height);
      yield;
    }
  }

  holds(k, [x0, x1, y0, y1]) {
    return k === this.k && x0 >= this.x0 && x1 <= this.x1 && y0 >= this.y0 && y1 <= this.y1;
  }

  /** @param {Place} P from image pixels to the screen @param {number} s screen px per pixel */
  draw(context, P, s, ratio) {
    const size = s * 2 ** this.k;
    const edge = (index) => index * 2 ** this.k - 0.5;
    context.imageSmoothingEnabled = this.k > 0 || size * ratio < 1; // shrunk: no pixel is left out
    context.drawImage(this.canvas, ...P(edge(this.x0), edge(this.y1)),
      (this.x1 - this.x0) * size, (this.y1 - this.y0) * size);
  }
}

/** Draws one plane; what is coloured stays until the colours change. */
class Painter {
  /** @param {Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.recolour(null);
  }

  recolour(colours) {
    this.colours = colours;
    this.spare = { base: this.base ?? this.spare?.base, sheet: this.sheet ?? this.spare?.sheet };
    this.base = this.sheet = this.work = null;
  }

  /** The level whose pixels come nearest to the screen's. */
  levelAt(sizeOnScreen) {
    const k = Math.round(Math.log2(1 / sizeOnScreen));
    return Math.min(this.plane.levels.length - 1, Math.max(0, k));
  }

  /** The part of level `k` that is to be coloured for a view: all, or what is seen and some room. */
  part(k, [x0, x1, y0, y1], room) {
    const { nx, ny } = this.plane.levels[k];
    if (nx * ny <= WHOLE) return [0, nx, 0, ny];
    const [f, dx, dy] = [2 ** -k, (x1 - x0) * room, (y1 - y0) * room];
    const within = (v, n) => Math.min(n, Math.max(0, v));
    return [
      within(Math.floor((x0 - dx) * f) - 1, nx), within(Math.ceil((x1 + dx) * f) + 1, nx),
      within(Math.floor((y0 - dy) * f) - 1, ny), within(Math.ceil((y1 + dy) * f) + 1, ny),
    ];
  }

  /** Draw what is ready. @returns {boolean} whether that is all; if not, paint again. */
  paint(context, P, s, ratio, seen) {
    const [{ nx, ny }] = this.plane.levels;
    const k = this.levelAt(s * ratio);
    const done = this.prepare(k, seen);
    context.save();
    context.beginPath();
    context.rect(...P(-0.5, ny - 0.5), nx * s, ny * s); // the last of a level may reach beyond
    context.clip();
    const whole = this.sheet?.holds(k, this.part(k, seen, 0));
    if (this.base && !whole) this.base.draw(context, P, s, ratio);
    this.sheet?.draw(context, P, s, ratio);
    context.restore();
    return done;
  }

  prepare(k, seen) {
    if (!this.base) {
      const last = this.plane.levels.length - 1;
      const { nx, ny } = this.plane.levels[last];
      this.base = new Sheet(last, this.plane.levels[last], [0, nx, 0, ny], this.spare.base);
      progress(this.base.colour(this.colours), Infinity);
    }
    if (this.base.k === k) { this.sheet = this.work = null; return true; }
    const need = this.part(k, seen, 0);
    if (need[0] >= need[1] || need[2] >= need[3] || this.sheet?.holds(k, need)) return true;
    if (!this.work?.sheet.holds(k, need)) {
      const sheet = new Sheet(k, this.plane.levels[k], this.part(k, seen, ROOM), this.spare.sheet);
      this.spare.sheet = null;
      this.work = { sheet, steps: sheet.colour(this.colours) };
    }
    if (!progress(this.work.steps, BUDGET_MS)) return false;
    this.sheet = this.work.sheet;
    this.work = null;
    return true;
  }
}
