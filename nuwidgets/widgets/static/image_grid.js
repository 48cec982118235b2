// Images in tiles: pixels on a canvas, regions above as SVG whose unit is the arcsec.

class ImagePainter {
  constructor(model) {
    this.model = model;
    this.kind = "images";
    this.traits = "images shape dtype places field_arcsec regions stretch colormap range_lo range_hi unit";
    this.forget();
  }

  get(trait) { return this.model.get(trait); }

  make(stage) {
    const canvas = make("canvas", { "aria-hidden": "true" });
    const lines = make("svg:svg", { "aria-hidden": "true" });
    stage.prepend(canvas, lines);
    stage.addEventListener("pointermove", (event) => this.read(event, stage));
    stage.addEventListener("pointerleave", () => { this.grid.said.textContent = ""; });
    return { canvas, lines };
  }

  forget() { this.look = this.bytes = null; }

  /** What is the same for all tiles: the pixels as numbers, and the table of their colours. */
  prepare() {
    const look = ["stretch", "colormap", "range_lo", "range_hi", "dtype", "shape", "unit"].map((name) => this.get(name)).join();
    const bytes = this.get("images");
    if (look !== this.look || bytes !== this.bytes) {
      [this.look, this.bytes] = [look, bytes];
      this.table = colourTable(this.get("colormap"), curveOf(this.get("stretch"), null));
      const whole = bytes.buffer ? bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) : bytes;
      this.pixels = new PIXELS[this.get("dtype")](whole);
      this.round = {}; // pictures made before are of other pixels or colours
      this.legend();
    }
    this.regions = this.get("regions");
    this.field = this.get("field_arcsec");
  }

  /** The colours from the lower to the upper limit, below all tiles. */
  legend() {
    const ramp = make("canvas", { width: 256, height: 1, role: "img", "aria-label": "colours of the values" });
    const picture = new ImageData(256, 1);
    const out = new Uint32Array(picture.data.buffer);
    for (let i = 0; i < 256; i++) out[i] = this.table[Math.round((i * LEVELS) / 255)];
    ramp.getContext("2d").putImageData(picture, 0, 0);
    const near = (value) => `${+value.toPrecision(3)}`;
    this.grid.key.replaceChildren(near(this.get("range_lo")), ramp, `${near(this.get("range_hi"))} ${this.get("unit")} per pixel`);
  }

  paint(entry) {
    const place = this.get("places")[entry.id];
    entry.canvas.hidden = !place;
    if (place) this.colour(entry, place);
    this.outline(entry);
  }

  /** Colour the pixels of a tile, unless that is done; and lay them where they belong. */
  colour(entry, [k, size, right, up, factor]) {
    const [, high, wide] = this.get("shape");
    const { canvas } = entry;
    const key = `${k} ${factor}`;
    if (entry.round !== this.round || entry.key !== key) {
      Object.assign(entry, { round: this.round, key });
      Object.assign(canvas, { width: wide, height: high });
      const picture = new ImageData(wide, high);
      const out = new Uint32Array(picture.data.buffer);
      const values = this.pixels.subarray(k * wide * high, (k + 1) * wide * high);
      const [lo, hi] = [this.get("range_lo"), this.get("range_hi")];
      const scale = LEVELS / (hi - lo || 1);
      for (let row = 0; row < high; row++) {
        for (let from = (high - 1 - row) * wide, to = row * wide; to < (row + 1) * wide; from++, to++) {
          const at = (values[from] * factor - lo) * scale;
          out[to] = at === at ? this.table[at < 0 ? 0 : at > LEVELS ? LEVELS : at | 0] : 0;
        }
      }
      canvas.getContext("2d").putImageData(picture, 0, 0);
    }
    const per = (arcsec) => `${(100 * arcsec) / this.field}%`;
    Object.assign(canvas.style, { width: per(wide * size), height: per(high * size),
      left: per((this.field - wide * size) / 2 + right), top: per((this.field - high * size) / 2 - up) });
    const shown = (entry.stage.clientWidth * (window.devicePixelRatio || 1) * size) / this.field;
    canvas.style.imageRendering = shown >= 2 ? "pixelated" : "auto"; // shrunk: no pixel is left out
  }

  /** Say where the pointer is, from the middle of the field, and what is there. */
  read(event, stage) {
    const entry = this.grid.entries.get(stage.closest(".nuw-shot")?.dataset.id);
    const place = entry && this.get("places")[entry.id];
    if (!place) return;
    const box = stage.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width - 0.5) * this.field;
    const y = (0.5 - (event.clientY - box.top) / box.height) * this.field;
    const [k, size, right, up, factor] = place;
    const [, high, wide] = this.get("shape");
    const [i, j] = [Math.floor((x - right) / size + wide / 2), Math.floor((y - up) / size + high / 2)];
    const inside = i >= 0 && j >= 0 && i < wide && j < high;
    const value = inside ? `${+(this.pixels[(k * high + j) * wide + i] * factor).toPrecision(3)} ${this.get("unit")}` : "nothing";
    const far = (arcsec, plus, minus) => `${(Math.abs(arcsec) / 60).toFixed(2)}′ ${arcsec < 0 ? minus : plus}`;
    this.grid.said.textContent = `${entry.tile.title} · ${entry.id}: ${value}, ${far(x, "W", "E")}, ${far(y, "N", "S")} of the middle`;
  }

  outline(entry) {
    const shapes = this.regions[entry.id] ?? this.regions[""] ?? [];
    const key = `${this.field} ${JSON.stringify(shapes)}`;
    if (key === entry.shapes) return;
    entry.shapes = key;
    const { lines } = entry;
    const half = this.field / 2;
    lines.setAttribute("viewBox", `${-half} ${-half} ${this.field} ${this.field}`);
    lines.replaceChildren(...shapes.flatMap((shape) => {
      const d = outline(shape, (x, y) => [x, -y], 1);
      const kind = shape.exclude ? "exclude" : shape.role;
      return ["nuw-halo", `nuw-line nuw-${kind}`].map((name) => make("svg:path", { class: name, d }));
    }));
  }
}

export default {
  render({ model, el }) {
    const grid = new TileGrid(model, el, new ImagePainter(model));
    return () => grid.close();
  },
};
