// What pointer and keys do to the row table: a click ticks a row or takes its tick away and leaves
// the others as they are, Shift extends; arrows move, Space ticks, Ctrl-A picks all in sight. Where
// rows are looked at, only a box ticks: a click beside it, or Enter, looks at the row.

const STEPS = { ArrowDown: 1, ArrowUp: -1, PageDown: 1, PageUp: -1, Home: -1e9, End: 1e9 };

class Hands {
  /** @param {RowTable} table */
  constructor(table) {
    this.table = table;
    this.picks = new Picks();
    this.own = false; // whether what is picked was just said by a hand
    const on = (node, event, hear) => node.addEventListener(event, hear, { signal: table.stop.signal });
    on(table.body, "mousedown", (event) => this.down(event));
    on(table.body, "click", (event) => this.press(event));
    on(table.head, "click", (event) => this.sortBy(event.target.closest("th")?.dataset.column));
    on(table.grid, "keydown", (event) => {
      if (event.target.closest("th") ? !this.headKey(event) : !this.key(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    on(table.all, "change", () => this.pickAll(table.all.checked));
    on(table.search, "input", () => this.search());
    on(table.search, "keydown", (event) => { if (event.key === "ArrowDown") table.grid.focus(); });
  }

  get current() { return this.table.get("selected"); }

  get picked() { return this.table.get("picked"); }

  /** Somebody else chose rows: a range begins where one is now. */
  follow() { if (!this.own) this.picks.start(this.current, this.picked); }

  pick(picked, selected) {
    const [wanted, keys] = [new Set(picked), this.table.rows.map(([key]) => key)];
    this.own = true;
    this.table.tell({ picked: keys.filter((key) => wanted.has(key)), selected });
    this.table.later("mark");
    queueMicrotask(() => { this.own = false; });
  }

  pickAll(put) {
    const { free } = this.table;
    const others = this.picked.filter((key) => !free.has(key));
    this.pick(put ? [...others, ...free] : others, this.current);
  }

  /** With Shift one marks rows, not words. */
  down(event) {
    if (!event.shiftKey) return;
    event.preventDefault();
    this.table.grid.focus({ preventScroll: true });
  }

  press(event) {
    const { body, many, free, looks } = this.table;
    const row = event.target.closest("tr[data-key]");
    const words = getSelection();
    const copying = !words.isCollapsed && body.contains(words.anchorNode);
    if (!row || (copying && !event.shiftKey)) return;
    const { key } = row.dataset;
    if (!many) this.table.tell({ selected: key });
    else if (looks && !event.target.closest(".nuw-tick")) this.look(key, event);
    else if (event.shiftKey) this.extend(key);
    else this.pick(this.picks.toggle(key, this.picked, free), key);
  }

  extend(key) {
    const { drawn, free } = this.table;
    const from = drawn.includes(this.current) ? this.current : key;
    if (!drawn.includes(this.picks.anchor)) this.picks.start(from, this.picked);
    this.pick(this.picks.reach(key, drawn, free), key);
  }

  /** Look at a row: with Ctrl at others too, with Shift at all from the last one to here. */
  look(key, { shiftKey, ctrlKey, metaKey }) {
    const { drawn, rows } = this.table;
    const [before, ends] = [this.table.get("looked_at"), [drawn.indexOf(this.current), drawn.indexOf(key)]];
    const range = drawn.slice(Math.max(0, Math.min(...ends)), Math.max(...ends) + 1);
    const others = before.filter((one) => one !== key);
    const toggled = others.length < before.length ? others : [...others, key];
    const wanted = new Set(shiftKey ? range : ctrlKey || metaKey ? toggled : [key]);
    const keys = rows.map(([one]) => one).filter((one) => wanted.has(one));
    this.table.tell({ looked_at: keys, selected: key });
    this.table.later("mark");
  }

  /** @returns {boolean} whether the key meant something here */
  key(event) {
    const { drawn, many, free, looks } = this.table;
    const held = event.ctrlKey || event.metaKey;
    if (many && held && event.key.toLowerCase() === "a") { this.pickAll(true); return true; }
    if (held || event.altKey || !drawn.length) return false;
    const now = drawn.indexOf(this.current);
    if (many && event.key === " ") {
      const key = drawn[Math.max(0, now)];
      this.pick(this.picks.toggle(key, this.picked, free), key);
      return true;
    }
    if (looks && event.key === "Enter" && now >= 0) { this.look(drawn[now], event); return true; }
    if (event.key in STEPS) this.go(now, event);
    return event.key in STEPS;
  }

  go(now, { key: name, shiftKey }) {
    const { drawn, body, frame, many, looks } = this.table;
    const page = Math.max(1, Math.floor(frame.clientHeight / body.rows[0].offsetHeight) - 2);
    const step = STEPS[name] * (name.startsWith("Page") ? page : 1);
    const to = now < 0 && name !== "End" ? 0 : now + step;
    const key = drawn[Math.min(drawn.length - 1, Math.max(0, to))];
    if (looks && shiftKey) this.look(key, { shiftKey });
    else if (many && shiftKey) this.extend(key);
    else this.table.tell({ selected: key });
    this.reveal(this.table.lines.get(key).node);
  }

  /** Scroll a row into sight, below the head; nothing but the table itself moves. */
  reveal(row) {
    const { frame, head } = this.table;
    const [line, title, box] = [row, head, frame].map((node) => node.getBoundingClientRect());
    const [above, below] = [line.top - title.bottom, line.bottom - box.top - frame.clientHeight];
    if (above < 0) frame.scrollTop += above;
    else if (below > 0) frame.scrollTop += below;
  }

  search() {
    this.table.tell({ filter: this.table.search.value });
    this.table.frame.scrollTop = 0;
  }

  sortBy(name) {
    if (name === undefined) return;
    const [column, way] = this.table.get("sort");
    const next = CYCLE[column === name ? way : ""];
    this.table.tell({ sort: next ? [name, next] : [] });
    this.table.frame.scrollTop = 0;
  }

  /** In the head left and right go from column to column, down goes to the rows. */
  headKey(event) {
    const heads = [...this.table.head.querySelectorAll("button")];
    const to = heads.indexOf(event.target) + ({ ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? NaN);
    if (event.key === "ArrowDown") this.table.grid.focus({ preventScroll: true });
    if (!(to in heads)) return event.key === "ArrowDown";
    for (const head of heads) head.setAttribute("tabindex", head === heads[to] ? 0 : -1);
    heads[to].focus();
    return true;
  }
}
