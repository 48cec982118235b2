// What keys do in the image: everything a hand can, but for drawing freely.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const SIZES = { "]": 1, "+": 1, "=": 1, "}": 10, "[": -1, "-": -1, "_": -1, "{": -10 };
const TURNS = { ",": 5, ".": -5, "<": 45, ">": -45 };
const PAN = 40; // screen px

class Keys {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.layer = view.layer;
  }

  press(event) {
    if (event.altKey) return;
    const done = event.ctrlKey || event.metaKey ? this.order(event)
      : this.tool(event) || this.shapes(event) || this.sky(event);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Keys with Ctrl. @returns {boolean} whether it was one */
  order(event) {
    const { layer, view } = this;
    const key = event.key.toLowerCase();
    const kind = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
    if (kind) this.ask(kind);
    else if (key === "a") layer.choose(layer.regions.map((r) => r.id));
    else if (key === "c" && layer.picked.length) copyShapes(view.model.get("wcs"), layer.picked);
    else if (key === "v") this.paste();
    else return false;
    return true;
  }

  ask(ask, by = 1) {
    this.view.wire.flush(); // what was moved before belongs to what is asked
    this.view.model.send({ ask, ids: this.layer.chosen, by });
  }

  paste() {
    const { layer, view } = this;
    const items = pastedShapes(view.model.get("wcs"));
    const near = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]) < 0.01;
    // A copy on top of its original would not be seen.
    while (items.length && layer.regions.some((r) => near(middle(r), middle(items[0])))) {
      items.forEach((item, k) => { items[k] = moved(item, 14 / view.s, -14 / view.s); });
    }
    if (items.length) layer.append(items);
  }

  tool(event) {
    const { pen } = this.view;
    if (!pen.tool) return false;
    if (event.key === "Enter") pen.finish();
    else if (event.key === "Backspace") pen.back();
    else return false;
    return true;
  }

  shapes(event) {
    const { layer } = this;
    const { picked } = layer;
    if (!picked.length) return false;
    const [arrow, size, turn] = [ARROWS[event.key], SIZES[event.key], TURNS[event.key]];
    const far = event.shiftKey ? 10 : 1;
    const by = { PageUp: -1, PageDown: 1 }[event.key];
    if (arrow) layer.change((r) => moved(r, arrow[0] * far, arrow[1] * far));
    else if (size) layer.change((r) => resized(r, size));
    else if (turn) layer.change((r) => rotated(r, turn));
    else if (by) this.ask("order", by);
    else if (event.key === "c") this.ask("centroid");
    else if (event.key === "Delete" || event.key === "Backspace") return this.remove();
    else return false;
    return true;
  }

  remove() {
    const { layer, view } = this;
    if (!view.model.get("can_delete")) return false;
    const gone = new Set(layer.chosen);
    view.wire.tell({ chosen: [], selected: "" });
    view.box.focus({ preventScroll: true });
    layer.put(layer.regions.filter((r) => !gone.has(r.id)));
    return true;
  }

  sky(event) {
    const { view } = this;
    const [arrow, size] = [ARROWS[event.key], SIZES[event.key]];
    const [now, s] = [view.view, view.s];
    const far = (event.shiftKey ? 4 : 1) * PAN / s;
    if (arrow) view.look({ ...now, x: rounded(now.x + arrow[0] * far), y: rounded(now.y + arrow[1] * far) });
    else if (size) view.zoom(1.5 ** Math.sign(size));
    else if (event.key === "Home") view.look({});
    else return false;
    return true;
  }
}
