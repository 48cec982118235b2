// Points with errors and limits in panels over one x axis. Python's traits are the truth: limits and
// ticks come from there; here points are drawn, found under the pointer, and walked with the keys.

const SVG = "http://www.w3.org/2000/svg";
const LEFT = 74, RIGHT = 16, TOP = 6, GAP = 10, BOTTOM = 44;
const ARROW = 20, NEAR = 26;
const TRAITS = "panels kinds x_label x_range x_ticks alt empty width";

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const drawn = ["svg", "path", "line", "text", "circle", "g"].includes(tag);
  const node = drawn ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/** A function from values to pixels; null where there is no place. */
function scale([lo, hi], from, to, log = false) {
  const on = log ? Math.log : (value) => value;
  const share = (value) => (on(value) - on(lo)) / (on(hi) - on(lo));
  return (value) => (value === null || (log && value <= 0) ? null : from + share(value) * (to - from));
}

const SHAPES = {
  disc: "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
  ring: "M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z",
  diamond: "M0-5.4L5.4 0L0 5.4L-5.4 0z",
};

/** The sign of a kind of points. */
function sign({ color, shape }, place = "") {
  const full = shape !== "ring";
  const look = full ? `fill:${color};stroke:none` : `fill:none;stroke:${color};stroke-width:1.8`;
  return make("path", { d: SHAPES[shape], style: look, transform: place });
}

class PointView {
  constructor(model, el) {
    this.model = model;
    this.stop = new AbortController();
    this.at = "";
    this.build(el);
    this.listen(TRAITS.replace(/\w+/g, "change:$&"), () => this.later());
    this.listen("change:focus", () => this.point());
    this.sizes = new ResizeObserver(() => this.later());
    this.sizes.observe(this.box);
    this.draw();
  }

  get(trait) { return this.model.get(trait); }

  listen(what, action) {
    this.model.on(what, action);
    this.stop.signal.addEventListener("abort", () => this.model.off(what, action));
  }

