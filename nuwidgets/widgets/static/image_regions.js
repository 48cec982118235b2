// The shapes above the image: which there are, which are chosen, and how they are drawn.

// Colours of regions that are neither source nor background: told apart by the colour-blind too.
const CYCLE = ["#ffb347", "#ff8fd0", "#f5e663", "#b8a6ff", "#7cc4ff", "#e8c9a0"];

class RegionLayer {
  /** @param {ImageView} view */
  constructor(view) {
    this.view = view;
    this.nodes = new Map();
    this.colours = new Map();
    this.number = 0;
    this.busy = false; // a hand holds a shape: what Python says of regions comes too late
    this.drawing = null; // the shape that is being drawn
    this.regions = structuredClone(view.model.get("regions"));
    this.layer = make("svg:g", { class: "nuw-regions" });
    this.above = make("svg:g", { class: "nuw-sketch" });
  }

  /** Ids of what is chosen, the last one last. @returns {string[]} */
  get chosen() {
    const known = new Set(this.regions.map((r) => r.id));
    return this.view.model.get("chosen").filter((id) => known.has(id));
  }

  get picked() {
    const ids = new Set(this.chosen);
    return this.regions.filter((r) => ids.has(r.id));
  }

  /** Follow Python, unless a shape is in the user's hand. */
  take() {
    if (this.busy) return;
    this.regions = structuredClone(this.view.model.get("regions"));
    this.place();
  }

  choose(ids) {
    const now = this.view.model.get("chosen");
    if (ids.length === now.length && ids.every((id, k) => id === now[k])) return;
    this.view.wire.tell({ chosen: ids, selected: ids[ids.length - 1] ?? "" });
    this.place();
  }

  /** Show other shapes and tell Python. */
  put(regions, more = {}, now = false) {
    this.regions = regions;
    this.place();
    this.view.wire.send({ regions, ...more }, now);
  }

  /** Change what is chosen, e.g. by a key. @param {(r: Region) => Region} change */
  change(change) {
    const ids = new Set(this.chosen);
    this.put(this.regions.map((r) => (ids.has(r.id) ? change(r) : r)));
  }

  /** Append shapes without ids and choose them. @param {object[]} items */
  append(items, more = {}) {
    const added = items.map((item) => ({ role: "source", exclude: false, label: "", ...item, id: this.fresh() }));
    const chosen = added.map((r) => r.id);
    this.view.wire.tell({ chosen, selected: chosen[chosen.length - 1] });
    this.put([...this.regions, ...added], { dragging: false, ...more }, true);
    this.nodes.get(chosen[chosen.length - 1])?.focus({ preventScroll: true });
  }

  fresh() {
    const known = new Set(this.regions.map((r) => r.id));
    do this.number += 1; while (known.has(`new-${this.number}`));
    return `new-${this.number}`;
  }

  colour(r) {
    if (r.color) return r.color;
    if (r.exclude || r.role === "source" || r.role === "background") return "";
    if (!this.colours.has(r.role)) this.colours.set(r.role, CYCLE[this.colours.size % CYCLE.length]);
    return this.colours.get(r.role);
  }

  // ---- drawing -----------------------------------------------------------------------------

  /** Put every shape where it belongs; nodes live on, so the keyboard's focus does too. */
  place() {
    const [P, s] = [this.view.toScreen(), this.view.s];
    if (!(s > 0)) return;
    const [known, chosen] = [new Set(this.regions.map((r) => r.id)), new Set(this.chosen)];
    const { activeElement } = document; // a node that moves loses the focus, and so the keys
    for (const [id, node] of this.nodes) if (!known.has(id)) this.drop(id, node);
    this.regions.forEach((r, k) => {
      if (!this.nodes.has(r.id)) this.nodes.set(r.id, this.node(r.id));
      const node = this.nodes.get(r.id);
      if (this.layer.children[k] !== node) this.layer.insertBefore(node, this.layer.children[k] ?? null);
      this.shape(node, r, P, s, chosen.has(r.id));
      const grips = chosen.size === 1 && chosen.has(r.id) ? handles(r, 22 / s) : [];
      this.grips(node.lastChild, grips, P);
    });
    const lost = activeElement !== document.activeElement && this.layer.contains(activeElement);
    if (lost) activeElement.focus({ preventScroll: true });
    this.placeSketch(P, s);
    this.view.readOut.write();
  }

