// Planes of one shape that are shown in turn, and the row that says which.

/** Reads the pixels of all planes and gets them ready, one after the other. */
class Planes {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.painters = [];
    this.shown = 0;
    this.row = make("div", { class: "nuw-frames" });
    this.list = make("select", { "aria-label": "plane that is shown", title: "plane that is shown" });
    this.blink = make("button", { type: "button", "aria-label": "show the planes in turn",
      title: "show the planes in turn" }, "Blink");
    this.list.addEventListener("change", () => this.choose(Number(this.list.value)));
    this.blink.addEventListener("click", () => {
      view.wire.send({ blink_s: view.model.get("blink_s") > 0 ? 0 : this.pace ?? 0.7 }, true);
    });
    this.row.append(this.list, this.blink);
  }

  get frames() { return this.view.model.get("frames"); }
  get painter() { return this.painters[this.shown]; }
  get plane() { return this.painter?.plane; }

  /** Limits of the colours of a plane. */
  limits(k = this.shown) {
    const { model } = this.view;
    const frame = model.get("frames")[k];
    return frame ? [frame.lo, frame.hi] : [model.get("range_lo"), model.get("range_hi")];
  }

  /** Take the newest pixels; while others are made ready, they wait. */
  load() {
    if (this.work) { this.newer = true; return; }
    const { model } = this.view;
    const [bytes, [ny, nx], Kind] = [model.get("image"), model.get("shape"), PIXELS[model.get("dtype")]];
    const number = Math.max(1, model.get("frames").length);
    const size = nx * ny;
    if (!(bytes?.byteLength >= size * number * Kind.BYTES_PER_ELEMENT && size > 0)) {
      this.painters = [];
      [this.nx, this.ny] = [nx, ny];
      this.view.loaded();
      return;
    }
    const { buffer, byteOffset: at } = bytes;
    const straight = at % Kind.BYTES_PER_ELEMENT === 0; // else a copy: numbers begin at whole places
    const all = new Kind(straight ? buffer : buffer.slice(at), straight ? at : 0, size * number);
    const planes = Array.from({ length: number }, (_, k) =>
      new Plane(all.subarray(k * size, (k + 1) * size), nx, ny));
    this.work = { planes, nx, ny, steps: (function* () { for (const plane of planes) yield* plane.prepare(); })() };
    this.goOn(25);
  }

  goOn(budgetMs) {
    if (this.closed || !this.work) return;
    if (!progress(this.work.steps, budgetMs)) {
      requestAnimationFrame(() => this.goOn(BUDGET_MS));
      return;
    }
    const { planes, nx, ny } = this.work;
    this.painters = planes.map((plane) => new Painter(plane));
    [this.nx, this.ny, this.work] = [nx, ny, null];
    this.view.loaded();
    if (this.newer) { this.newer = false; this.load(); }
  }

  recolour() {
    const { model } = this.view;
    const [map, stretch] = [model.get("colormap"), model.get("stretch")];
    const key = `${map} ${stretch}`;
    this.painters.forEach((painter, k) => {
      const [lo, hi] = this.limits(k);
      const now = `${key} ${lo} ${hi}`;
      if (painter.key === now && painter.colours) return;
      const own = stretch === "histogram";
      if (own || this.tableKey !== key) this.table = colourTable(map, curveOf(stretch, painter.plane.tally, lo, hi));
      this.tableKey = own ? "" : key;
      painter.key = now;
      painter.recolour({ table: this.table, lo, factor: LEVELS / Math.max(hi - lo, 1e-30) });
    });
  }

  /** Bring list and clock to the traits. */
  sync() {
    const [frames, blink] = [this.frames, this.view.model.get("blink_s")];
    const labels = frames.map((frame, k) => frame.label || `plane ${k + 1}`);
    this.row.hidden = frames.length < 2;
    if (this.list.children.length !== labels.length || [...this.list.children].some((o, k) => o.textContent !== labels[k])) {
      this.list.replaceChildren(...labels.map((label, k) => make("option", { value: k }, label)));
    }
    if (blink > 0) this.pace = blink;
    this.blink.setAttribute("aria-pressed", String(blink > 0));
    clearInterval(this.clock);
    if (blink > 0 && frames.length > 1) this.clock = setInterval(() => this.turn(), blink * 1000);
    this.turn(this.view.model.get("frame"));
  }

  /** Show another plane, the next unless told; Python is not troubled. */
  turn(k = (this.shown + 1) % Math.max(1, this.frames.length)) {
    this.shown = Math.max(0, Math.min(k, this.frames.length - 1));
    this.list.value = String(this.shown);
    this.view.turned();
  }

  choose(frame) {
    const [range_lo, range_hi] = this.limits(frame);
    this.view.wire.send({ frame, range_lo, range_hi, blink_s: 0 }, true);
  }

  /** Set the limits of the plane that is shown. */
  limit(lo, hi, now) {
    const { model } = this.view;
    const [range_lo, range_hi] = [lo, hi].map((v) => +v.toPrecision(6));
    const here = !this.frames.length || this.shown === model.get("frame");
    const changes = here ? { range_lo, range_hi } : {};
    if (this.frames.length) {
      changes.frames = this.frames.map((f, k) => (k === this.shown ? { ...f, lo: range_lo, hi: range_hi } : f));
    }
    if (now) this.view.wire.tell(changes, true);
    else this.view.wire.tellSoon(changes);
  }

  close() {
    this.closed = true;
    clearInterval(this.clock);
  }
}
