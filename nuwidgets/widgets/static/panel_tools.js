// The row in a panel's head: undo, redo, the same as code, a note; and the keys for undo in the
// whole panel. Text goes through textContent and value only; nothing is fetched.

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  undo: "M3.5 6.5h6a3.25 3.25 0 0 1 0 6.5H6M3.5 6.5l3-3M3.5 6.5l3 3",
  redo: "M12.5 6.5h-6a3.25 3.25 0 0 0 0 6.5H10M12.5 6.5l-3-3M12.5 6.5l-3 3",
  code: "M5.5 4L2 8l3.5 4M10.5 4L14 8l-3.5 4",
  note: "M3 13l.8-3.2L10.6 3l2.4 2.4-6.8 6.8zM9 4.6L11.4 7",
  close: "M4.5 4.5l7 7M11.5 4.5l-7 7",
};
const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
const KEYS = MAC ? { undo: "⌘Z", redo: "⇧⌘Z" } : { undo: "Ctrl+Z", redo: "Ctrl+Shift+Z" };
const SHOWN_MS = 2500;
const MOST_LINES = 18;

/** @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

function icon(name) {
  const [svg, path] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "path")];
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that cannot work stays in reach: it keeps the focus and says why. */
function button(name, label, text, action) {
  const node = make("button", { type: "button", class: `nuw-tool nuw-tool-${name}` }, icon(name), text);
  node.addEventListener("click", () => { if (node.getAttribute("aria-disabled") !== "true") action(); });
  describe(node, label);
  return node;
}

function describe(node, label) {
  node.title = label;
  node.setAttribute("aria-label", label);
}

/** Whether keys belong to a text that is being written. */
function writes(node) {
  if (node?.isContentEditable) return true;
  if (node?.matches?.("textarea")) return !node.readOnly;
  const others = "checkbox radio button submit range color file".split(" ");
  return node?.matches?.("input") === true && !node.readOnly && !others.includes(node.type);
}

