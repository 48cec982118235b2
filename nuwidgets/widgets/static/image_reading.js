// The line below the image: what is under the pointer, or the chosen shapes in numbers.

class ReadOut {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.node = make("div", { class: "nuw-read" });
    this.point = null;
  }

  /** Follow the pointer; without an event it has left. */
  take(event) {
    this.point = event ? this.view.at(event) : null;
    this.write();
  }

  /** Position, value and sky under the pointer; without one, or in work, the shape in numbers. */
  write() {
    const { layer, pen } = this.view;
    const working = layer.busy || layer.drawing || (pen.tool && !this.point);
    this.node.textContent = this.point && !working
      ? this.reading(...this.view.toImage(...this.point))
      : layer.reading() || pen.words;
  }

  reading(x, y) {
    const { planes, model, overlays } = this.view;
    const wcs = model.get("wcs");
    const parts = [`x ${x.toFixed(1)}  y ${y.toFixed(1)}`];
    const value = this.value(Math.round(x), Math.round(y), planes);
    if (value !== undefined) parts.push(`value ${+value.toPrecision(5)} ${model.get("unit")}`.trim());
    if (wcs.x_step_deg) parts.push(skyText(wcs, x, y));
    const place = detectorText(model.get("detector"), x, y, overlays.detectorAt(x, y));
    return parts.join("   ") + (place ? `\n${place}` : "");
  }

  value(column, row, { nx, ny, plane }) {
    const inside = column >= 0 && row >= 0 && column < nx && row < ny;
    return inside ? plane?.levels[0].values[row * nx + column] : undefined;
  }
}
