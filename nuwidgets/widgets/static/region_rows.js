// Shapes in groups, in the order in which they count. Python's traits are the truth; a row is
// known by its key and stays the same element, so that the focus lasts.

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/** Write only what is another text: nothing is laid out anew without need. */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function button(name, text, act) {
  const node = make("button", { type: "button", class: `nuw-shape-${name}` }, text);
  node.addEventListener("click", (event) => { event.stopPropagation(); act(event); });
  return node;
}

class Row {
  constructor(list, key) {
    this.list = list;
    this.key = key;
    this.grip = button("grip", "⠿", () => list.choose(key, false));
    this.turn = button("turn", "+", () => list.send("turn", { ids: [key] }));
    this.name = button("name", "", (event) => list.choose(key, event.shiftKey || event.ctrlKey || event.metaKey));
    this.kind = make("span", { class: "nuw-shape-kind" });
    this.text = make("span", { class: "nuw-shape-text" });
    this.name.append(this.kind, this.text);
    this.gone = button("gone", "✕", () => list.send("delete", { ids: [key] }));
    this.node = make("li", { class: "nuw-shape" }, this.grip, this.turn, this.name, this.gone);
    this.node.dataset.key = key;
    this.grip.addEventListener("pointerdown", (event) => list.grab(event, this));
  }

  show(row, chosen, how) {
    this.group = row.group;
    this.node.classList.toggle("nuw-shape-here", chosen);
    this.node.classList.toggle("nuw-shape-out", row.exclude);
    this.name.setAttribute("aria-pressed", chosen);
    put(this.kind, row.kind);
    put(this.text, row.text);
    this.name.title = `${row.kind} ${row.text}`;
    const what = `${row.kind} of ${row.group}`;
    put(this.turn, row.exclude ? "−" : "+");
    this.turn.setAttribute("aria-pressed", row.exclude);
    this.label(this.turn, `exclude ${what}`, `${row.exclude ? "Excluded: takes away" : "Included"}. ${how.turn ?? ""}`);
    this.label(this.gone, `delete ${what}`, how.delete ?? "Delete");
    this.label(this.grip, `order of ${what}: arrow keys`, `Drag to another place, or use the arrow keys. ${how.bring ?? ""}`);
  }

  label(node, aria, title) {
    node.setAttribute("aria-label", aria);
    node.title = title;
  }
}

class Group {
  constructor(list, key) {
    this.list = list;
    this.key = key;
    this.ring = make("span");
    this.swatch = make("span", { class: "nuw-shape-swatch", "aria-hidden": true }, this.ring);
    this.title = make("span", { class: "nuw-shape-title" });
    this.says = make("span", { class: "nuw-shape-says" });
    this.head = button("head", "", () => list.send("into", { group: key }));
    this.head.append(this.swatch, this.title, this.says);
    this.rows = make("ol", { class: "nuw-shape-rows" });
    this.node = make("section", { class: "nuw-shape-group" }, this.head, this.rows);
    this.node.dataset.key = key;
  }

  show(group, count, active) {
    put(this.title, group.key);
    put(this.says, active ? "new shapes come here" : count ? "" : "no shape");
    this.head.setAttribute("aria-pressed", active);
    this.head.title = `Draw new shapes into ${group.key}`;
    this.head.classList.toggle("nuw-shape-into", active);
    this.ring.style.borderColor = group.colour;
    this.ring.style.borderStyle = group.dashed ? "dashed" : "solid";
    this.rows.setAttribute("aria-label", `shapes of ${group.key}, the last counts most`);
  }
}

class RegionRows {
  constructor(model, el) {
    this.model = model;
    this.rows = new Map();
    this.groups = new Map();
    el.classList.add("nuw-shapes-host");
    this.body = make("div", { class: "nuw-shapes", role: "group", "data-lm-suppress-shortcuts": true });
    this.line = make("div", { class: "nuw-shape-line" });
    this.stack = make("div");
    this.body.append(this.stack, this.line);
    el.append(this.body);
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.heard = () => this.later();
    this.traits = "change:groups change:rows change:chosen change:into change:how change:alt change:height";
    model.on(this.traits, this.heard);
    this.show();
  }

