// The image view: pixels on a canvas below, SVG shapes above. Python's traits are the truth.
// Everything shown as text goes through textContent; nothing is fetched.

class ImageView {
  constructor(model, el) {
    this.model = model;
    el.classList.add("nuw-image-host"); // its style is ipywidgets' to set, so ours is one deeper
    this.root = el.appendChild(make("div", { class: "nuw-image" }));
    this.wire = new Wire(model);
    this.stop = new AbortController();
    this.planes = new Planes(this);
    this.marks = new SkyMarks(this);
    this.overlays = new Overlays(this);
    this.histogram = new Histogram(this);
    this.layer = new RegionLayer(this);
    this.pen = new Pen(this);
    this.hands = new Hands(this);
    this.keys = new Keys(this);
    this.readOut = new ReadOut(this);
    this.build();
    this.listen();
    this.frame();
    this.planes.load();
    this.sync();
    this.overlays.take();
    this.pen.sync();
  }

  // ---- building ----------------------------------------------------------------------------

  build() {
    this.canvas = make("canvas", { role: "img" });
    this.svg = make("svg:svg", { role: "group", "aria-label": "regions" },
      this.marks.grid, this.overlays.lines, this.overlays.marks, this.layer.layer, this.layer.above,
      this.marks.compass, this.marks.scale);
    this.box = make("div", { class: "nuw-box", tabindex: 0, role: "group",
      "aria-label": "image: arrows pan, plus and minus zoom, Tab goes to the regions" }, this.canvas, this.svg);
    const button = (sign, name, action) => {
      const node = make("button", { type: "button", "aria-label": name, title: name }, sign);
      node.addEventListener("click", action);
      return node;
    };
    this.lo = this.limit(0, "lower limit of the colours");
    this.hi = this.limit(1, "upper limit of the colours");
    const tools = make("div", { class: "nuw-tools" },
      button("−", "zoom out", () => this.zoom(1 / 1.5)),
      button("+", "zoom in", () => this.zoom(1.5)),
      button("Fit", "show the whole image", () => this.look({})),
      this.choice("stretch", Object.keys(STRETCHES), "stretch of the colours"),
      this.choice("colormap", Object.keys(COLORMAPS), "colour map"),
      this.histogram.percents,
      make("span", { class: "nuw-limits" }, this.lo, this.histogram.node, this.hi));
    this.root.dataset.lmSuppressShortcuts = "true"; // or the notebook takes the arrow keys
    this.root.append(tools, this.planes.row, this.box, this.readOut.node);
  }

  choice(trait, names, label) {
    const node = make("select", { "aria-label": label, title: label });
    for (const name of names) node.append(make("option", { value: name }, name));
    node.addEventListener("change", () => this.wire.send({ [trait]: node.value }, true));
    this[trait] = node;
    return node;
  }

  limit(k, label) {
    const node = make("input", { type: "number", step: "any", "aria-label": label, title: label });
    const apply = () => {
      const limits = this.planes.limits();
      if (node.value === "" || !Number.isFinite(+node.value)) node.value = +limits[k].toPrecision(5);
      else if (+node.value !== +limits[k].toPrecision(5)) this.planes.limit(...limits.map((v, i) => (i === k ? +node.value : v)), true);
    };
    node.addEventListener("change", apply);
    node.addEventListener("keydown", (e) => { if (e.key === "Enter") apply(); });
    return node;
  }

  listen() {
    const on = (target, name, action, options = {}) =>
      target.addEventListener(name, action, { signal: this.stop.signal, ...options });
    on(this.svg, "pointerdown", (e) => this.hands.press(e));
    on(this.svg, "pointermove", (e) => this.readOut.take(e));
    on(this.svg, "pointerleave", () => this.readOut.take(null));
    on(this.svg, "dblclick", (e) => this.hands.double(e));
    on(this.box, "wheel", (e) => this.wheel(e), { passive: false });
    on(window, "pointermove", (e) => this.hands.move(e));
    on(window, "pointerup", () => this.hands.release());
    on(window, "pointercancel", () => this.hands.release());
    on(window, "keydown", (e) => this.hands.escape(e), { capture: true });
    on(this.box, "keydown", (e) => this.keys.press(e));
    this.resizing = new ResizeObserver(() => { this.measured = this.placed = null; this.draw(); });
    this.resizing.observe(this.box);
    this.heard = {
      image: () => this.planes.load(),
      regions: () => this.layer.take(),
      chosen: () => this.layer.place(),
      overlays: () => this.overlays.take(),
      markers: () => this.overlays.take(),
      detector: () => this.readOut.write(),
    };
    const all = (names, act) => { for (const name of names) this.heard[name] = act; };
    all(["view", "wcs", "show"], () => { this.placed = ""; this.draw(); });
    all(["stretch", "colormap", "range_lo", "range_hi"], () => this.sync());
    all(["frames", "frame", "blink_s"], () => this.planes.sync());
    all(["tool", "draw_role", "draw_exclude"], () => this.pen.sync());
    all(["alt", "width", "height"], () => this.frame());
    for (const [name, act] of Object.entries(this.heard)) this.model.on(`change:${name}`, act);
  }

