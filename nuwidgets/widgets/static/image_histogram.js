// How often each value occurs, the colours below, and the two limits as handles to drag.

const PERCENTS = [95, 99, 99.5, 99.9, 100];
const COLUMNS = 160;

/** From a value between the ends to 0..1, with room for the many small ones; and back. */
function valueAxis(min, max) {
  const range = Math.max(max - min, 1e-30);
  return {
    to: (value) => Math.log10(1 + 1000 * Math.min(1, Math.max(0, (value - min) / range))) / Math.log10(1001),
    from: (u) => min + (range * (1001 ** Math.min(1, Math.max(0, u)) - 1)) / 1000,
  };
}

class Histogram {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.bars = make("svg:path", { class: "nuw-bars" });
    this.svg = make("svg:svg", { viewBox: `0 0 ${COLUMNS} 1`, preserveAspectRatio: "none", "aria-hidden": "true" }, this.bars);
    this.strip = make("div", { class: "nuw-strip" });
    this.grips = ["lower", "upper"].map((name, k) => this.grip(`${name} limit, by hand`, k));
    this.node = make("div", { class: "nuw-ramp", role: "group", "aria-label": "histogram of the pixels" },
      this.svg, this.strip, ...this.grips);
    this.percents = make("span", { class: "nuw-percents", role: "group", "aria-label": "limits by share of pixels" },
      ...PERCENTS.map((percent) => this.percent(percent)));
  }

  percent(percent) {
    const label = percent === 100 ? "limits at the least and the largest value" : `limits that hold ${percent} % of the pixels`;
    const node = make("button", { type: "button", "aria-label": label, title: label }, `${percent}%`);
    node.addEventListener("click", () => {
      const { tally } = this.view.planes.plane ?? {};
      if (!tally) return;
      const [lo, hi] = tally.limits(percent);
      this.view.planes.limit(lo, hi > lo ? hi : lo + 1, true);
    });
    return node;
  }

  grip(label, k) {
    const node = make("div", { class: "nuw-grip", role: "slider", tabindex: 0, "aria-label": label, title: label });
    node.addEventListener("pointerdown", (e) => this.press(e, node, k));
    node.addEventListener("keydown", (e) => this.key(e, k));
    return node;
  }

  /** Ends of the axis: all values, and the limits wherever they are. */
  get axis() {
    if (this.held) return this.held;
    const { tally } = this.view.planes.plane ?? { tally: { min: 0, max: 1 } };
    const [lo, hi] = this.view.planes.limits();
    return valueAxis(Math.min(lo, tally.min), Math.max(hi, tally.max));
  }

  press(event, node, k) {
    if (event.button !== 0) return;
    event.preventDefault();
    node.focus();
    this.held = this.axis; // the axis stands still under the hand
    const stop = new AbortController();
    const box = this.node.getBoundingClientRect();
    const move = (e) => this.put(k, this.held.from((e.clientX - box.left) / box.width));
    const end = (e) => {
      if (e.type === "pointerup") move(e);
      stop.abort();
      this.held = null;
      this.view.wire.flush();
      this.draw();
    };
    window.addEventListener("pointermove", move, { signal: stop.signal });
    for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, end, { signal: stop.signal });
  }

  key(event, k) {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    const end = { Home: 0, End: 1 }[event.key];
    if (step === undefined && end === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const { axis } = this;
    const u = axis.to(this.view.planes.limits()[k]);
    this.put(k, axis.from(end ?? u + (step * (event.shiftKey ? 10 : 1)) / 200), true);
  }

  /** Move one limit; it stops at the other. */
  put(k, value, now = false) {
    const limits = this.view.planes.limits();
    const least = Math.max(1e-4 * Math.abs(limits[1 - k]), 1e-30);
    limits[k] = k === 0 ? Math.min(value, limits[1] - least) : Math.max(value, limits[0] + least);
    this.view.planes.limit(...limits, now);
  }

  /** Colours of the stretch below the bars, which are logarithmic. */
  draw() {
    const { planes, model } = this.view;
    const { axis } = this;
    const limits = planes.limits();
    const [from, to] = limits.map(axis.to);
    const curve = curveOf(model.get("stretch"), planes.plane?.tally, ...limits);
    const stops = Array.from({ length: 33 }, (_, i) => {
      const u = from + ((to - from) * i) / 32;
      const t = (axis.from(u) - limits[0]) / Math.max(limits[1] - limits[0], 1e-30);
      const rgb = colour(model.get("colormap"), curve(Math.min(1, Math.max(0, t))));
      return `rgb(${rgb}) ${(u * 100).toFixed(2)}%`;
    });
    this.strip.style.background = `linear-gradient(to right, ${stops.join(",")})`;
    this.grips.forEach((grip, k) => {
      grip.style.left = `${[from, to][k] * 100}%`;
      const value = +limits[k].toPrecision(5);
      for (const [name, number] of [["now", value], ["min", axis.from(0)], ["max", axis.from(1)]]) {
        grip.setAttribute(`aria-value${name}`, String(+number.toPrecision(5)));
      }
    });
    this.drawBars(axis, planes.plane?.tally);
  }

  drawBars(axis, tally) {
    const key = `${axis.from(0)} ${axis.from(1)}`;
    if (tally === this.tally && key === this.drawn) return;
    [this.tally, this.drawn] = [tally, key];
    const columns = tally ? tally.columns(COLUMNS, axis.to) : [];
    const top = Math.log10(1 + Math.max(1, ...columns));
    let d = "";
    columns.forEach((n, i) => { if (n > 0) d += `M${i} 1v${(-Math.log10(1 + n) / top).toFixed(3)}h1V1z`; });
    this.bars.setAttribute("d", d);
  }
}
