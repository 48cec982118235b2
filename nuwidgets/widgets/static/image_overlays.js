// Lines, polygons and markers that no hand moves: detectors, contours, catalogued sources.

const MOST_LABELS = 200;

class Overlays {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.lines = make("svg:g", { class: "nuw-overlays" });
    this.marks = make("svg:g", { class: "nuw-markers" });
    this.nodes = [];
  }

  /** Make what Python gave; places follow in `place`. */
  take() {
    const { model } = this.view;
    this.nodes = model.get("overlays").map((item) => {
      const paths = ["nuw-halo", "nuw-line"].map((name) => make("svg:path", { class: name }));
      const text = make("svg:text", { "text-anchor": item.style === "detector" ? "middle" : "start" }, item.label);
      return { item, paths, text, node: make("svg:g", { class: `nuw-over nuw-${item.style}` }, ...paths, text) };
    });
    this.lines.replaceChildren(...this.nodes.map(({ node }) => node));
    const markers = model.get("markers");
    this.crosses = ["nuw-halo", "nuw-line"].map((name) => make("svg:path", { class: name }));
    this.names = markers.slice(0, MOST_LABELS).map(({ label }) => make("svg:text", {}, label));
    this.marks.replaceChildren(...(markers.length ? [...this.crosses, ...this.names] : []));
    this.place();
  }

  place() {
    const { model } = this.view;
    const [show, P] = [model.get("show"), this.view.toScreen()];
    this.lines.style.display = show.overlays ? "" : "none";
    this.marks.style.display = show.markers ? "" : "none";
    if (show.overlays) for (const entry of this.nodes) this.placeOverlay(entry, P);
    if (show.markers && this.marks.firstChild) this.placeMarkers(model.get("markers"), P);
  }

  placeOverlay({ item, paths, text }, P) {
    const pts = item.pts.map(([x, y]) => P(x, y));
    const written = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
    const close = item.kind === "polygon" ? "Z" : "";
    const [[x, y]] = pts.length ? pts : [[-99, -99]];
    const d = pts.length === 1 ? `M${x - 8} ${y}h16M${x} ${y - 8}v16` : `M${pts.map(written).join("L")}${close}`;
    for (const path of paths) path.setAttribute("d", pts.length ? d : "");
    // A detector's name stands in it, a contour's at its highest place.
    const mean = (k) => pts.reduce((sum, p) => sum + p[k], 0) / Math.max(1, pts.length);
    const top = pts.reduce((best, p) => (p[1] < best[1] ? p : best), [x, y]);
    const [tx, ty] = item.style === "detector" ? [mean(0), mean(1) + 4] : [top[0] + 5, top[1] - 4];
    text.setAttribute("x", tx.toFixed(1));
    text.setAttribute("y", ty.toFixed(1));
  }

  placeMarkers(markers, P) {
    const [width, height] = this.view.size;
    let d = "";
    markers.forEach((marker, k) => {
      const [x, y] = P(marker.x, marker.y);
      const seen = x > -9 && y > -9 && x < width + 9 && y < height + 9;
      if (seen) d += `M${x.toFixed(1)} ${(y - 11).toFixed(1)}v6m0 10v6m-11 -11h6m10 0h6`;
      const name = this.names[k];
      if (!name) return;
      name.style.display = seen ? "" : "none";
      name.setAttribute("x", (x + 8).toFixed(1));
      name.setAttribute("y", (y - 7).toFixed(1));
    });
    for (const path of this.crosses) path.setAttribute("d", d);
  }

  /** Name of the detector whose outline holds a place. @param {number} x @param {number} y */
  detectorAt(x, y) {
    const inside = (pts) => {
      let odd = false;
      pts.forEach(([ax, ay], k) => {
        const [bx, by] = pts[(k + 1) % pts.length];
        if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
      });
      return odd;
    };
    return this.nodes.find(({ item }) => item.style === "detector" && item.kind === "polygon" && inside(item.pts))?.item.label ?? "";
  }
}

/** Detector pixel and distance from the axis of a place, in words. @param {object} detector */
function detectorText({ matrix, reference, place, axis, arcsec, names }, x, y, name) {
  if (!matrix) return "";
  const [m00, m01, m10, m11] = matrix;
  const det = m00 * m11 - m01 * m10;
  const [u, v] = [x - place[0], y - place[1]];
  const column = reference[0] + (m11 * u - m01 * v) / det;
  const row = reference[1] + (m00 * v - m10 * u) / det;
  const parts = [`${names} ${column.toFixed(1)}, ${row.toFixed(1)}`];
  if (name) parts.push(name);
  if (axis.length && arcsec) {
    const off = (Math.hypot(x - axis[0], y - axis[1]) * arcsec) / 60;
    parts.push(`off-axis ${off.toFixed(2)}′`);
  }
  return parts.join("  ");
}