  close() {
    this.stop.abort();
    this.resizing.disconnect();
    this.planes.close();
    this.closed = true;
    for (const [name, act] of Object.entries(this.heard)) this.model.off(`change:${name}`, act);
  }

  // ---- following ---------------------------------------------------------------------------

  /** New pixels are ready. */
  loaded() {
    this.measured = this.placed = null;
    this.planes.sync();
  }

  /** Another plane is shown. */
  turned() {
    this.sync();
    this.frame();
  }

  /** Bring the controls and the colours to the traits, in the next frame. */
  sync() {
    this.faded = true;
    this.draw();
  }

  colour() {
    this.faded = false;
    this.stretch.value = this.model.get("stretch");
    this.colormap.value = this.model.get("colormap");
    [this.lo.value, this.hi.value] = this.planes.limits().map((v) => +v.toPrecision(5));
    this.planes.recolour();
    this.histogram.draw();
  }

  frame() {
    const { shown, frames } = this.planes;
    const label = frames[shown]?.label;
    this.canvas.setAttribute("aria-label", `${this.model.get("alt")}${label ? `, ${label}` : ""}`);
    const [width, height] = [this.model.get("width"), this.model.get("height")];
    this.root.style.width = `${width}px`;
    this.box.style.aspectRatio = `${width} / ${height}`;
    this.draw();
  }

  // ---- view --------------------------------------------------------------------------------

  get nx() { return this.planes.nx ?? 1; }
  get ny() { return this.planes.ny ?? 1; }

  /** Size of a pixel, arcsec; 0 where there is no sky. */
  get arcsec() { return Math.abs(this.model.get("wcs").x_step_deg ?? 0) * 3600; }

  /** @returns {View} */
  get view() {
    return { x: (this.nx - 1) / 2, y: (this.ny - 1) / 2, zoom: 1, ...this.model.get("view") };
  }

  /** Measured once until it changes: asking the page while it is written to makes it lay out. */
  get size() {
    if (!this.measured?.[0]) this.measured = [this.box.clientWidth, this.box.clientHeight];
    return this.measured;
  }

  /** Screen pixels per image pixel. */
  get s() {
    const [width, height] = this.size;
    return Math.min(width / this.nx, height / this.ny) * this.view.zoom;
  }

  /** @returns {Place} */
  toScreen() {
    const [[width, height], view, s] = [this.size, this.view, this.s];
    return (x, y) => [width / 2 + (x - view.x) * s, height / 2 - (y - view.y) * s];
  }

  toImage(px, py) {
    const [[width, height], view, s] = [this.size, this.view, this.s];
    return [view.x + (px - width / 2) / s, view.y - (py - height / 2) / s];
  }

  at(event) {
    const box = this.held ?? this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  look(view, now = true) {
    if (now) this.wire.tell({ view }, true);
    else this.wire.tellSoon({ view });
  }

  /** Magnify about a point of the screen, the middle unless told. */
  zoom(factor, px = this.size[0] / 2, py = this.size[1] / 2, now = true) {
    const [[x, y], old] = [this.toImage(px, py), this.view];
    const zoom = Math.min(256, Math.max(0.5, old.zoom * factor));
    const k = old.zoom / zoom;
    this.look({ x: rounded(x + (old.x - x) * k), y: rounded(y + (old.y - y) * k), zoom: rounded(zoom) }, now);
  }

  wheel(event) {
    event.preventDefault();
    event.stopPropagation();
    // Asked once for a turn of the wheel: it makes the page lay out.
    if (!(event.timeStamp - this.wheeled < 250)) this.wheelBox = this.canvas.getBoundingClientRect();
    this.wheeled = event.timeStamp;
    const [px, py] = [event.clientX - this.wheelBox.left, event.clientY - this.wheelBox.top];
    this.zoom(Math.exp(-event.deltaY * 0.0015), px, py, false);
  }

  /** Paint in the next frame, once, however often it is asked for. */
  draw() {
    if (this.painting) return;
    this.painting = true;
    requestAnimationFrame(() => {
      this.painting = false;
      if (!this.closed) this.paint();
    });
  }

  paint() {
    const [width, height] = this.size;
    if (!(width && height)) return;
    if (this.faded) this.colour();
    const ratio = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.canvas.width !== wide || this.canvas.height !== high) Object.assign(this.canvas, { width: wide, height: high });
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const { painter } = this.planes;
    if (painter?.colours) {
      const [[x0, y1], [x1, y0]] = [this.toImage(0, 0), this.toImage(width, height)];
      const seen = [x0, x1, y0, y1].map((v) => v + 0.5); // pixels reach half a pixel around their centres
      if (!painter.paint(context, this.toScreen(), this.s, ratio, seen)) this.draw();
    }
    this.placeAll();
  }

  /** Everything above the pixels, when it lies elsewhere than before. */
  placeAll() {
    const { x, y, zoom } = this.view;
    const key = `${x} ${y} ${zoom} ${this.size} ${this.nx} ${this.ny}`;
    if (key === this.placed) return;
    this.placed = key;
    this.marks.place();
    this.overlays.place();
    this.layer.place();
  }
}

export default {
  render({ model, el }) {
    const view = new ImageView(model, el);
    return () => view.close();
  },
};
