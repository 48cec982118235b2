// The image view: pixels on a canvas below, SVG shapes above. Python's traits are the truth.
// Everything shown as text goes through textContent; nothing is fetched.

const SVG = "http://www.w3.org/2000/svg";
const BARS_ARCSEC = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = tag.startsWith("svg:")
    ? document.createElementNS(SVG, tag.slice(4))
    : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

class ImageView {
  constructor(model, el) {
    this.model = model;
    el.classList.add("nuw-image-host"); // its style is ipywidgets' to set, so ours is one deeper
    this.root = el.appendChild(make("div", { class: "nuw-image" }));
    this.waiting = {};
    this.stop = new AbortController();
    this.build();
    this.layer = new RegionLayer(this);
    this.listen();
    this.load();
    this.sync();
  }

  // ---- building ----------------------------------------------------------------------------

  build() {
    this.canvas = make("canvas", { role: "img" });
    this.svg = make("svg:svg", { role: "group", "aria-label": "regions" });
    this.scale = make("svg:g", { class: "nuw-scale" });
    this.svg.append(this.scale);
    this.box = make("div", { class: "nuw-box", tabindex: -1 }, this.canvas, this.svg);
    this.text = make("div", { class: "nuw-read" });
    const button = (sign, name, action) => {
      const node = make("button", { type: "button", "aria-label": name, title: name }, sign);
      node.addEventListener("click", action);
      return node;
    };
    this.lo = this.limit("range_lo", "lower limit of the colours");
    this.hi = this.limit("range_hi", "upper limit of the colours");
    this.ramp = make("div", { class: "nuw-ramp", "aria-hidden": "true" });
    const tools = make("div", { class: "nuw-tools" },
      button("−", "zoom out", () => this.zoom(1 / 1.5)),
      button("+", "zoom in", () => this.zoom(1.5)),
      button("Fit", "show the whole image", () => this.look({})),
      this.choice("stretch", Object.keys(STRETCHES), "stretch of the colours"),
      this.choice("colormap", Object.keys(COLORMAPS), "colour map"),
      make("span", { class: "nuw-limits" }, this.lo, this.ramp, this.hi));
    this.root.dataset.lmSuppressShortcuts = "true"; // or the notebook takes the arrow keys
    this.root.append(tools, this.box, this.text);
  }

  choice(trait, names, label) {
    const node = make("select", { "aria-label": label, title: label });
    for (const name of names) node.append(make("option", { value: name }, name));
    node.addEventListener("change", () => this.send({ [trait]: node.value }, true));
    this[trait] = node;
    return node;
  }

  limit(trait, label) {
    const node = make("input", { type: "number", step: "any", "aria-label": label, title: label });
    const apply = () => {
      if (node.value !== "" && Number.isFinite(+node.value)) this.send({ [trait]: +node.value }, true);
      else node.value = this.model.get(trait);
    };
    node.addEventListener("change", apply);
    node.addEventListener("keydown", (e) => { if (e.key === "Enter") apply(); });
    return node;
  }

  listen() {
    const on = (target, name, action, options = {}) =>
      target.addEventListener(name, action, { signal: this.stop.signal, ...options });
    on(this.svg, "pointerdown", (e) => this.layer.press(e));
    on(this.svg, "pointermove", (e) => this.read(e));
    on(this.svg, "pointerleave", () => this.read(null));
    on(this.svg, "dblclick", () => this.look({}));
    on(this.box, "wheel", (e) => this.wheel(e), { passive: false });
    on(window, "pointermove", (e) => this.layer.move(e));
    on(window, "pointerup", () => this.layer.release());
    on(window, "pointercancel", () => this.layer.release());
    on(window, "keydown", (e) => this.layer.escape(e), { capture: true });
    on(this.svg, "keydown", (e) => this.layer.key(e));
    this.resizing = new ResizeObserver(() => { this.measured = null; this.draw(); });
    this.resizing.observe(this.box);
    this.heard = {
      image: () => this.load(),
      regions: () => this.layer.take(),
      selected: () => this.layer.place(),
      view: () => this.draw(),
      wcs: () => this.draw(),
    };
    for (const name of ["stretch", "colormap", "range_lo", "range_hi"]) this.heard[name] = () => this.sync();
    for (const name of ["alt", "width", "height"]) this.heard[name] = () => this.frame();
    for (const [name, act] of Object.entries(this.heard)) this.model.on(`change:${name}`, act);
  }

  close() {
    this.stop.abort();
    this.resizing.disconnect();
    for (const [name, act] of Object.entries(this.heard)) this.model.off(`change:${name}`, act);
  }

  /** Tell Python: at once, or in the next animation frame with all that gathers until then. */
  send(changes, now = false) {
    const idle = Object.keys(this.waiting).length === 0;
    Object.assign(this.waiting, changes);
    if (now) this.flush();
    else if (idle) requestAnimationFrame(() => this.flush());
  }

  flush() {
    const changes = Object.entries(this.waiting);
    this.waiting = {};
    if (changes.length === 0) return;
    for (const [name, value] of changes) this.model.set(name, structuredClone(value));
    this.model.save_changes();
  }

  // ---- pixels ------------------------------------------------------------------------------

