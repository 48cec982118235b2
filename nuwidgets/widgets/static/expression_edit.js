// An editor of expressions: Python reads while one types; words are coloured, what is wrong is
// underlined and said, names are completed by keys or pointer. Nothing is parsed here.

const KINDS = { add: "additive", mul: "multiplicative", con: "convolution", source: "source" };
let count = 0;

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/** Pieces of a text, each with its classes, cut where marks and the problem begin and end. */
function pieces(text, marks, problem) {
  const wrong = problem.message && !problem.unfinished ? [problem.start, problem.end] : [0, 0];
  const cuts = new Set([0, text.length, ...wrong]);
  for (const [start, end] of marks) { cuts.add(start); cuts.add(end); }
  const places = [...cuts].filter((n) => n <= text.length).sort((a, b) => a - b);
  return places.slice(0, -1).map((start, n) => {
    const kind = marks.find(([from, to]) => from <= start && start < to)?.[2];
    const bad = wrong[0] <= start && start < wrong[1];
    return { words: text.slice(start, places[n + 1]), look: `${kind ? `nuw-is-${kind}` : ""} ${bad ? "nuw-wrong" : ""}`.trim() };
  });
}

class Editor {
  constructor(model, el) {
    this.model = model;
    this.id = `nuw-expression-${count += 1}`;
    this.turn = 0;
    this.flying = false;
    this.told = null; // the text that Python was told last
    this.choices = [];
    this.at = -1;
    this.stop = new AbortController();
    el.classList.add("nuw-edit-host");
    this.build(el);
    this.listen();
    this.show();
    this.draw();
  }

