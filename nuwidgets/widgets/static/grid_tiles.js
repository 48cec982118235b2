// Tiles side by side: one is walked to by arrows, looked at, ticked, enlarged. What is in a tile is
// drawn by a painter.

/**
 * @typedef {{id: string, title: string, note: string, foot: string, state: string, why: string,
 *   used: boolean, says: string}} Tile
 */

const GRID_TRAITS = "tiles focus large tile_px most_px alt empty";
const GRID_KEYS = "arrows move, Enter looks at one, Space ticks it, Z enlarges it, Escape ends both";

class TileGrid {
  /**
   * @param {object} painter  `make(stage)` puts nodes into a tile, `prepare()` reads what is the same
   *   for all, `paint(entry)` draws one; `traits` are the names of those that it follows
   */
  constructor(model, el, painter) {
    this.model = model;
    this.painter = painter;
    painter.grid = this;
    this.entries = new Map();
    this.stop = new AbortController();
    this.at = "";
    this.build(el);
    this.watch();
    this.arrange();
    this.drawn();
  }

  get(trait) { return this.model.get(trait); }

  build(el) {
    el.classList.add("nuw-mosaic-host");
    this.said = make("span", { class: "nuw-mosaic-said", role: "status" });
    this.key = make("span", { class: "nuw-mosaic-key" });
    this.list = make("div", { class: "nuw-mosaic-tiles", role: "group" });
    this.none = make("div", { class: "nuw-mosaic-none" });
    this.box = make("div", { class: `nuw-mosaic nuw-mosaic-${this.painter.kind}`, "data-lm-suppress-shortcuts": true },
      this.list, this.none, make("div", { class: "nuw-mosaic-foot" }, this.key, this.said));
    el.append(this.box);
    const on = (name, act) => this.list.addEventListener(name, act, { signal: this.stop.signal });
    on("click", (event) => this.clicked(event));
    on("dblclick", (event) => { if (event.target.closest(".nuw-shot-stage")) this.enlarge(this.idOf(event)); });
    on("keydown", (event) => this.keyed(event));
    on("change", (event) => this.ticked(event));
    on("focusin", (event) => this.rove(this.idOf(event)));
  }

  watch() {
    const follow = (names, act) => {
      const heard = names.replace(/\w+/g, "change:$&");
      this.model.on(heard, act);
      this.stop.signal.addEventListener("abort", () => this.model.off(heard, act));
    };
    follow(GRID_TRAITS, () => this.later("arrange"));
    follow(this.painter.traits, () => this.later("repaint"));
    follow("sent", () => this.later("drawn"));
    this.seen = new IntersectionObserver((found) => this.sight(found), { rootMargin: "200px" });
    this.sizes = new ResizeObserver(() => this.later("resize"));
    this.sizes.observe(this.list);
    this.themes = new MutationObserver(() => this.recolour());
    this.themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  }

  /** Take the colours of another theme, whose sheet may arrive later than its name. */
  recolour() {
    for (const wait of [0, 200, 600, 1500, 4000]) {
      setTimeout(() => { if (!this.stop.signal.aborted) { this.painter.forget(); this.later("repaint"); } }, wait);
    }
  }

  /** Do things once for all traits of a message, in the next frame. */
  later(what) {
    this.due ??= new Set();
    if (this.due.size === 0) requestAnimationFrame(() => {
      const due = this.due;
      this.due = new Set();
      if (this.stop.signal.aborted) return;
      if (due.has("arrange")) this.arrange();
      if (due.has("arrange") || due.has("repaint") || due.has("resize")) this.repaint();
      if (due.has("drawn")) this.drawn();
    });
    this.due.add(what);
  }

  /** Tell Python that all that was sent is drawn. */
  drawn() {
    if (this.get("drawn") === this.get("sent")) return;
    this.model.set("drawn", this.get("sent"));
    this.model.save_changes();
  }

  // ---- tiles -------------------------------------------------------------------------------