  /** Draw once for all traits of a message. */
  later() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => { this.due = false; this.show(); });
  }

  /** Let elements of what is gone go. */
  sweep(known, keys) {
    for (const [key, { node }] of known) if (!keys.has(key)) { node.remove(); known.delete(key); }
  }

  show() {
    const get = (name) => this.model.get(name);
    const [groups, rows, chosen, how] = [get("groups"), get("rows"), new Set(get("chosen")), get("how")];
    const focused = this.body.contains(document.activeElement) ? document.activeElement : null;
    this.sweep(this.rows, new Set(rows.map(({ key }) => key)));
    this.sweep(this.groups, new Set(groups.map(({ key }) => key)));
    groups.forEach((group, n) => {
      if (!this.groups.has(group.key)) this.groups.set(group.key, new Group(this, group.key));
      const shown = this.groups.get(group.key);
      const mine = rows.filter((row) => row.group === group.key);
      shown.show(group, mine.length, group.key === get("into"));
      this.place(this.stack, shown.node, n);
      mine.forEach((row, k) => {
        if (!this.rows.has(row.key)) this.rows.set(row.key, new Row(this, row.key));
        this.rows.get(row.key).show(row, chosen.has(row.key), how);
        this.place(shown.rows, this.rows.get(row.key).node, k);
      });
    });
    this.body.setAttribute("aria-label", get("alt"));
    this.body.style.height = `${get("height")}px`;
    this.refocus(focused);
    this.reveal(get("chosen").at(-1));
  }

  /** Scroll to a row that was chosen elsewhere, within the list alone. */
  reveal(key) {
    const node = this.rows.get(key)?.node;
    if (node && key !== this.seen) {
      const [top, height] = [node.offsetTop, node.offsetHeight];
      const { scrollTop, clientHeight } = this.body;
      if (top < scrollTop) this.body.scrollTop = top;
      if (top + height > scrollTop + clientHeight) this.body.scrollTop = top + height - clientHeight;
    }
    this.seen = key;
  }

  /** Put a node where it belongs. */
  place(parent, node, n) {
    if (parent.children[n] !== node) parent.insertBefore(node, parent.children[n] ?? null);
  }

  /** A moved shape takes the focus with it: its key says its place, the chosen one is meant. */
  refocus(focused) {
    if (!focused || !this.follow) {
      if (focused && document.activeElement !== focused) focused.focus({ preventScroll: true });
      return;
    }
    const row = this.rows.get(this.model.get("chosen").at(-1));
    if (row) row[this.follow].focus({ preventScroll: true });
    this.follow = "";
  }

  send(act, content = {}) { this.model.send({ act, ...content }); }

  choose(key, more) {
    const old = this.model.get("chosen");
    let chosen = [key];
    if (more) chosen = old.includes(key) ? old.filter((one) => one !== key) : [...old, key];
    this.model.set("chosen", chosen);
    this.model.save_changes();
  }

  /** What a key on a row is about: all chosen ones, if it is one of them. */
  about(key) {
    const chosen = this.model.get("chosen");
    return chosen.includes(key) ? chosen : [key];
  }

  key(event) {
    const key = event.target.closest(".nuw-shape")?.dataset.key;
    const grip = event.target.matches(".nuw-shape-grip");
    const steps = { PageUp: -1, PageDown: 1, ...(grip ? { ArrowUp: -1, ArrowDown: 1 } : {}) };
    if (event.key === "Escape" && this.held) this.drop(false);
    else if (key && steps[event.key]) this.step(key, steps[event.key], grip ? "grip" : "name");
    else if (key && ["Delete", "Backspace"].includes(event.key)) this.send("delete", { ids: this.about(key) });
    else if (["ArrowDown", "ArrowUp"].includes(event.key)) this.walk(event.target, event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step(key, by, focus) {
    const ids = this.about(key);
    if (ids.length === 1) this.choose(key, false);
    this.follow = focus;
    this.send("step", { ids, by });
  }

  /** Up and down go from head to name to name. */
  walk(node, by) {
    const nodes = [...this.body.querySelectorAll(".nuw-shape-head, .nuw-shape-name")];
    const own = node.matches(".nuw-shape-head") ? node : node.closest(".nuw-shape")?.querySelector(".nuw-shape-name");
    nodes[nodes.indexOf(own) + by]?.focus();
  }

  grab(event, row) {
    if (event.button !== 0 || this.held) return;
    this.held = { row, id: event.pointerId, at: null };
    row.grip.focus({ preventScroll: true });
    row.grip.setPointerCapture?.(event.pointerId);
    row.node.classList.add("nuw-shape-held");
    this.moving = (one) => this.drag(one);
    this.ending = (one) => this.drop(one.type === "pointerup");
    row.grip.addEventListener("pointermove", this.moving);
    for (const type of ["pointerup", "pointercancel"]) row.grip.addEventListener(type, this.ending);
    event.preventDefault();
  }

  /** Find the gap nearest to the pointer, and show it. */
  drag(event) {
    let best = null;
    for (const [key, group] of this.groups) {
      const nodes = [...group.rows.children];
      const tops = nodes.map((node) => node.getBoundingClientRect().top);
      const last = nodes.length ? nodes.at(-1) : group.head;
      tops.push(last.getBoundingClientRect().bottom);
      tops.forEach((y, at) => {
        const far = Math.abs(event.clientY - y);
        if (!best || far < best.far) best = { far, y, at, group: key };
      });
    }
    const box = this.body.getBoundingClientRect();
    this.held.at = best;
    this.line.style.display = "block";
    this.line.style.top = `${best.y - box.top + this.body.scrollTop - 2}px`;
    if (event.clientY > box.bottom - 12) this.body.scrollTop += 8;
    if (event.clientY < box.top + 12) this.body.scrollTop -= 8;
  }

  drop(done) {
    const { row, at } = this.held;
    this.held = null;
    this.line.style.display = "none";
    row.node.classList.remove("nuw-shape-held");
    row.grip.removeEventListener("pointermove", this.moving);
    for (const type of ["pointerup", "pointercancel"]) row.grip.removeEventListener(type, this.ending);
    if (!done || !at) return;
    this.follow = "grip";
    this.send("bring", { ids: this.about(row.key), group: at.group, at: at.at });
  }

  close() { this.model.off(this.traits, this.heard); }
}

export default {
  render({ model, el }) {
    const list = new RegionRows(model, el);
    return () => list.close();
  },
};