  build(el) {
    this.field = make("textarea", {
      id: this.id, rows: 1, class: "nuw-edit-field", role: "combobox", spellcheck: "false", autocomplete: "off", autocapitalize: "off",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${this.id}-list`,
      "aria-describedby": `${this.id}-says`, "data-lm-suppress-shortcuts": "true",
    });
    this.under = make("div", { class: "nuw-edit-under", "aria-hidden": "true" });
    this.name = make("label", { for: this.id, class: "nuw-edit-label" });
    this.list = make("ul", { id: `${this.id}-list`, role: "listbox", class: "nuw-edit-list", popover: "manual" });
    this.says = make("div", { id: `${this.id}-says`, class: "nuw-edit-says", role: "status", "aria-live": "polite" });
    el.append(this.name, make("div", { class: "nuw-edit" }, this.under, this.field), this.list, this.says);
  }

  listen() {
    const on = (target, name, action, options = {}) =>
      target.addEventListener(name, action, { signal: this.stop.signal, ...options });
    on(this.field, "input", () => {
      [this.wants, this.at, this.hurried, this.refused] = [true, -1, false, false]; // what was offered was for another text
      this.field.removeAttribute("aria-activedescendant");
      this.typed();
    });
    on(this.field, "keydown", (event) => this.key(event));
    on(this.field, "blur", () => { this.close(); this.enter(); });
    on(this.field, "scroll", () => { this.under.scrollTop = this.field.scrollTop; });
    on(this.list, "mousedown", (event) => event.preventDefault());
    on(this.list, "click", (event) => this.take(Number(event.target.closest("li")?.dataset.n ?? -1)));
    on(window, "resize", () => this.close());
    on(window, "scroll", (event) => { if (!this.list.contains(event.target)) this.close(); }, { capture: true });
    this.heard = [
      ["change:text", () => this.show()], ["change:reading", () => this.draw()], ["change:value", () => this.draw()],
      ["change:placeholder change:description change:tooltip", () => this.show()],
      ["msg:custom", (content) => this.answered(content)],
    ];
    for (const [name, action] of this.heard) this.model.on(name, action);
  }

  end() {
    this.stop.abort();
    for (const [name, action] of this.heard) this.model.off(name, action);
  }

  get focused() { return document.activeElement === this.field; }

  /** Bring the field to the traits; what is being typed is newer than what Python knows. */
  show() {
    const [text, label] = [this.model.get("text"), this.model.get("description")];
    this.name.textContent = label;
    this.field.placeholder = this.model.get("placeholder");
    this.field.title = this.model.get("tooltip") ?? "";
    const own = this.focused && (this.flying || this.later || text === this.told);
    if (!own && text !== this.field.value) this.field.value = text;
    this.draw();
  }

  /** Colours and underline of the text in the field, as far as Python has read it. */
  draw() {
    const { text, problem = {}, marks = [] } = this.model.get("reading");
    const { value } = this.field;
    const known = text === value;
    const parts = known ? pieces(value, marks, problem) : [{ words: value, look: "" }];
    this.under.replaceChildren(...parts.map(({ words, look }) => make("span", { class: look }, words)), "\u200b");
    this.field.style.height = "0";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 132) + 2}px`;
    if (known) this.tell(problem);
  }

  /** Say what is wrong, and which model is in use meanwhile. */
  tell(problem) {
    const used = this.model.get("value");
    const changed = this.field.value.trim() !== used;
    const wrong = Boolean(problem.message);
    const settled = this.refused || !this.focused;
    const loud = wrong && (settled || !problem.unfinished);
    this.field.setAttribute("aria-invalid", String(loud));
    this.says.classList.toggle("nuw-edit-loud", loud);
    const kept = used ? `In use is still ${used}` : `No ${this.model.get("description")} is in use yet`;
    let words = "";
    if (wrong) words = `${loud ? "✕" : "…"} ${problem.message}`;
    if (wrong && settled && changed) words += ` ${kept}${used ? " (Esc brings it back)" : ""}.`;
    else if (!wrong && changed) words = settled ? `${kept}.` : `✓ Enter uses this ${this.model.get("description")}.`;
    if (words !== this.says.textContent) this.says.textContent = words;
    this.says.title = words;
  }

  /** Tell Python the text and the caret: one message in flight, the newest next. */
  typed() {
    this.draw();
    if (this.flying) { this.later = true; return; }
    this.later = false;
    this.flying = true;
    this.told = this.field.value;
    this.turn += 1;
    this.model.send({ kind: "typed", text: this.told, at: this.field.selectionStart, turn: this.turn });
    clearTimeout(this.patience); // a kernel that is busy or gone must not silence the editor
    this.patience = setTimeout(() => { this.flying = false; }, 3000);
  }

  answered({ kind, turn, place, choices }) {
    if (kind !== "choices" || turn !== this.turn) return;
    clearTimeout(this.patience);
    this.flying = false;
    if (this.later) { this.typed(); return; }
    [this.from, this.to] = place;
    this.choices = choices;
    const begun = this.field.value.slice(this.from, this.field.selectionStart);
    const done = choices.length === 1 && choices[0][0] === this.field.value.slice(this.from, this.to);
    const offers = this.wants && this.focused && choices.length && !done && (begun || this.asked);
    if (offers && this.hurried) this.take(0);
    else if (offers) this.open();
    else this.close();
  }

  open() {
    const option = ([, name, kind, words], n) => make("li", { role: "option", id: `${this.id}-${n}`, "data-n": n, "aria-selected": "false" },
      make("span", { class: `nuw-edit-name nuw-is-${kind}` }, name),
      make("span", { class: "nuw-edit-kind" }, KINDS[kind] ?? kind),
      make("span", { class: "nuw-edit-words" }, words));
    this.list.replaceChildren(...this.choices.map(option));
    this.at = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-expanded", "true");
    this.list.setAttribute("aria-label", `${this.choices.length} names that may stand here`);
    if (!this.list.matches(":popover-open")) this.list.showPopover?.();
    this.list.classList.add("nuw-edit-open");
    const box = this.field.getBoundingClientRect();
    const room = window.innerHeight - box.bottom - 12;
    const height = Math.min(244, this.list.scrollHeight + 2);
    Object.assign(this.list.style, {
      left: `${box.left}px`, width: `${Math.max(300, Math.min(640, window.innerWidth - box.left - 16))}px`,
      top: `${room >= Math.min(height, 120) ? box.bottom + 3 : box.top - height - 3}px`,
      maxHeight: `${room >= Math.min(height, 120) ? Math.min(244, room) : 244}px`,
    });
    this.list.scrollTop = 0;
  }

  get opened() { return this.list.classList.contains("nuw-edit-open"); }

  close() {
    this.wants = this.asked = this.hurried = false;
    if (!this.opened) return;
    this.list.classList.remove("nuw-edit-open");
    if (this.list.matches(":popover-open")) this.list.hidePopover?.();
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  move(step) {
    const options = [...this.list.children];
    options[this.at]?.setAttribute("aria-selected", "false");
    this.at = this.at < 0 && step < 0 ? options.length - 1 : (this.at + step + options.length) % options.length;
    const now = options[this.at];
    now.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", now.id);
    const [top, bottom] = [now.offsetTop, now.offsetTop + now.offsetHeight];
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    else if (bottom > this.list.scrollTop + this.list.clientHeight) this.list.scrollTop = bottom - this.list.clientHeight;
  }

  /** Put a choice in the place of the word. */
  take(n) {
    if (!(n in this.choices)) return;
    const [insert] = this.choices[n];
    this.field.setSelectionRange(this.from, this.to);
    this.field.setRangeText(insert, this.from, this.to, "end");
    this.close();
    this.field.focus();
    this.typed();
  }

  key(event) {
    const { key } = event;
    event.stopPropagation();
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (key === " " && event.ctrlKey) this.ask();
    else if (this.opened && plain && (key === "ArrowDown" || key === "ArrowUp")) this.move(key === "ArrowDown" ? 1 : -1);
    else if (!this.opened && plain && key === "ArrowDown" && !this.field.value.includes("\n")) this.ask();
    else if (key === "Tab" && plain && !event.shiftKey && this.wants && (this.flying || this.later)) this.hurried = true;
    else if (this.opened && plain && !event.shiftKey && (key === "Tab" || (key === "Enter" && this.at >= 0))) this.take(Math.max(0, this.at));
    else if (key === "Escape" && this.opened) this.close();
    else if (key === "Escape") this.back();
    else if (key === "Enter" && !event.shiftKey) { this.close(); this.enter(); }
    else return;
    event.preventDefault();
  }

  /** Ask what may stand here, though nothing is begun. */
  ask() {
    this.wants = this.asked = true;
    this.typed();
  }

  enter() {
    const { value } = this.field;
    if (value === this.model.get("value") && value === this.model.get("text")) { this.draw(); return; }
    this.told = value;
    this.refused = true; // until one types again; a right text becomes the value at once
    this.model.send({ kind: "entered", text: value });
    this.draw();
  }

  back() {
    this.refused = false;
    this.field.value = this.model.get("value");
    this.told = this.field.value;
    this.model.send({ kind: "back" });
    this.draw();
  }
}

export default {
  render({ model, el }) {
    const editor = new Editor(model, el);
    return () => editor.end();
  },
};
