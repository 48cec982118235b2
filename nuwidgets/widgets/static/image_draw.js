// A new shape by drag or clicks, with its outline while it grows.

const USUAL = 36; // half size of a shape that is placed by a click, screen px

class Pen {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.layer = view.layer;
    this.ended = -1e9; // a double click that ends a polygon means nothing else
    this.reset();
  }

  get tool() { return this.view.model.get("tool"); }
  get active() { return this.from !== null || this.corners.length > 0; }

  reset() {
    this.from = null;
    this.point = null;
    this.corners = [];
    this.layer.drawing = null;
  }

  /** The traits as they are now decide what is drawn. */
  sync() {
    const { tool } = this;
    this.view.box.classList.toggle("nuw-drawing", Boolean(tool));
    if (tool !== this.begun) this.reset();
    this.begun = tool;
    const role = this.view.model.get("draw_role");
    this.view.box.style.setProperty("--draw", this.layer.colour({ role, exclude: this.view.model.get("draw_exclude") }) || "initial");
    this.layer.place();
  }

  /** What to do next, in words. */
  get words() {
    const { tool, corners } = this;
    if (!tool) return "";
    const kind = `${this.view.model.get("draw_exclude") ? "excluded " : ""}${this.view.model.get("draw_role")} ${tool}`;
    if (tool === "point") return `${kind}: click its place; Esc cancels`;
    if (tool !== "polygon") return `${kind}: drag from ${tool === "box" ? "corner to corner" : "the centre"}; Enter puts it in the middle; Esc cancels`;
    return corners.length > 2 ? `${kind}: click corners; Enter or the first corner ends` : `${kind}: click corners; Esc cancels`;
  }

  press(point, from) {
    if (this.tool === "polygon") { this.corner(point, from); return; }
    if (this.from !== null) return; // a second finger
    [this.from, this.point] = [from, point];
    this.show(from);
  }

  corner(point, from) {
    const P = this.view.toScreen();
    const near = (corner) => Math.hypot(P(...corner)[0] - point[0], P(...corner)[1] - point[1]) < 9;
    const { corners } = this;
    if (corners.length > 2 && (near(corners[0]) || near(corners[corners.length - 1]))) { this.finish(); return; }
    if (corners.length > 0 && near(corners[corners.length - 1])) return; // the second of a double click
    corners.push(from.map(rounded));
    this.show(from);
  }

  move(point) {
    this.far ||= this.point && Math.hypot(point[0] - this.point[0], point[1] - this.point[1]) > STEADY;
    this.show(this.view.toImage(...point));
  }

  show([x, y]) {
    const exclude = this.view.model.get("draw_exclude");
    if (this.tool === "polygon") {
      const pts = [...this.corners, [x, y]];
      this.layer.drawing = { item: { shape: "polygon", pts, exclude }, loose: true, words: this.words };
    } else this.layer.drawing = { item: { ...drawn(this.tool, ...this.from, x, y), exclude } };
    this.last = [x, y];
    this.layer.place();
  }

  /** A drag ends with the shape; a click places one of usual size. */
  release() {
    if (this.from === null) return;
    const [x, y] = this.from;
    const far = this.far;
    this.far = false;
    this.end(far ? drawn(this.tool, x, y, ...this.last) : usual(this.tool, x, y, USUAL / this.view.s));
  }

  /** Close a polygon; without corners, put the shape in the middle of what is seen. */
  finish() {
    const { tool, corners } = this;
    if (corners.length > 2) this.end({ shape: "polygon", pts: corners });
    else if (!this.active) {
      const { x, y } = this.view.view;
      this.end(usual(tool, x, y, USUAL / this.view.s));
    }
  }

  /** Take back the last corner. */
  back() {
    this.corners.pop();
    if (this.corners.length > 0) this.show(this.last);
    else { this.layer.drawing = null; this.layer.place(); }
  }

  end(item) {
    const { model } = this.view;
    this.ended = performance.now();
    this.reset();
    const marks = { role: model.get("draw_role"), exclude: model.get("draw_exclude") };
    this.view.wire.tell({ tool: "" });
    this.layer.append([{ ...item, ...marks }]);
  }

  cancel() {
    this.reset();
    this.view.wire.tell({ tool: "" }, true);
    this.layer.place();
  }
}