/** Put text on the clipboard; where the page is not secure, by way of a hidden field. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { readonly: "", class: "nuw-hidden", "aria-hidden": "true" });
    const before = document.activeElement;
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    before?.focus?.({ preventScroll: true });
    return done;
  }
}

class Tools {
  constructor(model, el) {
    this.model = model;
    this.el = el;
    this.asked = false;
    this.stop = new AbortController();
    el.classList.add("nuw-tools-host");
    this.build();
    this.listen();
    this.show();
  }

  build() {
    this.undo = button("undo", "Undo", "", () => this.ask("undo"));
    this.redo = button("redo", "Redo", "", () => this.ask("redo"));
    this.copy = button("code", "Copy as code", "Copy as code", () => this.ask("code"));
    this.pencil = button("note", "Note", "", () => this.open(this.noteBox, this.noteBox.hidden));
    this.said = make("span", { class: "nuw-said", role: "status", "aria-live": "polite" });
    this.row = make("div", { class: "nuw-tool-row", role: "toolbar", "aria-label": "Undo, code, note" },
      this.said, this.undo, this.redo, this.copy, this.pencil);
    this.text = make("textarea", { readonly: "", spellcheck: "false", wrap: "off", class: "nuw-code" });
    this.codeBox = this.box("code", this.text);
    this.note = make("textarea", { rows: 2, maxlength: 2000, placeholder: "Why? The script carries it as a comment." });
    this.noteBox = this.box("note", this.note);
    this.el.append(this.row, this.codeBox, this.noteBox);
  }

  box(name, field) {
    const head = make("span", { class: "nuw-box-title" });
    const close = button("close", "Close", "", () => this.open(box, false));
    const box = make("div", { class: `nuw-tool-box nuw-${name}-box` }, head, close, field);
    box.hidden = true;
    box.heading = head;
    box.addEventListener("keydown", (e) => {
      if (e.key !== "Escape") return;
      e.stopPropagation();
      this.open(box, false);
    });
    return box;
  }

  listen() {
    const on = (target, name, action, options = {}) =>
      target.addEventListener(name, action, { signal: this.stop.signal, ...options });
    // JupyterLab hears keys on the document while they go down: the window is before it.
    on(window, "keydown", (e) => this.key(e), { capture: true });
    on(window, "pointerup", (e) => this.hold(e), { capture: true });
    on(this.note, "change", () => this.tell());
    on(this.note, "keydown", (e) => {
      e.stopPropagation();
      if (e.key === "Enter" && (e.ctrlKey || e.metaKey || e.shiftKey)) { this.tell(); this.open(this.noteBox, false); }
    });
    for (const box of [this.codeBox, this.noteBox, this.row]) box.dataset.lmSuppressShortcuts = "true";
    this.heard = () => this.show();
    this.answered = ({ kind, text }) => (kind === "code" ? this.take(text) : this.say(text));
    this.traits = "change:undo_says change:redo_says change:note change:note_about change:code_about";
    this.model.on(this.traits, this.heard);
    this.model.on("msg:custom", this.answered);
  }

  close() {
    this.stop.abort();
    clearTimeout(this.later);
    this.model.off(this.traits, this.heard);
    this.model.off("msg:custom", this.answered);
  }

  get panel() { return this.el.closest(".nuw-panel"); }

  /** Keep the keys of a panel that was pointed at in it: what has no field of its own gets them. */
  hold(event) {
    const { panel } = this;
    if (!panel?.contains(event.target)) return;
    if (!panel.hasAttribute("tabindex")) panel.tabIndex = -1;
    requestAnimationFrame(() => {
      if (panel.isConnected && !panel.contains(document.activeElement)) panel.focus({ preventScroll: true });
    });
  }

  key(event) {
    if (!(MAC ? event.metaKey : event.ctrlKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const kind = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[key];
    if (!kind || writes(event.target) || event.target.closest?.(".nuw-panel") !== this.panel || !this.panel) return;
    event.preventDefault();
    event.stopPropagation();
    this.ask(kind); // what this page knows may be a moment old: Python says if there is nothing
  }

  ask(kind) {
    if (kind === "code") {
      this.asked = true;
      this.say("…");
    }
    this.model.send({ kind });
  }

  tell() {
    if (this.note.value === this.model.get("note")) return;
    this.model.set("note", this.note.value);
    this.model.save_changes();
  }

  async take(text) {
    const mine = this.asked; // another view of this panel, or Python, may have asked
    this.asked = false;
    this.text.value = text;
    this.text.rows = Math.min(MOST_LINES, text.split("\n").length);
    this.open(this.codeBox, true);
    if (!mine) return;
    if (await copied(text)) this.say("✓ copied");
    else {
      this.say(`press ${MAC ? "⌘C" : "Ctrl+C"} to copy`);
      this.text.focus();
      this.text.select();
    }
  }

  say(words) {
    this.said.textContent = words;
    clearTimeout(this.later);
    this.later = setTimeout(() => { this.said.textContent = ""; }, SHOWN_MS);
  }

  open(box, wanted) {
    box.hidden = !wanted;
    const by = box === this.noteBox ? this.pencil : this.copy;
    by.setAttribute("aria-expanded", String(wanted));
    if (wanted && box === this.noteBox) this.note.focus();
    if (!wanted && box.contains(document.activeElement)) by.focus();
  }

  /** Bring buttons and boxes to the traits. */
  show() {
    const get = (name) => this.model.get(name);
    for (const [kind, node] of [["undo", this.undo], ["redo", this.redo]]) {
      const says = get(`${kind}_says`);
      const word = kind === "undo" ? "Undo" : "Redo";
      describe(node, says ? `${word}: ${says} (${KEYS[kind]})` : `Nothing to ${kind} here`);
      node.setAttribute("aria-disabled", String(!says));
    }
    const [note, about, code] = [get("note"), get("note_about"), get("code_about")];
    this.copy.hidden = !code;
    this.pencil.hidden = !about;
    if (!code) this.codeBox.hidden = true;
    if (!about) this.noteBox.hidden = true;
    describe(this.copy, `Copy as code: ${code}`);
    this.text.setAttribute("aria-label", code);
    this.note.setAttribute("aria-label", `Note on ${about}`);
    this.codeBox.heading.textContent = code;
    this.noteBox.heading.textContent = `Note on ${about}`;
    describe(this.pencil, note ? `Note on ${about}: ${note}` : `Write down why: a note on ${about}`);
    this.pencil.classList.toggle("nuw-noted", note !== "");
    if (document.activeElement !== this.note) this.note.value = note;
  }
}

export default {
  render({ model, el }) {
    const tools = new Tools(model, el);
    return () => tools.close();
  },
};
