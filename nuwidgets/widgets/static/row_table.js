// The row table: a head that stays in sight, rows with tick boxes, a field that filters. Python's
// traits are the truth; a row is known by its key. Text goes through textContent only.

const DRAWS = {
  load: "rows columns align refused marks dots many looks most height alt empty searchable",
  arrange: "filter sort",
  mark: "selected picked looked_at",
};
const CYCLE = { "": "up", up: "down", down: "" };
const SAID = { up: "ascending", down: "descending", "": "none" };
let made = 0;

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

const count = (n) => n.toLocaleString("en");

class RowTable {
  constructor(model, el) {
    this.model = model;
    this.lines = new Map(); // key -> how it looks, and its row
    this.waiting = [];
    this.stop = new AbortController();
    this.build(el);
    this.hands = new Hands(this);
    for (const [draw, traits] of Object.entries(DRAWS)) {
      const [heard, hear] = [traits.replace(/\w+/g, "change:$&"), () => this.later(draw)];
      model.on(heard, hear);
      this.stop.signal.addEventListener("abort", () => model.off(heard, hear));
    }
    this.load();
  }

  get(trait) { return this.model.get(trait); }

  tell(changes) {
    for (const [trait, value] of Object.entries(changes)) this.model.set(trait, value);
    this.model.save_changes();
  }

  build(el) {
    el.classList.add("nuw-table-host");
    this.search = make("input", { type: "search", placeholder: "filter", spellcheck: false, autocomplete: "off" });
    this.search.setAttribute("aria-label", "filter: words that a row must have");
    this.count = make("span", { class: "nuw-count", role: "status" });
    this.bar = make("div", { class: "nuw-table-bar" }, this.search, this.count);
    this.all = make("input", { type: "checkbox", "aria-label": "pick all rows that are shown, or none" });
    this.head = make("tr", { role: "row" });
    this.body = make("tbody");
    this.sizes = make("tr", { class: "nuw-sizes", "aria-hidden": true });
    const parts = [make("thead", {}, this.head), this.body, make("tfoot", {}, this.sizes)];
    this.grid = make("table", { role: "grid", tabindex: 0 }, ...parts);
    this.frame = make("div", { class: "nuw-table" }, this.grid);
    this.why = make("div", { class: "nuw-why", role: "status" });
    el.append(make("div", { class: "nuw-rows", "data-lm-suppress-shortcuts": true }, this.bar, this.frame, this.why));
  }

  /** Draw once for all traits of a message. */
  later(draw) {
    this.waiting.push(draw);
    if (this.waiting.length > 1) return;
    queueMicrotask(() => {
      const most = Object.keys(DRAWS).find((name) => this.waiting.includes(name));
      this.waiting = [];
      if (!this.stop.signal.aborted) this[most]();
    });
  }

  /** Take over other rows. */
  load() {
    const [columns, align] = [this.get("columns"), new Set(this.get("align"))];
    this.rows = this.get("rows").filter((row) => row.length === columns.length + 1);
    this.hay = new Map(this.rows.map((row) => [row[0], haystack(row)]));
    this.refused = new Map(Object.entries(this.get("refused")));
    this.marks = new Map(Object.entries(this.get("marks")));
    [this.many, this.looks, this.names] = [this.get("many"), this.get("looks"), columns];
    this.sides = columns.map((name) => (align.has(name) ? "nuw-right" : ""));
    const shape = JSON.stringify([columns, this.sides, this.many]);
    if (shape !== this.shape) { this.lines.clear(); this.drawHead(columns); }
    this.shape = shape;
    for (const key of this.lines.keys()) if (!this.hay.has(key)) this.lines.delete(key);
    this.frame.style.maxHeight = `${this.get("height")}px`;
    this.grid.setAttribute("aria-label", this.get("alt"));
    this.grid.setAttribute("aria-multiselectable", this.many);
    this.search.hidden = !this.get("searchable");
    this.why.hidden = !this.many;
    this.holdWidths(columns);
    this.arrange();
  }

  drawHead(columns) {
    const cells = columns.map((name, index) => {
      const button = make("button", { type: "button", tabindex: index ? -1 : 0 }, make("span", {}, name));
      const cell = make("th", { scope: "col", role: "columnheader", class: this.sides[index] }, button);
      cell.dataset.column = name;
      return cell;
    });
    if (this.many) cells.unshift(make("th", { scope: "col", role: "columnheader", class: "nuw-tick" }, this.all));
    this.head.replaceChildren(...cells);
  }

  /** A row without height keeps the columns as wide as they are without a filter. */
  holdWidths(columns) {
    const cells = widest(columns, this.rows).map((texts) => make("td", {}, ...texts.map((text) => make("div", {}, text))));
    this.sizes.replaceChildren(...(this.many ? [make("td", { class: "nuw-tick" })] : []), ...cells);
  }

  /** The rows that pass the filter, in their order; rows that look the same stay what they are. */
  arrange() {
    const [words, [column, way], most] = [needles(this.get("filter")), this.get("sort"), this.get("most")];
    const { scrollTop, scrollLeft } = this.frame;
    this.holdHeight(words.length > 0);
    const passed = this.rows.filter(([key]) => passes(this.hay.get(key), words));
    const index = this.get("columns").indexOf(column);
    const rows = index < 0 ? passed : ordered(passed, index, way);
    const drawn = rows.slice(0, most);
    this.drawn = drawn.map(([key]) => key);
    this.passed = new Set(passed.map(([key]) => key));
    this.free = new Set([...this.passed].filter((key) => !this.refused.has(key)));
    const nodes = [...drawn.map((row) => this.line(row)), ...this.remark(rows.length - drawn.length)];
    const same = nodes.length === this.body.rows.length && nodes.every((node, n) => node === this.body.rows[n]);
    if (!same) this.body.replaceChildren(...nodes);
    Object.assign(this.frame, { scrollTop, scrollLeft });
    this.markHead(column, way);
    this.mark();
  }

