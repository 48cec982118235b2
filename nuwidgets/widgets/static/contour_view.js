// A curve with levels, or a map with contour lines, drawn from values on a line or a grid. Python's
// traits are the truth; contour lines are found here, so that a grid is drawn while it is filled.

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 74, RIGHT = 16, TOP = 6, BOTTOM = 44;
const TRAITS = "x y values levels level_names best x_label y_label x_range y_range x_ticks y_ticks log alt empty width height";
const WIDTHS = [2.6, 1.7, 1]; // of the lines, from the innermost on: nested, so told apart in grey
const DEEPEST = 0.62;

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const drawn = ["svg", "path", "line", "text", "circle", "g", "rect"].includes(tag);
  const node = drawn ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

const near = (value) => Number(value.toPrecision(5)).toString().replace("-", "\u2212");

/** Where a rise is on a scale on which a parabola is a straight line. */
const root = (value) => Math.sqrt(Math.max(value, 0));

/**
 * The pieces of a contour line: marching squares over the grid, places in grid units.
 * @returns {number[][]} [i, j, i, j] of each piece
 */
function pieces(n, m, at, level) {
  const found = [];
  for (let i = 0; i + 1 < n; i += 1) {
    for (let j = 0; j + 1 < m; j += 1) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const over = corners.map(([a, b]) => at(a, b) - level);
      if (over.some(Number.isNaN)) continue;
      const cuts = [];
      for (let k = 0; k < 4; k += 1) {
        const [p, q] = [over[k], over[(k + 1) % 4]];
        if (p < 0 === q < 0) continue;
        const [[a, b], [c, d]] = [corners[k], corners[(k + 1) % 4]];
        const share = p / (p - q);
        cuts.push([a + share * (c - a), b + share * (d - b)]);
      }
      for (let k = 0; k + 1 < cuts.length; k += 2) found.push([...cuts[k], ...cuts[k + 1]]);
    }
  }
  return found;
}

class ContourView {
  constructor(model, el) {
    this.model = model;
    this.stop = new AbortController();
    this.build(el);
    const heard = TRAITS.replace(/\w+/g, "change:$&");
    const hear = () => this.later();
    model.on(heard, hear);
    const point = () => this.point();
    model.on("change:at", point);
    this.stop.signal.addEventListener("abort", () => { model.off(heard, hear); model.off("change:at", point); });
    this.sizes = new ResizeObserver(() => this.later());
    this.sizes.observe(this.box);
    this.themes = new MutationObserver(() => this.later());
    this.themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
    this.draw();
  }

  get(trait) { return this.model.get(trait); }

  build(el) {
    el.classList.add("nuw-contour-host");
    this.said = make("span", { class: "nuw-contour-said", role: "status" });
    this.keys = make("span", { style: "display:contents" });
    this.canvas = make("canvas");
    this.svg = make("svg");
    this.stage = make("div", { class: "nuw-contour-stage", tabindex: 0, role: "img" }, this.canvas, this.svg);
    this.head = make("div", { class: "nuw-contour-head" }, this.said, this.keys);
    this.box = make("div", { class: "nuw-contour", "data-lm-suppress-shortcuts": true }, this.head, this.stage);
    el.append(this.box);
    const on = (name, action) => this.stage.addEventListener(name, action, { signal: this.stop.signal });
    on("pointermove", (event) => this.seek(event));
    on("pointerleave", () => this.go([]));
    on("keydown", (event) => this.keyed(event));
  }

  /** Draw once for all traits of a message. */
  later() {
    if (this.due) return;
    this.due = true;
    requestAnimationFrame(() => {
      this.due = false;
      if (!this.stop.signal.aborted) this.draw();
    });
  }

  read() {
    const bytes = this.get("values");
    const view = bytes.buffer ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new DataView(bytes);
    this.z = Float32Array.from({ length: view.byteLength >> 2 }, (_, k) => view.getFloat32(4 * k, true));
    [this.xs, this.ys] = [this.get("x"), this.get("y")];
    this.flat = !this.ys.length;
    this.width = Math.max(300, Math.min(this.get("width"), this.box.clientWidth || this.get("width")));
    this.height = this.get("height");
    const logs = this.get("log");
    this.px = scale(this.get("x_range"), LEFT, this.width - RIGHT, logs[0]);
    this.py = scale(this.get("y_range"), this.height - BOTTOM, TOP, logs[1] && !this.flat);
  }

  value(i, j = 0) { return this.z[this.flat ? i : i * this.ys.length + j]; }

