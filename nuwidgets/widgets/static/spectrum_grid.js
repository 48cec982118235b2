// Spectra in tiles: each a small plot on a canvas, drawn anew only when its own numbers have changed.

const INKS = ["ink", "quiet", "data", "model"];
const PLOT = { left: 42, right: 6, top: 5, bottom: 17 };
const LARGE_PLOT = { left: 62, right: 10, top: 8, bottom: 36 };
const RATIO_SHARE = 0.27;
const RATIO_RANGE = [0, 2];

class SpectrumPainter {
  constructor(model) {
    this.model = model;
    this.kind = "spectra";
    this.traits = "points models pieces x_range y_range y_ranges log_x log_y ratio x_label y_label";
    this.reading = null; // tile and bin that are read
    this.forget();
  }

  get(trait) { return this.model.get(trait); }

  make(stage) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    stage.prepend(canvas);
    const entry = { canvas };
    stage.addEventListener("pointermove", (event) => this.seek(event, stage.closest(".nuw-shot")?.dataset.id));
    stage.addEventListener("pointerleave", () => this.read(null));
    return entry;
  }

  forget() { this.inks = null; }

  numbers(trait) {
    const bytes = this.get(trait);
    const from = bytes.buffer ? [bytes.buffer, bytes.byteOffset, bytes.byteLength] : [bytes, 0, bytes.byteLength];
    return new Float32Array(from[0].slice(from[1], from[1] + from[2]));
  }

  prepare() {
    for (const trait of ["points", "models"]) {
      if (this.get(trait) === this[`${trait}Bytes`]) continue;
      this[`${trait}Bytes`] = this.get(trait);
      this[trait] = this.numbers(trait);
    }
    // before the page has the style the colours are empty: asked for until they are there
    if (!this.inks?.data) {
      const style = getComputedStyle(this.grid.box);
      this.inks = Object.fromEntries(INKS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    }
    this.grid.key.textContent = `${this.get("y_label")} against ${this.get("x_label")}`;
    this.look = JSON.stringify([...["x_range", "y_range", "y_ranges", "log_x", "log_y", "ratio"].map((name) => this.get(name)), this.inks]);
  }

  /** The numbers of a tile: bins as [lo, hi, value, error], and their models. */
  part(id) {
    const [first, n] = this.get("pieces")[id] ?? [0, 0];
    return { points: this.points.subarray(4 * first, 4 * (first + n)), models: this.models.subarray(first, first + n), n };
  }

  paint(entry) {
    const { canvas, stage } = entry;
    const part = this.part(entry.id);
    canvas.hidden = !part.n;
    if (!part.n) { entry.drawn = null; return; }
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    const at = this.reading?.id === entry.id ? this.reading.k : -1;
    const key = `${width} ${height} ${at} ${this.look}`;
    const same = entry.drawn?.key === key && alike(entry.drawn.points, part.points) && alike(entry.drawn.models, part.models);
    if (!width) this.grid.again(); // hidden for a moment, as while the page changes its theme
    if (same || !width) return;
    entry.drawn = { key, ...part };
    this.count = (this.count ?? 0) + 1; // of plots drawn, for whoever wants to know
    canvas.dataset.drawn = this.count;
    const ratio = window.devicePixelRatio || 1;
    Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.plot(context, this.frame(entry, width, height), part, at);
  }

  /** Where the plots of a tile lie, and what goes where in them. */
  frame(entry, width, height) {
    const large = entry.node.classList.contains("nuw-shot-large");
    const edge = large ? LARGE_PLOT : PLOT;
    const [left, right, top, bottom] = [edge.left, width - edge.right, edge.top, height - edge.bottom];
    const below = this.get("ratio");
    const middle = below ? bottom - (bottom - top) * RATIO_SHARE : bottom;
    const [xs, ys] = [this.get("x_range"), this.get("y_ranges")[entry.id] ?? this.get("y_range")];
    const x = axis(xs, left, right, this.get("log_x"));
    const panes = [{ y: axis(ys, middle, top, this.get("log_y")), range: ys, log: this.get("log_y"), top, bottom: middle }];
    if (below) panes.push({ y: axis(RATIO_RANGE, bottom, middle, false), range: RATIO_RANGE, log: false, top: middle, bottom });
    return { large, left, right, xs, x, panes, height, width };
  }

  plot(context, frame, { points, models, n }, at) {
    const [main, lower] = frame.panes;
    this.axes(context, frame);
    this.bars(context, frame, main, n, (k) => [points[4 * k + 2], points[4 * k + 3]], points);
    this.steps(context, frame, main, points, models, n);
    if (lower) {
      const level = lower.y(1);
      this.line(context, this.inks.quiet, 1, [[frame.left, level], [frame.right, level]], [3, 3]);
      this.bars(context, frame, lower, n, (k) => [points[4 * k + 2] / models[k], points[4 * k + 3] / models[k]], points);
    }
    if (at >= 0 && at < n) this.mark(context, frame, main, points, at);
  }

  clipped(context, { left, right }, { top, bottom }, draw) {
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    draw();
    context.restore();
  }

  line(context, ink, width, pts, dash = []) {
    context.strokeStyle = ink;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.beginPath();
    let up = true;
    for (const point of pts) {
      if (point === null) { up = true; continue; }
      if (up) context.moveTo(...point); else context.lineTo(...point);
      up = false;
    }
    context.stroke();
    context.setLineDash([]);
  }

  bars(context, frame, pane, n, valueOf, points) {
    const pts = [];
    for (let k = 0; k < n; k++) {
      const [value, error] = valueOf(k);
      if (!Number.isFinite(value)) continue;
      const [lo, hi] = [frame.x(points[4 * k]), frame.x(points[4 * k + 1])];
      const middle = (lo + hi) / 2;
      if (!pane.log || value > 0) pts.push([lo, pane.y(value)], [hi, pane.y(value)], null);
      pts.push([middle, pane.y(value - error)], [middle, pane.y(value + error)], null);
    }
    this.clipped(context, frame, pane, () => this.line(context, this.inks.data, 1.1, pts));
  }

  steps(context, frame, pane, points, models, n) {
    const pts = [];
    for (let k = 0; k < n; k++) {
      if (!Number.isFinite(models[k])) { pts.push(null); continue; }
      if (k && points[4 * k] > points[4 * k - 3] * 1.0001) pts.push(null); // bins that are ignored
      const y = pane.y(models[k]);
      pts.push([frame.x(points[4 * k]), y], [frame.x(points[4 * k + 1]), y]);
    }
    this.clipped(context, frame, pane, () => this.line(context, this.inks.model, 1.7, pts));
  }

  axes(context, frame) {
    const { left, right, xs, x, panes, large, height, width } = frame;
    const logX = this.get("log_x");
    const bottom = panes[panes.length - 1].bottom;
    context.font = `${large ? 12 : 10}px ${getComputedStyle(this.grid.box).fontFamily}`;
    context.fillStyle = this.inks.ink;
    const marks = [];
    const tick = (a, b) => marks.push(a, b, null);
    for (const pane of panes) {
      tick([left, pane.top], [right, pane.top]);
      for (const v of unnumbered(...xs, logX)) tick([x(v), pane.bottom], [x(v), pane.bottom - 2.5]);
      for (const v of unnumbered(...pane.range, pane.log)) tick([left, pane.y(v)], [left + 2.5, pane.y(v)]);
      context.textAlign = "right";
      context.textBaseline = "middle";
      const most = Math.max(2, Math.floor((pane.bottom - pane.top) / (large ? 44 : 26)));
      for (const v of numbered(...pane.range, pane.log, most)) {
        tick([left, pane.y(v)], [left + 5, pane.y(v)]);
        const over = pane !== panes[0] && v === pane.range[1]; // belongs to the plot above
        if (!over) context.fillText(tickText(v), left - 4, Math.max(pane.y(v), pane.top + 4));
      }
    }
    tick([left, bottom], [right, bottom]);
    tick([left, panes[0].top], [left, bottom]);
    tick([right, panes[0].top], [right, bottom]);
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const v of numbered(...xs, logX, Math.max(2, Math.floor((right - left) / (large ? 60 : 34))))) {
      tick([x(v), bottom], [x(v), bottom - 5]);
      context.fillText(tickText(v), Math.min(x(v), width - 9), bottom + 4);
    }
    this.line(context, this.inks.quiet, 1, marks.map((p) => p && p.map((c) => Math.round(c) + 0.5)));
    if (!large) return;
    context.fillText(this.get("x_label"), (left + right) / 2, height - 15);
    context.save();
    context.translate(4, (panes[0].top + panes[0].bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(this.get("y_label"), 0, 0);
    context.restore();
  }

  mark(context, frame, pane, points, k) {
    const x = (frame.x(points[4 * k]) + frame.x(points[4 * k + 1])) / 2;
    const y = Math.min(Math.max(pane.y(points[4 * k + 2]), pane.top), pane.bottom);
    context.strokeStyle = this.inks.ink;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x, y, 4.5, 0, 2 * Math.PI);
    context.stroke();
  }

  // ---- reading -----------------------------------------------------------------------------

  seek(event, id) {
    const entry = this.grid.entries.get(id);
    const part = entry && this.part(id);
    if (!part?.n) { this.read(null); return; }
    const box = entry.stage.getBoundingClientRect();
    const { x } = this.frame(entry, entry.stage.clientWidth, entry.stage.clientHeight);
    const at = event.clientX - box.left;
    let [best, least] = [0, Infinity];
    for (let k = 0; k < part.n; k++) {
      const far = Math.abs((x(part.points[4 * k]) + x(part.points[4 * k + 1])) / 2 - at);
      if (far < least) [best, least] = [k, far];
    }
    this.read({ id, k: best });
  }

  /** Comma and point read one bin after the other. */
  keyed(event, entry) {
    const by = { ",": -1, ".": 1 }[event.key];
    const { n } = this.part(entry.id);
    if (!by || !n) return false;
    const now = this.reading?.id === entry.id ? this.reading.k + by : by > 0 ? 0 : n - 1;
    this.read({ id: entry.id, k: Math.min(Math.max(now, 0), n - 1) });
    return true;
  }

  read(reading) {
    const before = this.reading;
    if (before?.id === reading?.id && before?.k === reading?.k) return;
    this.reading = reading;
    for (const id of new Set([before?.id, reading?.id])) {
      const entry = this.grid.entries.get(id);
      if (entry) this.paint(entry);
    }
    this.grid.said.textContent = reading ? this.words(reading) : "";
  }

  words({ id, k }) {
    const { points, models } = this.part(id);
    const { title } = this.grid.entries.get(id).tile;
    const near = (value) => tickTextLong(value);
    const [lo, hi, value, error] = points.subarray(4 * k, 4 * k + 4);
    const model = Number.isFinite(models[k]) ? `, model ${near(models[k])}` : "";
    return `${title} · ${id}: ${near(lo)}–${near(hi)} keV, ${near(value)} ± ${near(error)}${model} ${this.get("y_label")}`;
  }
}

const tickTextLong = (value) => Number(value.toPrecision(3)).toString().replace("-", "−");

/** Whether two runs of numbers are the same to the bit, NaN included. */
function alike(a, b) {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (!Object.is(a[k], b[k])) return false;
  return true;
}

export default {
  render({ model, el }) {
    const painter = new SpectrumPainter(model);
    const grid = new TileGrid(model, el, painter);
    return () => grid.close();
  },
};