  /** What stands below does not jump while one types a filter. */
  holdHeight(filtered) {
    const { style, offsetHeight } = this.frame;
    if (!filtered) style.minHeight = "";
    else if (!style.minHeight) style.minHeight = `${offsetHeight}px`;
  }

  line(row) {
    const [key, ...texts] = row;
    const [why, state] = [this.refused.get(key), this.marks.get(key)];
    const dots = this.names.map((name) => this.get("dots")[name]?.[key]);
    const look = JSON.stringify([row, why, state, dots]);
    const known = this.lines.get(key);
    if (known?.look === look) return known.node;
    const hint = why === undefined ? "" : `Cannot be picked: ${why}`;
    const cells = texts.map((text, index) => {
      const title = hint ? `${text}\n${hint}` : text;
      const cell = make("td", { role: "gridcell", title, class: this.sides[index] }, text);
      if (dots[index]) cell.dataset.dot = dots[index];
      return cell;
    });
    if (this.many) cells.unshift(make("td", { role: "gridcell", title: hint, class: "nuw-tick" }, ...this.tick(hint)));
    const node = make("tr", { role: "row", id: `nuw-row-${++made}` }, ...cells);
    node.dataset.key = key;
    if (state) node.dataset.mark = state;
    if (hint) node.setAttribute("aria-disabled", "true");
    this.lines.set(key, { look, node });
    return node;
  }

  tick(hint) {
    if (!hint) return [make("input", { type: "checkbox", tabindex: -1, "aria-hidden": true })];
    return [make("span", { class: "nuw-struck", "aria-hidden": true }), make("span", { class: "nuw-heard" }, hint)];
  }

  /** A line that is no row, where there is something to say. */
  remark(beyond) {
    let text = "";
    if (beyond > 0) text = `… and ${count(beyond)} more${this.search.hidden ? "" : ": filter to see them"}`;
    else if (!this.rows.length) text = this.get("empty");
    else if (!this.drawn.length) text = "No row has all these words.";
    const cell = make("td", { colspan: this.sides.length + (this.many ? 1 : 0) }, text);
    return text ? [make("tr", { class: "nuw-none" }, cell)] : [];
  }

  markHead(column, way) {
    for (const cell of this.head.querySelectorAll("[data-column]")) {
      const { column: name } = cell.dataset;
      const now = name === column ? way : "";
      cell.setAttribute("aria-sort", SAID[now]);
      cell.title = CYCLE[now] ? `${name}: sort ${SAID[CYCLE[now]]}` : `${name}: back to the first order`;
    }
  }

  mark() {
    const [current, picked] = [this.get("selected"), new Set(this.get("picked"))];
    const seen = this.looks ? new Set(this.get("looked_at")) : picked;
    this.hands.follow();
    for (const row of this.body.querySelectorAll("tr[data-key]")) {
      const { key } = row.dataset;
      const chosen = this.many ? seen.has(key) : key === current;
      row.setAttribute("aria-selected", chosen);
      row.classList.toggle("nuw-current", key === current);
      const box = row.querySelector("input");
      if (box) box.checked = picked.has(key);
    }
    const line = this.drawn.includes(current) ? this.lines.get(current).node : null;
    if (line) this.grid.setAttribute("aria-activedescendant", line.id);
    else this.grid.removeAttribute("aria-activedescendant");
    this.say(picked, this.refused.get(current));
    if (this.looks || !this.many) this.show(this.looks ? this.get("looked_at")[0] : current);
  }

  /** Bring what was chosen elsewhere into sight, once. */
  show(key) {
    if (key === this.shown || !this.frame.clientHeight) return;
    this.shown = key;
    if (this.drawn.includes(key)) this.hands.reveal(this.lines.get(key).node);
  }

  say(picked, why) {
    const ticked = [...this.free].filter((key) => picked.has(key)).length;
    this.all.checked = ticked > 0 && ticked === this.free.size;
    this.all.indeterminate = ticked > 0 && ticked < this.free.size;
    this.all.disabled = !this.free.size;
    this.all.title = `pick all ${count(this.free.size)} that are shown and can be picked, or none`;
    const [filter, all] = [this.get("filter"), this.rows.length];
    const hidden = [...picked].filter((key) => !this.passed.has(key)).length;
    const rows = `${count(this.passed.size)} of ${count(all)} row${all === 1 ? "" : "s"}`;
    const picks = `${count(picked.size)} picked${hidden ? `, ${count(hidden)} of them hidden by the filter` : ""}`;
    this.count.textContent = this.many ? `${rows} · ${picks}` : rows;
    this.bar.hidden = this.search.hidden && !filter;
    if (this.search.value !== filter) this.search.value = filter;
    this.why.textContent = why === undefined ? "" : `Cannot be picked: ${why}`;
  }
}

function render({ model, el }) {
  const table = new RowTable(model, el);
  return () => table.stop.abort();
}

export default { render };