  arrange() {
    const [tiles, focus, large] = [this.get("tiles"), this.get("focus"), this.get("large")];
    this.list.setAttribute("aria-label", `${this.get("alt")} (${GRID_KEYS})`);
    this.box.style.setProperty("--tile", `${this.get("tile_px")}px`);
    this.list.style.maxHeight = `${this.get("most_px")}px`;
    this.none.textContent = this.get("empty");
    this.none.hidden = tiles.length > 0;
    this.list.hidden = !tiles.length;
    const ids = new Set(tiles.map(({ id }) => id));
    for (const [id, entry] of this.entries) if (!ids.has(id)) this.drop(id, entry);
    tiles.forEach((tile, k) => {
      const entry = this.entries.get(tile.id) ?? this.add(tile.id);
      Object.assign(entry, { tile, k });
      this.dress(entry, focus, large);
    });
    this.order(tiles);
    this.rove(ids.has(this.at) ? this.at : focus[0] ?? tiles[0]?.id ?? "");
    this.show(focus, large);
    this.repaint();
  }

  add(id) {
    const tick = make("input", { type: "checkbox", tabindex: -1 });
    const [title, note] = [make("b"), make("span", { class: "nuw-shot-note" })];
    const more = make("button", { type: "button", class: "nuw-shot-more", tabindex: -1 }, "⤢");
    const stage = make("div", { class: "nuw-shot-stage" });
    const why = make("div", { class: "nuw-shot-why" });
    const foot = make("div", { class: "nuw-shot-foot" });
    const head = make("div", { class: "nuw-shot-head" }, make("label", {}, tick, title), note);
    stage.append(why, more);
    const node = make("div", { class: "nuw-shot", role: "group", tabindex: -1 }, head, stage, foot);
    node.dataset.id = id;
    const entry = { id, node, tick, title, note, more, stage, why, foot, seen: false, ...this.painter.make(stage) };
    this.entries.set(id, entry);
    this.seen.observe(node);
    return entry;
  }

  drop(id, { node }) {
    this.seen.unobserve(node);
    node.remove();
    this.entries.delete(id);
  }

  /** Write what a tile says and how it stands. */
  dress(entry, focus, large) {
    const { tile, node, tick, title, note, more, why, foot } = entry;
    const write = (place, text) => { if (place.textContent !== text) place.textContent = text; };
    write(title, tile.title);
    write(note, tile.note);
    write(foot, tile.foot);
    write(why, tile.why);
    const [on, big] = [focus.includes(tile.id), large === tile.id];
    Object.assign(tick, { checked: tile.used, title: `Include ${tile.id} in the fit: s.use(…)` });
    tick.setAttribute("aria-label", `include ${tile.id}`);
    more.title = big ? "Make it small again" : "Enlarge it here (double click, Z)";
    more.setAttribute("aria-label", `${big ? "shrink" : "enlarge"} ${tile.id}`);
    node.className = ["nuw-shot", tile.state && `nuw-shot-${tile.state}`, !tile.used && "nuw-shot-unused",
      on && "nuw-shot-on", big && "nuw-shot-large"].filter(Boolean).join(" ");
    node.setAttribute("aria-label", tile.says || `${tile.title} ${tile.note} ${tile.foot} ${tile.why}`);
    if (on) node.setAttribute("aria-current", "true"); else node.removeAttribute("aria-current");
  }

  /** Nodes are moved only where the order is another: a move takes the keyboard's focus away. */
  order(tiles) {
    const wanted = tiles.map(({ id }) => this.entries.get(id).node);
    const now = [...this.list.children];
    if (now.length === wanted.length && now.every((node, k) => node === wanted[k])) return;
    const held = this.list.contains(document.activeElement) ? document.activeElement : null;
    this.list.append(...wanted);
    held?.focus({ preventScroll: true });
  }

