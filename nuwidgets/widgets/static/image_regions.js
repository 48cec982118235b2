// The shapes above the image: drawn, selected, dragged, and moved by the keyboard.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const SIZES = { "]": 1, "+": 1, "=": 1, "}": 10, "[": -1, "-": -1, "_": -1, "{": -10 };

class RegionLayer {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.nodes = new Map();
    this.drag = null; // {region, name, from, before} or {pan, from}
    this.regions = structuredClone(view.model.get("regions"));
    this.layer = make("svg:g");
    view.svg.append(this.layer);
  }

  get selected() { return this.view.model.get("selected"); }

  /** Follow Python, unless a shape is in the user's hand. */
  take() {
    if (this.drag?.region) return;
    this.regions = structuredClone(this.view.model.get("regions"));
    this.place();
  }

  /** Put every shape where it belongs; nodes live on, so the keyboard's focus does too. */
  place() {
    const [toScreen, s] = [this.view.toScreen(), this.view.s];
    if (!(s > 0)) return;
    const known = new Set(this.regions.map((r) => r.id));
    for (const [id, node] of this.nodes) if (!known.has(id)) { node.remove(); this.nodes.delete(id); }
    this.regions.forEach((r, k) => {
      if (!this.nodes.has(r.id)) this.nodes.set(r.id, this.node(r.id));
      const node = this.nodes.get(r.id);
      if (this.layer.children[k] !== node) this.layer.insertBefore(node, this.layer.children[k] ?? null);
      this.shape(node, r, toScreen, s);
    });
    if (!this.view.pointer) this.view.read(null);
  }

  node(id) {
    const paths = ["nuw-body", "nuw-halo", "nuw-line"].map((c) => make("svg:path", { class: c }));
    const node = make("svg:g", { tabindex: 0, role: "img" }, ...paths,
      make("svg:text", { "text-anchor": "middle" }), make("svg:g", { class: "nuw-handles" }));
    node.dataset.id = id;
    node.addEventListener("focus", () => this.select(id));
    return node;
  }

  shape(node, r, toScreen, s) {
    const chosen = r.id === this.selected;
    const state = `${r.exclude ? "exclude" : r.role}${chosen ? " chosen" : ""}`;
    if (node.getAttribute("class") !== state) node.setAttribute("class", state);
    node.setAttribute("aria-label", `${r.label} ${described(r)}. Arrows move, brackets resize.`.trim());
    const e = extent(r);
    const strike = `M${toScreen(e.x - e.a * 0.7, e.y - e.b * 0.7)}L${toScreen(e.x + e.a * 0.7, e.y + e.b * 0.7)}`;
    const [body, halo, line, text, grips] = node.children;
    const d = outline(r, toScreen, s);
    body.setAttribute("d", d);
    for (const path of [halo, line]) path.setAttribute("d", r.exclude ? d + strike : d);
    const [tx, ty] = toScreen(e.x, e.y + e.b);
    text.setAttribute("x", tx);
    text.setAttribute("y", ty - 7);
    if (text.textContent !== r.label) text.textContent = r.label;
    this.grips(grips, chosen ? handles(r, 22 / s) : [], toScreen);
  }

  grips(group, list, toScreen) {
    while (group.children.length > list.length) group.lastChild.remove();
    list.forEach(([name, x, y], k) => {
      const grip = group.children[k] ?? group.appendChild(make("svg:circle", { r: 5 }));
      grip.dataset.handle = name;
      const [cx, cy] = toScreen(x, y);
      grip.setAttribute("cx", cx);
      grip.setAttribute("cy", cy);
    });
  }

  select(id) {
    if (id === this.selected) return;
    this.view.model.set("selected", id);
    this.view.send({ selected: id });
    this.place();
  }

  // ---- pointer -----------------------------------------------------------------------------

  /** What lies under the pointer: a handle, else the smallest shape, so that none hides another. */
  under(event) {
    const hits = document.elementsFromPoint(event.clientX, event.clientY)
      .filter((n) => this.layer.contains(n) && n !== this.layer);
    const of = (n) => this.regions.find((r) => r.id === n.closest("g[data-id]")?.dataset.id);
    const grip = hits.find((n) => n.dataset.handle);
    if (grip) return { region: of(grip), name: grip.dataset.handle };
    const shapes = hits.map(of).filter(Boolean).sort((p, q) => area(p) - area(q));
    return shapes.length > 0 ? { region: shapes[0], name: "body" } : null;
  }

  press(event) {
    if (event.button !== 0 || this.drag) return;
    event.preventDefault();
    this.view.held = this.view.canvas.getBoundingClientRect(); // the page stands still meanwhile
    const [point, hit] = [this.view.at(event), this.under(event)];
    const from = this.view.toImage(...point);
    if (!hit) {
      this.view.box.focus({ preventScroll: true });
      this.select("");
      this.drag = { pan: this.view.view, point };
      return;
    }
    this.nodes.get(hit.region.id).focus({ preventScroll: true });
    this.select(hit.region.id);
    this.drag = { ...hit, from, before: structuredClone(this.regions), moved: false };
  }

  move(event) {
    if (!this.drag) return;
    const [px, py] = this.view.at(event);
    if (this.drag.pan) return this.pan(px, py);
    const [x, y] = this.view.toImage(px, py);
    const { region, name, from } = this.drag;
    const next = name === "body" ? moved(region, x - from[0], y - from[1]) : pulled(region, name, x, y);
    this.drag.moved = true;
    this.regions = this.regions.map((r) => (r.id === region.id ? next : r));
    this.place();
    this.view.send({ regions: this.regions, dragging: true });
  }

  pan(px, py) {
    const { pan, point } = this.drag;
    if (Math.hypot(px - point[0], py - point[1]) < 3 && !this.drag.moved) return;
    this.drag.moved = true;
    const s = this.view.s;
    const [x, y] = [pan.x - (px - point[0]) / s, pan.y + (py - point[1]) / s];
    this.view.look({ ...pan, x: rounded(x), y: rounded(y) }, false);
  }

  release() {
    const drag = this.drag;
    this.drag = this.view.held = null;
    if (drag?.region && drag.moved) this.view.send({ regions: this.regions, dragging: false }, true);
  }

  /** Esc during a drag puts back what was; otherwise it lets go of the selection. */
  escape(event) {
    if (event.key !== "Escape" || !(this.drag || this.layer.contains(document.activeElement))) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.drag?.region) this.regions = this.drag.before;
    else if (this.drag) this.view.look(this.drag.pan);
    else this.view.box.focus({ preventScroll: true });
    if (this.drag) this.release();
    else this.select("");
    this.place();
  }

  // ---- keyboard ----------------------------------------------------------------------------

  key(event) {
    const region = this.regions.find((r) => r.id === this.selected);
    if (!region || event.ctrlKey || event.metaKey || event.altKey) return;
    const [arrow, size] = [ARROWS[event.key], SIZES[event.key]];
    const far = event.shiftKey ? 10 : 1;
    let next = this.regions;
    const put = (r) => this.regions.map((old) => (old.id === r.id ? r : old));
    if (arrow) next = put(moved(region, arrow[0] * far, arrow[1] * far));
    else if (size) next = put(resized(region, size));
    else if (event.key === "Delete" && this.view.model.get("can_delete")) {
      next = this.regions.filter((r) => r.id !== region.id);
      this.select("");
      this.view.box.focus({ preventScroll: true });
    } else return;
    event.preventDefault();
    event.stopPropagation();
    this.regions = next;
    this.place();
    this.view.send({ regions: next });
  }

  /** The selected shape in words and numbers. */
  reading() {
    const region = this.regions.find((r) => r.id === this.selected);
    return region ? described(region) : "";
  }
}