  node(id) {
    const paths = ["nuw-body", "nuw-halo", "nuw-line"].map((c) => make("svg:path", { class: c }));
    const node = make("svg:g", { tabindex: 0, role: "img" }, ...paths,
      make("svg:text", { "text-anchor": "middle" }), make("svg:g", { class: "nuw-handles" }));
    node.dataset.id = id;
    node.addEventListener("focus", () => { if (!this.chosen.includes(id)) this.choose([id]); });
    return node;
  }

  /** Take a shape off the page; the keyboard stays in the image. */
  drop(id, node) {
    const focused = node.contains(document.activeElement);
    node.remove();
    this.nodes.delete(id);
    if (focused) this.view.box.focus({ preventScroll: true });
  }

  shape(node, r, P, s, chosen) {
    const role = ["source", "background"].includes(r.role) ? r.role : "named";
    const state = `${role}${r.exclude ? " exclude" : ""}${chosen ? " chosen" : ""}`;
    if (node.getAttribute("class") !== state) node.setAttribute("class", state);
    const colour = this.colour(r);
    if (node.dataset.colour !== colour) {
      node.dataset.colour = colour;
      node.style.setProperty("--own", colour || "initial");
    }
    node.setAttribute("aria-label",
      `${r.label} ${described(r)}${chosen ? ", chosen" : ""}. Arrows move, brackets resize, comma and full stop turn.`.trim());
    const [e, [body, halo, line, text]] = [extent(r), node.children];
    const d = outline(r, P, s);
    body.setAttribute("d", d);
    const [[x0, y0], [x1, y1]] = [P(e.x - e.a * 0.7, e.y - e.b * 0.7), P(e.x + e.a * 0.7, e.y + e.b * 0.7)];
    const most = Math.max(0, 8 - (x1 - x0) / 2); // even a point is struck through visibly
    const strike = `M${x0 - most} ${y0 + most}L${x1 + most} ${y1 - most}`;
    for (const path of [halo, line]) path.setAttribute("d", r.exclude ? d + strike : d);
    const [tx, ty] = P(e.x, e.y + e.b);
    text.setAttribute("x", tx);
    text.setAttribute("y", ty - (r.shape === "point" ? 14 : 7));
    if (text.textContent !== r.label) text.textContent = r.label;
  }

  grips(group, list, P) {
    while (group.children.length > list.length) group.lastChild.remove();
    list.forEach(([name, x, y], k) => {
      const grip = group.children[k] ?? group.appendChild(make("svg:circle"));
      grip.dataset.handle = name;
      const [cx, cy] = P(x, y);
      grip.setAttribute("r", name[0] === "e" ? 3.5 : 5);
      grip.setAttribute("cx", cx);
      grip.setAttribute("cy", cy);
    });
  }

  /** The shape that is being drawn, or the band that chooses. */
  placeSketch(P, s) {
    if (!this.drawing) { if (this.above.firstChild) this.above.replaceChildren(); return; }
    const { item, loose } = this.drawing;
    const d = loose ? `M${item.pts.map(([x, y]) => P(x, y)).join("L")}` : outline(item, P, s);
    const dots = loose ? item.pts.map(([x, y]) => P(x, y)) : [];
    this.above.replaceChildren(make("svg:path", { class: "nuw-halo", d }), make("svg:path", { class: "nuw-line", d }),
      ...dots.map(([cx, cy], k) => make("svg:circle", { cx, cy, r: k === 0 ? 5 : 3 })));
  }

  /** What is chosen in words and numbers. */
  reading() {
    const { arcsec } = this.view;
    if (this.drawing?.words) return this.drawing.words;
    if (this.drawing) return described({ role: this.view.model.get("draw_role"), ...this.drawing.item }, arcsec);
    const { picked } = this;
    if (picked.length > 1) return `${picked.length} shapes chosen: drag or arrows move all`;
    return picked.length === 1 ? described(picked[0], arcsec) : "";
  }
}