  /** Bring what was chosen elsewhere into sight, inside the grid alone. */
  show(focus, large) {
    const key = `${focus.join()} ${large}`;
    const node = this.entries.get(large || focus[focus.length - 1])?.node;
    if (key === this.shown) return;
    this.shown = key;
    if (!node || this.list.scrollHeight <= this.list.clientHeight) return;
    const [top, bottom] = [node.offsetTop - this.list.offsetTop, node.offsetTop - this.list.offsetTop + node.offsetHeight];
    const { scrollTop, clientHeight } = this.list;
    if (top < scrollTop || bottom > scrollTop + clientHeight) this.list.scrollTop = Math.max(0, top - 8);
  }

  sight(found) {
    for (const { target, isIntersecting } of found) {
      const entry = this.entries.get(target.dataset.id);
      if (!entry) continue;
      entry.seen = isIntersecting;
      if (isIntersecting && entry.due) this.paint(entry);
    }
  }

  /** Paint what is in sight; the rest when it comes into sight. */
  repaint() {
    const across = Math.floor(this.list.clientWidth / (this.get("tile_px") + 8)); // with the gap
    this.box.style.setProperty("--span", Math.max(1, Math.min(3, across)));
    this.painter.prepare();
    for (const entry of this.entries.values()) {
      if (entry.seen) this.paint(entry);
      else entry.due = true;
    }
  }

  /** Paint once more in a moment. */
  again() {
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.later("repaint"), 100);
  }

  paint(entry) {
    entry.due = false;
    this.painter.paint(entry);
  }

  // ---- hands -------------------------------------------------------------------------------

  idOf(event) { return event.target.closest?.(".nuw-shot")?.dataset.id ?? ""; }

  clicked(event) {
    const id = this.idOf(event);
    if (event.target.closest(".nuw-shot-more")) { this.enlarge(id); return; }
    if (!id || event.target.closest("label") || event.detail > 1) return;
    const focus = this.get("focus");
    const many = event.ctrlKey || event.metaKey;
    const others = focus.filter((one) => one !== id);
    this.look(many ? (focus.includes(id) ? others : [...others, id]) : [id]);
  }

  look(ids) { this.model.send({ act: "look", ids }); }

  ticked(event) {
    if (event.target.type !== "checkbox") return;
    this.model.send({ act: "tick", ids: [this.idOf(event)], on: event.target.checked });
  }

  enlarge(id) {
    this.model.set("large", this.get("large") === id ? "" : id);
    this.model.save_changes();
  }

  /** One tile is reached by Tab, the others by arrows. */
  rove(id) {
    if (!this.entries.has(id)) return;
    this.entries.get(this.at)?.node.setAttribute("tabindex", -1);
    this.at = id;
    this.entries.get(id).node.setAttribute("tabindex", 0);
  }

  step(key) {
    const tiles = this.get("tiles");
    const now = tiles.findIndex(({ id }) => id === this.at);
    const tops = tiles.map(({ id }) => this.entries.get(id).node.offsetTop);
    const across = Math.max(1, tops.filter((top) => top === tops[0]).length);
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, ArrowUp: now - across, ArrowDown: now + across,
      Home: 0, End: tiles.length - 1 }[key];
    if (to < 0 || to >= tiles.length) return;
    this.rove(tiles[to].id);
    this.entries.get(this.at).node.focus();
  }

  keyed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || !this.at) return;
    const entry = this.entries.get(this.at);
    const inside = event.target !== entry.node; // a tick box or a button has its own Space and Enter
    if (/^(Arrow|Home|End)/.test(event.key)) this.step(event.key);
    else if (event.key === "Enter" && !inside) this.look([this.at]);
    else if (event.key === " " && !inside) this.model.send({ act: "tick", ids: [this.at], on: !entry.tile.used });
    else if (event.key === "z" || event.key === "Z") this.enlarge(this.at);
    else if (event.key === "Escape" && this.get("large")) this.enlarge(this.get("large"));
    else if (event.key === "Escape") this.look([]);
    else if (!this.painter.keyed?.(event, entry)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    this.stop.abort();
    clearTimeout(this.retry);
    this.seen.disconnect();
    this.sizes.disconnect();
    this.themes.disconnect();
  }
}
