// What the pointer does: choose, move, pull handles, pan; and a band that chooses several.

const STEADY = 3; // screen px that a hand trembles

class Hands {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.layer = view.layer;
    this.drag = null; // {kind: "shape" | "pan" | "band", ...}
  }

  /** What lies under the pointer: a handle, else the smallest shape, so that none hides another. */
  under(event) {
    const { layer, regions } = this.layer;
    const hits = document.elementsFromPoint(event.clientX, event.clientY)
      .filter((n) => layer.contains(n) && n !== layer);
    const of = (n) => regions.find((r) => r.id === n.closest("g[data-id]")?.dataset.id);
    const grip = hits.find((n) => n.dataset.handle);
    if (grip) return { region: of(grip), name: grip.dataset.handle };
    const shapes = hits.map(of).filter(Boolean).sort((p, q) => area(p) - area(q));
    return shapes.length > 0 ? { region: shapes[0], name: "body" } : null;
  }

  press(event) {
    if (event.button !== 0 || this.drag) return;
    event.preventDefault();
    this.view.held = this.view.canvas.getBoundingClientRect(); // the page stands still meanwhile
    const point = this.view.at(event);
    const from = this.view.toImage(...point);
    if (this.view.model.get("tool")) {
      this.view.box.focus({ preventScroll: true });
      this.view.pen.press(point, from);
      return;
    }
    const hit = this.under(event);
    if (!hit) this.pressSky(event, point, from);
    else this.pressShape(event, hit, point, from);
  }

  pressSky(event, point, from) {
    this.view.box.focus({ preventScroll: true });
    if (event.shiftKey) this.drag = { kind: "band", point, from, before: this.layer.chosen };
    else {
      this.layer.choose([]);
      this.drag = { kind: "pan", point, view: this.view.view };
    }
  }

  pressShape(event, { region, name }, point, from) {
    const { chosen } = this.layer;
    const there = chosen.includes(region.id);
    const others = chosen.filter((id) => id !== region.id);
    if (event.shiftKey && name === "body") {
      this.layer.choose(there ? others : [...chosen, region.id]);
      if (there) return;
    } else this.layer.choose(there ? [...others, region.id] : [region.id]);
    this.layer.nodes.get(region.id).focus({ preventScroll: true });
    const held = new Set(name === "body" ? this.layer.chosen : [region.id]);
    this.layer.busy = true;
    const alone = there && !event.shiftKey;
    this.drag = { kind: "shape", id: region.id, name, point, from, held, alone, before: structuredClone(this.layer.regions) };
  }

  move(event) {
    if (this.view.pen.active) this.view.pen.move(this.view.at(event));
    if (!this.drag) return;
    const [px, py] = this.view.at(event);
    const { kind, point } = this.drag;
    if (!this.drag.moved && Math.hypot(px - point[0], py - point[1]) < (kind === "shape" ? 1 : STEADY)) return;
    this.drag.moved = true;
    if (kind === "pan") this.pan(px, py);
    else if (kind === "band") this.band(...this.view.toImage(px, py));
    else this.pull(...this.view.toImage(px, py));
  }

  pull(x, y) {
    const { name, held, before, from } = this.drag;
    const next = (r) => (name === "body" ? moved(r, x - from[0], y - from[1]) : pulled(r, name, x, y));
    this.layer.put(before.map((r) => (held.has(r.id) ? next(r) : r)), { dragging: true });
  }

  pan(px, py) {
    const [{ view, point }, s] = [this.drag, this.view.s];
    const [x, y] = [view.x - (px - point[0]) / s, view.y + (py - point[1]) / s];
    this.view.look({ ...view, x: rounded(x), y: rounded(y) }, false);
  }

  band(x, y) {
    const { from, before } = this.drag;
    const item = { ...drawn("box", ...from, x, y), role: "", exclude: false };
    const within = ([u, v]) => Math.abs(u - item.x) <= item.w / 2 && Math.abs(v - item.y) <= item.h / 2;
    const inside = this.layer.regions.filter((r) => within(middle(r))).map((r) => r.id);
    this.layer.drawing = { item, band: true, words: `${inside.length} shapes in the frame` };
    this.layer.choose([...before.filter((id) => !inside.includes(id)), ...inside]);
    this.layer.place();
  }

  release() {
    this.view.pen.release();
    const { drag } = this;
    this.drag = this.view.held = null;
    if (!drag) return;
    if (drag.kind === "band") {
      this.layer.drawing = null;
      this.layer.place();
    }
    if (drag.kind !== "shape") { this.view.wire.flush(); return; }
    this.layer.busy = false;
    if (drag.moved) this.view.wire.send({ regions: this.layer.regions, dragging: false }, true);
    else {
      if (drag.alone && drag.name === "body") this.layer.choose([drag.id]);
      this.layer.take();
    }
  }

  /** A corner of a polygon goes; anywhere else the whole image comes. */
  double(event) {
    if (this.view.model.get("tool") || performance.now() - this.view.pen.ended < 600) return;
    const hit = this.under(event);
    if (!hit) { this.view.look({}); return; }
    const { region, name } = hit;
    if (region.pts?.length > 3 && /^p\d/.test(name)) {
      const k = Number(name.slice(1));
      this.layer.put(this.layer.regions.map((r) =>
        (r.id === region.id ? { ...r, pts: r.pts.filter((_, i) => i !== k) } : r)), {}, true);
    }
  }

  /** Esc during a drag puts back what was; otherwise it lets go of tool and choice. */
  escape(event) {
    const { view, layer, drag } = this;
    const tool = view.model.get("tool");
    const near = tool ? view.box.closest(".nuw-panel") ?? view.root : view.box; // the tool's button is outside
    const here = near.contains(document.activeElement);
    if (event.key !== "Escape" || !(drag || (here && (tool || layer.chosen.length > 0)))) return;
    event.preventDefault();
    event.stopPropagation();
    if (!drag && tool) { view.pen.cancel(); return; }
    if (drag?.kind === "shape") layer.regions = drag.before;
    else if (drag?.kind === "pan") view.look(drag.view);
    else if (drag) layer.choose(drag.before);
    else {
      view.box.focus({ preventScroll: true });
      layer.choose([]);
    }
    if (drag) this.release();
    layer.place();
  }
}