  build(el) {
    el.classList.add("nuw-point-host");
    this.said = make("span", { class: "nuw-point-said", role: "status" });
    this.keys = make("span", { class: "nuw-point-keys" });
    this.head = make("div", { class: "nuw-point-head" }, this.keys, this.said);
    this.svg = make("svg");
    this.stage = make("div", { class: "nuw-point-stage", tabindex: 0, role: "figure" }, this.svg);
    this.box = make("div", { class: "nuw-point", "data-lm-suppress-shortcuts": true }, this.head, this.stage);
    el.append(this.box);
    const on = (name, action, more = {}) =>
      this.stage.addEventListener(name, action, { signal: this.stop.signal, ...more });
    on("pointermove", (event) => this.go(this.found(event)));
    on("pointerleave", () => this.go(null));
    on("click", (event) => this.pick(this.found(event)));
    on("dblclick", () => this.model.send({ kind: "reset" }));
    on("wheel", (event) => this.zoom(event), { passive: false });
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

  draw() {
    const panels = this.get("panels");
    // hidden for a moment, as while the page changes its theme: as wide as before, and once more
    const room = this.box.clientWidth || this.room || this.get("width");
    if (!this.box.clientWidth) this.wait ??= setTimeout(() => { this.wait = null; this.later(); }, 400);
    this.room = this.box.clientWidth || this.room;
    this.width = Math.max(300, Math.min(this.get("width"), room));
    this.right = this.width - RIGHT;
    this.x = scale(this.get("x_range"), LEFT, this.right);
    this.frames = [];
    let top = TOP;
    for (const panel of panels) {
      const bottom = top + panel.height;
      this.frames.push({ panel, top, bottom, y: scale(panel.range, bottom, top, panel.log) });
      top = bottom + GAP;
    }
    const height = (panels.length ? top - GAP : TOP + 150) + BOTTOM;
    this.places = this.frames.flatMap((frame, n) => frame.panel.points.map((point) => this.place(point, frame, n)));
    this.places = this.places.filter(Boolean);
    this.rings = make("g");
    this.svg.setAttribute("width", this.width);
    this.svg.setAttribute("height", height);
    this.stage.style.height = `${height}px`;
    this.head.style.width = this.stage.style.width = `${this.width}px`;
    this.stage.setAttribute("aria-label", this.get("alt"));
    const drawn = this.frames.map((frame, n) => this.panel(frame, n, n === panels.length - 1));
    this.svg.replaceChildren(...drawn, ...(this.places.length ? [] : [this.nothing(height)]), this.rings);
    this.keys.replaceChildren(...this.legend());
    this.point();
  }

  nothing(height) {
    const place = { x: (LEFT + this.right) / 2, y: (height - BOTTOM) / 2, "text-anchor": "middle", class: "nuw-point-empty" };
    return make("text", place, this.get("empty"));
  }

  /** Where a point is drawn; null where it is not in sight. */
  place(point, { y, top, bottom }, panel) {
    const [px, py] = [this.x(point.x), y(point.y)];
    if (px === null || py === null || px < LEFT || px > this.right || py < top - 1 || py > bottom + 1) return null;
    return { point, panel, px, py };
  }

  panel(frame, n, last) {
    const [{ top, bottom }, width] = [frame, this.right - LEFT];
    const marks = this.places.filter((place) => place.panel === n).map((place) => this.mark(place, frame));
    // an svg of its own cuts off what leaves the frame, with no name that another view may have too
    const place = { x: LEFT, y: top, width, height: bottom - top, viewBox: `${LEFT} ${top} ${width} ${bottom - top}` };
    return make("g", {}, this.axes(frame, last), make("svg", place, ...marks));
  }

  mark({ point, px, py }, { y, top, bottom }) {
    const kind = this.get("kinds")[point.kind];
    const line = { style: `stroke:${kind.color}`, class: "nuw-point-bar" };
    const within = (value, end) => { const at = y(value); return at === null ? end : Math.min(Math.max(at, top), bottom); };
    const group = make("g", { class: "nuw-point-mark", "data-key": point.key, "data-mark": point.mark });
    const [left, right] = [this.x(point.x_lo), this.x(point.x_hi)];
    const limit = point.mark !== "value";
    const wide = limit ? 5 : 0;
    if (left !== null && right !== null) {
      group.append(make("path", { ...line, d: `M${Math.min(left, px - wide)} ${py}H${Math.max(right, px + wide)}` }));
    }
    if (limit) {
      const way = point.mark === "upper" ? 1 : -1;
      const tip = py + way * ARROW;
      group.append(make("path", { ...line, d: `M${px} ${py}V${tip}M${px - 4} ${tip - way * 5}L${px} ${tip}L${px + 4} ${tip - way * 5}` }));
    } else {
      const ends = [point.lo === null ? py : within(point.lo, bottom), point.hi === null ? py : within(point.hi, top)];
      const beyond = [point.lo !== null && (y(point.lo) ?? Infinity) > bottom + 1, point.hi !== null && y(point.hi) < top - 1];
      const tips = [`M${px - 4} ${bottom - 5}L${px} ${bottom}L${px + 4} ${bottom - 5}`, `M${px - 4} ${top + 5}L${px} ${top}L${px + 4} ${top + 5}`];
      const cut = tips.filter((_, n) => beyond[n]).join(""); // it goes on where the frame ends
      group.append(make("path", { ...line, d: `M${px} ${ends[0]}V${ends[1]}${cut}` }), sign(kind, `translate(${px} ${py})`));
    }
    return group;
  }

  /** The frame: ticks inwards on all four sides, numbers and names at two of them. */
  axes({ panel, top, bottom, y }, last) {
    const lines = [`M${LEFT} ${top}H${this.right}V${bottom}H${LEFT}Z`];
    const texts = [];
    let free = 0; // where the next number may begin
    for (const [value, text] of this.get("x_ticks")) {
      const [x, long, half] = [this.x(value), text ? 7 : 3.5, 3.4 * text.length];
      lines.push(`M${x.toFixed(1)} ${bottom}v${-long}M${x.toFixed(1)} ${top}v${long}`);
      if (!text || !last || x - half < free) continue;
      free = x + half + 6;
      texts.push(make("text", { x: x.toFixed(1), y: bottom + 16, "text-anchor": "middle" }, text));
    }
    for (const [value, text] of panel.ticks) {
      const [at, long] = [y(value), text ? 7 : 3.5];
      lines.push(`M${LEFT} ${at.toFixed(1)}h${long}M${this.right} ${at.toFixed(1)}h${-long}`);
      const inside = Math.min(Math.max(at + 4, top + 9), bottom); // numbers of neighbours keep apart
      if (text) texts.push(make("text", { x: LEFT - 6, y: inside, "text-anchor": "end" }, text));
    }
    const long = this.frames.some((one) => one.panel.label.length * 6.9 > one.bottom - one.top); // all alike
    const side = { transform: `translate(14 ${(top + bottom) / 2}) rotate(-90)`, "text-anchor": "middle", class: `nuw-point-label${long ? " nuw-point-long" : ""}` };
    texts.push(make("text", side, panel.label));
    const below = { x: (LEFT + this.right) / 2, y: bottom + BOTTOM - 8, "text-anchor": "middle", class: "nuw-point-label" };
    if (last) texts.push(make("text", below, this.get("x_label")));
    return make("g", {}, make("path", { d: lines.join(""), class: "nuw-point-frame" }), ...texts);
  }

  legend() {
    const used = new Set(this.frames.flatMap(({ panel }) => panel.points.map(({ kind }) => kind)));
    const limits = this.frames.flatMap(({ panel }) => panel.points).filter(({ mark }) => mark !== "value");
    const arrows = new Set(limits.map(({ kind }) => kind));
    const shown = Object.entries(this.get("kinds")).filter(([name, { label }]) => label && used.has(name));
    return shown.map(([name, kind]) => {
      const all = this.frames.every(({ panel }) => panel.points.every((p) => p.kind !== name || p.mark !== "value"));
      const arrow = make("path", { d: "M-5-6H5M0-6V6M-4 2L0 6L4 2", class: "nuw-point-bar", style: `stroke:${kind.color}` });
      const svg = make("svg", { viewBox: "-8 -8 16 16" }, arrows.has(name) && all ? arrow : sign(kind));
      return make("span", { class: "nuw-point-key" }, svg, kind.label);
    });
  }

  /** The point nearest to the pointer, if one is near. */
  found(event) {
    const box = this.stage.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const away = ({ px, py }) => Math.hypot(px - x, py - y);
    const near = this.places.reduce((best, one) => (!best || away(one) < away(best) ? one : best), null);
    return near && away(near) < NEAR ? near : null;
  }

  zoom(event) {
    const box = this.stage.getBoundingClientRect();
    event.preventDefault();
    event.stopPropagation();
    if (!this.wheel) {
      requestAnimationFrame(() => { this.model.send(this.wheel); this.wheel = null; });
      const at = (event.clientX - box.left - LEFT) / (this.right - LEFT);
      this.wheel = { kind: "zoom", factor: 1, at: Math.min(1, Math.max(0, at)) };
    }
    this.wheel.factor *= Math.exp(event.deltaY * 0.0015);
  }

  keyed(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") this.go(null);
    if (event.key === "Enter" || event.key === " ") this.pick(this.here());
    if (step) this.go(this.beside(step));
    if (turn) this.go(this.places.find(({ point, panel }) => point.key === this.at && panel === this.row + turn) || this.here());
    if (step || turn || event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  here() { return this.places.find(({ point, panel }) => point.key === this.at && panel === this.row) || null; }

  /** The next point to the left or right, in the panel of now. */
  beside(step) {
    const row = this.places.filter(({ panel }) => panel === (this.row ?? 0)).sort((a, b) => a.px - b.px);
    const now = row.findIndex(({ point }) => point.key === this.at);
    const from = row.findIndex(({ point }) => this.get("focus").includes(point.key));
    const next = now < 0 ? Math.max(from, 0) : Math.min(Math.max(now + step, 0), row.length - 1);
    return row[next] || null;
  }

  go(place) {
    const [at, row] = place ? [place.point.key, place.panel] : ["", undefined];
    if (at === this.at && row === this.row) return;
    [this.at, this.row] = [at, row];
    this.stage.style.cursor = place ? "pointer" : "";
    this.point();
  }

  pick(place) {
    if (place) this.model.send({ kind: "pick", key: place.point.key });
  }

  /** Ring what is looked at in all panels, and say what is pointed at. */
  point() {
    const focus = this.get("focus");
    const here = this.here() || this.places.find(({ point }) => point.key === focus[0]);
    this.said.textContent = this.said.title = here ? here.point.said : "";
    const rings = [];
    const ends = this.frames.length ? [this.frames[0].top, this.frames[this.frames.length - 1].bottom] : [0, 0];
    for (const key of focus) {
      const place = this.places.find(({ point }) => point.key === key);
      if (place) rings.push(make("path", { d: `M${place.px} ${ends[0]}V${ends[1]}`, class: "nuw-point-where" }));
    }
    for (const { point, px, py } of this.places) {
      if (focus.includes(point.key)) rings.push(make("circle", { cx: px, cy: py, r: 9, class: "nuw-point-focus", "data-key": point.key }));
      if (point.key === this.at) rings.push(make("circle", { cx: px, cy: py, r: 12, class: "nuw-point-at" }));
    }
    this.rings.replaceChildren(...rings);
  }

  close() {
    clearTimeout(this.wait);
    this.sizes.disconnect();
    this.stop.abort();
  }
}

function render({ model, el }) {
  const view = new PointView(model, el);
  return () => view.close();
}

export default { render };