  draw() {
    this.read();
    this.stage.style.height = `${this.height}px`;
    this.stage.style.width = this.head.style.width = `${this.width}px`;
    this.stage.setAttribute("aria-label", this.get("alt"));
    this.shade();
    const some = this.z.some((value) => !Number.isNaN(value));
    const inside = some ? (this.flat ? this.curve() : this.contours()) : this.nothing();
    this.marker = make("g");
    this.svg.replaceChildren(this.frame(), ...inside, ...this.cross(), this.marker);
    this.svg.setAttribute("width", this.width);
    this.svg.setAttribute("height", this.height);
    this.keys.replaceChildren(...(this.xs.length ? this.legend() : []));
    this.point();
  }

  nothing() {
    const place = { x: (LEFT + this.width - RIGHT) / 2, y: (TOP + this.height - BOTTOM) / 2 + 4, "text-anchor": "middle", class: "nuw-contour-empty" };
    return [make("text", place, this.xs.length ? "…" : this.get("empty"))];
  }

  /** The map: the nearer to the best fit, the deeper. */
  shade() {
    const [dense, { width, height }] = [window.devicePixelRatio || 1, this];
    Object.assign(this.canvas, { width: Math.round(width * dense), height: Math.round(height * dense) });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    const pen = this.canvas.getContext("2d");
    if (this.flat || !this.z.length) return;
    pen.scale(dense, dense);
    pen.beginPath();
    pen.rect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
    pen.clip();
    pen.fillStyle = getComputedStyle(this.box).getPropertyValue("--shade");
    const most = 1.25 * root(Math.max(...this.get("levels")));
    const whole = (place) => Math.round(place * dense) / dense; // cells that overlap would be seen
    const [across, up] = [this.xs.map(this.px), this.ys.map(this.py)].map((at) => edges(at).map(whole));
    for (let i = 0; i < this.xs.length; i += 1) {
      for (let j = 0; j < this.ys.length; j += 1) {
        const value = this.value(i, j);
        if (Number.isNaN(value)) continue;
        pen.globalAlpha = DEEPEST * (1 - Math.min(root(value) / most, 1));
        const [left, top] = [across[i], Math.min(up[j], up[j + 1])];
        pen.fillRect(left, top, across[i + 1] - left, Math.abs(up[j + 1] - up[j]));
      }
    }
  }

  contours() {
    const at = (i, j) => root(this.value(i, j));
    const to = (values, scaled) => (place) => {
      const k = Math.min(Math.floor(place), values.length - 2);
      return scaled(values[k]) + (place - k) * (scaled(values[k + 1]) - scaled(values[k]));
    };
    const [x, y] = [to(this.xs, this.px), to(this.ys, this.py)];
    return this.get("levels").map((level, n) => {
      const lines = pieces(this.xs.length, this.ys.length, at, root(level));
      const d = lines.map(([a, b, c, e]) => `M${x(a).toFixed(1)} ${y(b).toFixed(1)}L${x(c).toFixed(1)} ${y(e).toFixed(1)}`);
      return make("path", { d: d.join(""), class: "nuw-contour-line", "stroke-width": WIDTHS[n % 3], "data-level": level });
    });
  }

  curve() {
    const [from, to] = [LEFT, this.width - RIGHT];
    const parts = this.get("levels").flatMap((level, n) => {
      const y = this.py(level);
      const line = make("line", { x1: from, x2: to, y1: y, y2: y, class: "nuw-contour-line", "stroke-dasharray": "5 4", "stroke-width": WIDTHS[n % 3] / 2 + 0.3 });
      return [line, make("text", { x: to - 4, y: y - 4, "text-anchor": "end" }, this.get("level_names")[n])];
    });
    const places = this.xs.map((x, i) => [this.px(x), this.value(i)]).filter(([, value]) => !Number.isNaN(value));
    const top = this.get("y_range")[1];
    const shown = places.map(([x, value]) => [x, this.py(Math.min(Math.max(value, 0), 1.2 * top))]);
    const d = shown.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
    const dots = shown.filter(([, y]) => y >= TOP).map(([x, y]) => make("circle", { cx: x, cy: y, r: 2.2, class: "nuw-contour-dot" }));
    const [width, height] = [to - from, this.height - TOP - BOTTOM];
    const place = { x: from, y: TOP, width, height, viewBox: `${from} ${TOP} ${width} ${height}` };
    return [...parts, make("svg", place, make("path", { d, class: "nuw-contour-curve" })), ...dots];
  }

  cross() {
    const best = this.get("best");
    if (!best.length) return [];
    const [x, y] = [this.px(best[0]), this.py(this.flat ? 0 : best[1])];
    if (x < LEFT || x > this.width - RIGHT || y < TOP || y > this.height - BOTTOM) return [];
    return [make("path", { d: `M${x - 7} ${y}h14M${x} ${y - 7}v14`, class: "nuw-contour-best" })];
  }

