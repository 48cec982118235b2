// What lies over the image and belongs to the sky: grid, compass, scale bar.

const BARS_ARCSEC = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000];
const ARM = 26; // length of the compass' arrows, screen px

class SkyMarks {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.grid = make("svg:g", { class: "nuw-grid", "aria-hidden": "true" });
    this.compass = make("svg:g", { class: "nuw-compass", "aria-hidden": "true" });
    this.scale = make("svg:g", { class: "nuw-scale", "aria-hidden": "true" });
  }

  place() {
    const wcs = this.view.model.get("wcs");
    const show = this.view.model.get("show");
    const there = Boolean(wcs.x_step_deg);
    this.fill(this.grid, there && show.grid, () => this.gridNodes(wcs));
    this.fill(this.compass, there && show.compass, () => this.compassNodes(wcs));
    this.fill(this.scale, there && show.scale, () => this.scaleNodes(wcs));
  }

  fill(group, shown, nodes) {
    if (shown) group.replaceChildren(...nodes());
    else if (group.firstChild) group.replaceChildren();
  }

  /** A line with a dark halo, so that it is seen on any colour. */
  line(d) {
    return [make("svg:path", { class: "nuw-halo", d }), make("svg:path", { class: "nuw-line", d })];
  }

  gridNodes(wcs) {
    const { view } = this;
    const [[width, height], P] = [view.size, view.toScreen()];
    const [x0, y1] = view.toImage(0, 0);
    const [x1, y0] = view.toImage(width, height);
    const lines = gridLines(wcs, [x0, x1, y0, y1]).map((line) => ({ ...line, pts: line.pts.map(([x, y]) => P(x, y)) }));
    const d = lines.map(({ pts }) => `M${pts.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`).join("");
    const texts = [];
    for (const { kind, label, pts } of lines) {
      const at = kind === "ra" ? crossing(pts, 1, 14) : crossing(pts, 0, 3);
      if (at === null) continue;
      // Corners belong to the other labels and the scale bar.
      if (kind === "ra" && at > 4 && at < width - 62) texts.push(make("svg:text", { x: at + 3, y: 13 }, label));
      if (kind === "dec" && at > 34 && at < height - 44) texts.push(make("svg:text", { x: 4, y: at - 3 }, label));
    }
    return [...this.line(d), ...texts];
  }

  compassNodes(wcs) {
    const { view } = this;
    const [width, height] = view.size;
    const [x, y] = view.toImage(width / 2, height / 2);
    const [ra, dec] = skyAt(wcs, x, y);
    const step = Math.abs(wcs.y_step_deg) * 5;
    const P = view.toScreen();
    const toward = (place) => {
      const [[px, py], [qx, qy]] = [P(x, y), P(...(place ?? [x, y]))];
      const length = Math.hypot(qx - px, qy - py) || 1;
      return [(qx - px) / length, (qy - py) / length];
    };
    const north = toward(pixelAt(wcs, ra, dec + step));
    const east = toward(pixelAt(wcs, ra + step / Math.max(0.01, Math.cos(dec * RAD)), dec));
    // The corner where the two arrows have their tips, whatever the sky's turn.
    const corner = [0, 1].map((i) => Math.max(0, north[i], east[i]));
    const [cx, cy] = [width - 22 - corner[0] * ARM, height - 20 - corner[1] * ARM];
    const arrow = ([u, v]) => {
      const [tx, ty] = [cx + u * ARM, cy + v * ARM];
      const head = (side) => `${tx - 7 * u + side * 3.5 * v} ${ty - 7 * v - side * 3.5 * u}`;
      return `M${cx} ${cy}L${tx} ${ty}M${head(1)}L${tx} ${ty}L${head(-1)}`;
    };
    const letter = (text, [u, v]) => make("svg:text",
      { x: cx + u * (ARM + 9), y: cy + v * (ARM + 9) + 4, "text-anchor": "middle" }, text);
    return [...this.line(arrow(north) + arrow(east)), letter("N", north), letter("E", east)];
  }

  scaleNodes(wcs) {
    const { view } = this;
    const step = Math.abs(wcs.x_step_deg) * 3600;
    const [[width, height], s] = [view.size, view.s];
    const bar = BARS_ARCSEC.filter((b) => (b / step) * s < width * 0.25).pop();
    if (!bar) return [];
    const label = bar < 60 ? `${bar}″` : bar < 3600 ? `${bar / 60}′` : `${bar / 3600}°`;
    return [...this.line(`M12 ${height - 16}v4h${(bar / step) * s}v-4`),
      make("svg:text", { x: 14, y: height - 18 }, label)];
  }
}
