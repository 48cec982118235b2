// Lines of what is done side by side: state, name, bar, words, buttons. Python's traits are the
// truth; a line is known by its key and stays the same element, so that the focus lasts.

const SIGNS = { up: "▲", down: "▼", stop: "Stop" };
const WORDS = { up: "begin earlier", down: "begin later", stop: "stop" };

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

class Line {
  constructor(list, key) {
    this.list = list;
    this.key = key;
    this.state = make("span", { class: "nuw-run-state" });
    this.name = make("button", { type: "button", class: "nuw-run-name" });
    this.done = make("span", { class: "nuw-run-done" });
    this.track = make("span", { class: "nuw-run-track", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, this.done);
    this.says = make("span", { class: "nuw-run-says" });
    this.acts = make("span", { class: "nuw-run-acts" });
    this.buttons = Object.fromEntries(Object.keys(SIGNS).map((kind) => [kind, this.button(kind)]));
    this.acts.append(...Object.values(this.buttons));
    this.node = make("li", { class: "nuw-run" }, this.state, this.name, this.track, this.says, this.acts);
    this.node.dataset.key = key;
    this.node.addEventListener("click", () => list.choose(key));
  }

  button(kind) {
    const node = make("button", { type: "button", class: `nuw-run-act nuw-run-${kind}` }, SIGNS[kind]);
    node.addEventListener("click", (event) => {
      event.stopPropagation();
      this.list.model.send({ kind, key: this.key });
    });
    return node;
  }

  show(line, how) {
    this.node.dataset.kind = line.kind;
    put(this.state, `${line.kind === "empty" ? "○" : "●"} ${line.state}`);
    put(this.name, line.name);
    put(this.says, line.says);
    this.says.title = line.says;
    this.bar(line);
    for (const [kind, node] of Object.entries(this.buttons)) {
      node.style.display = line.can.includes(kind) ? "" : "none";
      node.setAttribute("aria-label", `${WORDS[kind]}: ${line.name}`);
      node.title = how[kind] ?? WORDS[kind];
    }
  }

  /** A measured part, or that nobody can say; never an invented one. */
  bar({ fraction, name, kind }) {
    const known = fraction !== null && fraction !== undefined;
    this.track.classList.toggle("nuw-run-unknown", !known && kind === "running");
    this.track.setAttribute("aria-label", name);
    if (known) this.track.setAttribute("aria-valuenow", (100 * fraction).toFixed(0));
    else this.track.removeAttribute("aria-valuenow");
    this.done.style.width = known ? `${(100 * fraction).toFixed(1)}%` : "0";
  }
}

class RunList {
  constructor(model, el) {
    this.model = model;
    this.lines = new Map();
    el.classList.add("nuw-runs-host");
    this.body = make("ul", { class: "nuw-runs", "data-lm-suppress-shortcuts": true });
    this.none = make("div", { class: "nuw-runs-none" });
    el.append(this.body, this.none);
    this.body.addEventListener("keydown", (event) => this.key(event));
    this.heard = () => this.later();
    this.traits = "change:lines change:selected change:how change:alt change:empty change:height";
    model.on(this.traits, this.heard);
    this.show();
  }

  /** Draw once for all traits of a message. */
  later() {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => { this.due = false; this.show(); });
  }

  show() {
    const get = (name) => this.model.get(name);
    const [lines, how, selected] = [get("lines"), get("how"), get("selected")];
    const keys = new Set(lines.map(({ key }) => key));
    for (const [key, { node }] of this.lines) if (!keys.has(key)) { node.remove(); this.lines.delete(key); }
    lines.forEach((line, n) => {
      if (!this.lines.has(line.key)) this.lines.set(line.key, new Line(this, line.key));
      const shown = this.lines.get(line.key);
      shown.show(line, how);
      shown.node.classList.toggle("nuw-run-here", line.key === selected);
      shown.name.setAttribute("aria-pressed", line.key === selected);
      this.place(shown.node, n);
    });
    this.body.setAttribute("aria-label", get("alt"));
    this.body.style.maxHeight = `${get("height")}px`;
    this.body.hidden = !lines.length;
    put(this.none, lines.length ? "" : get("empty"));
  }

  /** Put a line where it belongs; a button that was pressed keeps the focus. */
  place(node, n) {
    if (this.body.children[n] === node) return;
    const focused = node.contains(document.activeElement) ? document.activeElement : null;
    this.body.insertBefore(node, this.body.children[n] ?? null);
    focused?.focus({ preventScroll: true });
  }

  choose(key) {
    if (this.model.get("selected") === key) return;
    this.model.set("selected", key);
    this.model.save_changes();
  }

  /** Up and down go from name to name. */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.target.matches(".nuw-run-name")) return;
    event.preventDefault();
    const nodes = [...this.body.querySelectorAll(".nuw-run-name")];
    nodes[nodes.indexOf(event.target) + step]?.focus();
  }

  close() { this.model.off(this.traits, this.heard); }
}

export default {
  render({ model, el }) {
    const list = new RunList(model, el);
    return () => list.close();
  },
};