  load() {
    const bytes = this.model.get("image");
    [this.ny, this.nx] = this.model.get("shape");
    const Kind = PIXELS[this.model.get("dtype")];
    const size = this.nx * this.ny * Kind.BYTES_PER_ELEMENT;
    this.values = null;
    if (bytes?.byteLength >= size && size > 0) {
      this.values = new Kind(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + size));
    }
    this.pixels = null;
    this.draw();
  }

  /** Bring the controls and the colours to the traits. */
  sync() {
    const [lo, hi] = [this.model.get("range_lo"), this.model.get("range_hi")];
    this.stretch.value = this.model.get("stretch");
    this.colormap.value = this.model.get("colormap");
    [this.lo.value, this.hi.value] = [+lo.toPrecision(5), +hi.toPrecision(5)];
    const at = (i) => STRETCHES[this.stretch.value](i / 24);
    const stops = Array.from({ length: 25 }, (_, i) => `rgb(${colour(this.colormap.value, at(i))})`);
    this.ramp.style.background = `linear-gradient(to right, ${stops.join(",")})`;
    this.pixels = null;
    this.frame();
  }

  frame() {
    this.canvas.setAttribute("aria-label", this.model.get("alt"));
    const [width, height] = [this.model.get("width"), this.model.get("height")];
    this.root.style.width = `${width}px`;
    this.box.style.aspectRatio = `${width} / ${height}`;
    this.draw();
  }

  /** The whole image in colours, top row first. */
  render() {
    const { nx, ny, values } = this;
    const table = colourTable(this.model.get("colormap"), this.model.get("stretch"));
    const lo = this.model.get("range_lo");
    const factor = LEVELS / Math.max(this.model.get("range_hi") - lo, 1e-30);
    const out = new Uint32Array(nx * ny);
    for (let row = 0; row < ny; row++) {
      let to = (ny - 1 - row) * nx;
      for (let from = row * nx; from < (row + 1) * nx; from++, to++) {
        const level = (values[from] - lo) * factor;
        if (level === level) out[to] = table[level < 0 ? 0 : level > LEVELS ? LEVELS : level | 0];
      }
    }
    this.pixels = new OffscreenCanvas(nx, ny);
    const data = new ImageData(new Uint8ClampedArray(out.buffer), nx, ny);
    this.pixels.getContext("2d").putImageData(data, 0, 0);
  }

  // ---- view --------------------------------------------------------------------------------

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
    this.model.set("view", view);
    this.send({ view }, now);
    this.draw();
  }

  /** Magnify about a point of the screen, the middle unless told. */
  zoom(factor, px = this.size[0] / 2, py = this.size[1] / 2, now = true) {
    const [[x, y], old] = [this.toImage(px, py), this.view];
    const zoom = Math.min(64, Math.max(0.5, old.zoom * factor));
    const k = old.zoom / zoom;
    this.look({ x: rounded(x + (old.x - x) * k), y: rounded(y + (old.y - y) * k), zoom: rounded(zoom) }, now);
  }

  wheel(event) {
    event.preventDefault();
    event.stopPropagation();
    this.zoom(Math.exp(-event.deltaY * 0.0015), ...this.at(event), false);
  }

  draw() {
    const [width, height] = this.size;
    if (!(width && height)) return;
    if (this.values && !this.pixels) this.render();
    const ratio = window.devicePixelRatio || 1;
    [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const s = this.s;
    context.imageSmoothingEnabled = s * ratio < 1; // shrunk: no photon may fall between two pixels
    const corner = this.toScreen()(-0.5, this.ny - 0.5);
    if (this.pixels) context.drawImage(this.pixels, ...corner, this.nx * s, this.ny * s);
    this.drawScale();
    this.layer.place();
  }

  drawScale() {
    const step = Math.abs(this.model.get("wcs").x_step_deg ?? 0) * 3600;
    const [[width, height], s] = [this.size, this.s];
    const fits = BARS_ARCSEC.filter((b) => (b / step) * s < width * 0.25);
    this.scale.replaceChildren();
    if (!step || fits.length === 0) return;
    const bar = fits[fits.length - 1];
    const d = `M12 ${height - 16}v4h${(bar / step) * s}v-4`;
    this.scale.append(make("svg:path", { class: "nuw-halo", d }), make("svg:path", { d }),
      make("svg:text", { x: 14, y: height - 18 }, bar < 60 ? `${bar}″` : `${bar / 60}′`));
  }

  /** Position, value and sky under the pointer; without one, the selected shape in numbers. */
  read(event) {
    if (event) this.pointer = this.toImage(...this.at(event));
    else this.pointer = null;
    this.text.textContent = this.pointer ? this.reading(...this.pointer) : this.layer.reading();
  }

  reading(x, y) {
    const [column, row] = [Math.round(x), Math.round(y)];
    const inside = column >= 0 && row >= 0 && column < this.nx && row < this.ny;
    const parts = [`x ${x.toFixed(1)}  y ${y.toFixed(1)}`];
    if (inside && this.values) parts.push(`value ${+this.values[row * this.nx + column].toPrecision(5)}`);
    const wcs = this.model.get("wcs");
    if (wcs.x_step_deg) parts.push(skyText(wcs, x, y));
    return parts.join("   ");
  }
}

export default {
  render({ model, el }) {
    const view = new ImageView(model, el);
    return () => view.close();
  },
};