  /** The frame: ticks inwards on all four sides, numbers and names at two of them. */
  frame() {
    const [right, bottom] = [this.width - RIGHT, this.height - BOTTOM];
    const lines = [`M${LEFT} ${TOP}H${right}V${bottom}H${LEFT}Z`];
    const texts = [];
    for (const [value, text] of this.get("x_ticks")) {
      const [x, long] = [this.px(value).toFixed(1), text ? 7 : 3.5];
      lines.push(`M${x} ${bottom}v${-long}M${x} ${TOP}v${long}`);
      if (text) texts.push(make("text", { x, y: bottom + 16, "text-anchor": "middle" }, text));
    }
    for (const [value, text] of this.get("y_ticks")) {
      const [y, long] = [this.py(value), text ? 7 : 3.5];
      lines.push(`M${LEFT} ${y.toFixed(1)}h${long}M${right} ${y.toFixed(1)}h${-long}`);
      if (text) texts.push(make("text", { x: LEFT - 6, y: y + 4, "text-anchor": "end" }, text));
    }
    const [middle, side] = [(LEFT + right) / 2, (TOP + bottom) / 2];
    texts.push(make("text", { x: middle, y: this.height - 6, "text-anchor": "middle", class: "nuw-contour-label" }, this.get("x_label")));
    texts.push(make("text", { transform: `translate(14 ${side}) rotate(-90)`, "text-anchor": "middle", class: "nuw-contour-label" }, this.get("y_label")));
    return make("g", {}, make("path", { d: lines.join(""), class: "nuw-contour-line", "stroke-width": 1 }), ...texts);
  }

  legend() {
    const key = (text, mark) => make("span", { class: "nuw-contour-key" }, make("svg", { viewBox: "0 0 22 10" }, mark), text);
    const lines = this.flat ? [] : this.get("level_names").map((name, n) =>
      key(name, make("line", { x1: 1, x2: 21, y1: 5, y2: 5, class: "nuw-contour-line", "stroke-width": WIDTHS[n % 3] })));
    const cross = make("path", { d: "M6 5h10M11 0v10", class: "nuw-contour-best" });
    return [...lines, ...(this.get("best").length ? [key("best fit", cross)] : [])];
  }

  /** The point nearest to the pointer. */
  seek(event) {
    const box = this.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (!this.xs.length || x < LEFT || x > this.width - RIGHT || y < TOP || y > this.height - BOTTOM) { this.go([]); return; }
    const i = nearest(this.xs.map(this.px), x);
    this.go(this.flat ? [i] : [i, nearest(this.ys.map(this.py), y)]);
  }

  keyed(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] }[event.key];
    if (event.key === "Escape") this.go([]);
    if (!move || !this.xs.length) return;
    event.preventDefault();
    event.stopPropagation();
    const sizes = this.flat ? [this.xs.length] : [this.xs.length, this.ys.length];
    const now = this.get("at").length ? this.get("at") : sizes.map((size) => Math.floor(size / 2));
    this.go(sizes.map((size, k) => Math.min(Math.max(now[k] + move[k], 0), size - 1)));
  }

  go(at) {
    if (at.join() === this.get("at").join()) return;
    this.model.set("at", at);
    this.model.save_changes();
    this.point();
  }

  /** Say what is at the point that is looked at, and mark it. */
  point() {
    const [i, j] = this.get("at");
    const known = i !== undefined && i < this.xs.length && (this.flat || j < this.ys.length);
    this.marker.replaceChildren();
    if (!known) { this.said.textContent = ""; return; }
    const value = this.value(i, j);
    const names = [[this.get("x_label"), this.xs[i]], ...(this.flat ? [] : [[this.get("y_label"), this.ys[j]]])];
    const rise = Number.isNaN(value) ? "no value" : `rise ${near(value)}`;
    this.said.textContent = `${rise} at ${names.map(([name, at]) => `${name} ${near(at)}`).join(", ")}`;
    const y = this.flat ? this.py(Math.min(Math.max(value || 0, 0), this.get("y_range")[1])) : this.py(this.ys[j]);
    this.marker.append(make("circle", { cx: this.px(this.xs[i]), cy: y, r: 5, class: "nuw-contour-at" }));
  }

  close() {
    this.sizes.disconnect();
    this.themes.disconnect();
    this.stop.abort();
  }
}

/** A function from values to pixels. */
function scale([lo, hi], from, to, log) {
  const on = log ? Math.log : (value) => value;
  return (value) => from + ((on(value) - on(lo)) / (on(hi) - on(lo))) * (to - from);
}

/** The edges of cells around places: half way between them. */
function edges(places) {
  const last = places.length - 1;
  if (!last) return [0, 1e4];
  const inner = places.slice(1).map((place, k) => (place + places[k]) / 2);
  return [2 * places[0] - inner[0], ...inner, 2 * places[last] - inner[last - 1]];
}

function nearest(places, at) {
  return places.reduce((best, place, k) => (Math.abs(place - at) < Math.abs(places[best] - at) ? k : best), 0);
}

function render({ model, el }) {
  const view = new ContourView(model, el);
  return () => view.close();
}

export default { render };
