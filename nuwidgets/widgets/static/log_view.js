// The log: lines with their numbers, a field that searches all of it, and what was found. Python's
// traits are the truth. Lines go through textContent only: markup and colour codes stay text.

const DRAWS = {
  lines: "text first about path at n_lines height empty",
  finds: "search matches n_matches at_least",
  sticks: "follow",
};
const NEAR_PX = 6;
const TYPING_MS = 250;
const SAID_MS = 2000;
const BAD = /\berror\b|\bfailed\b|\bfatal\b|segmentation fault/i;
const ODD = /\bwarning\b/i;

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

const count = (n) => n.toLocaleString("en");

/** What a line is: its words are shown either way, the colour only helps the eye. */
function kind(text) {
  if (BAD.test(text)) return "bad";
  return ODD.test(text) ? "odd" : "";
}

class LogView {
  constructor(model, el) {
    this.model = model;
    this.rows = []; // [{ number, text, node }], as drawn
    this.waiting = new Set();
    this.stop = new AbortController();
    this.build(el);
    this.listen();
    for (const [draw, traits] of Object.entries(DRAWS)) {
      const [heard, hear] = [traits.replace(/\w+/g, "change:$&"), () => this.later(draw)];
      model.on(heard, hear);
      this.stop.signal.addEventListener("abort", () => model.off(heard, hear));
    }
    this.field.value = this.get("search");
    this.lines();
    this.finds();
    // Lines wrap anew when the page gets narrower: the end stays in sight all the same.
    this.sizes = new ResizeObserver(() => this.sticks());
    for (const part of [this.frame, this.body]) this.sizes.observe(part);
  }

  get(trait) { return this.model.get(trait); }

  tell(changes) {
    for (const [trait, value] of Object.entries(changes)) this.model.set(trait, value);
    this.model.save_changes();
  }

  build(el) {
    el.classList.add("nuw-log-host");
    this.about = make("span", { class: "nuw-log-about" });
    this.count = make("span", { class: "nuw-log-count" });
    this.field = make("input", { type: "search", placeholder: "search the whole log", spellcheck: false, autocomplete: "off" });
    this.field.setAttribute("aria-label", "search the whole log");
    this.hits = make("span", { class: "nuw-log-count", role: "status" });
    this.bar = make("div", { class: "nuw-log-bar" }, this.about, this.count, this.field, this.hits);
    this.list = make("div", { class: "nuw-log-hits", role: "list", "aria-label": "lines that were found" });
    this.body = make("div");
    this.frame = make("div", { class: "nuw-log-lines", role: "log", "aria-live": "off", tabindex: 0 }, this.body);
    this.end = make("button", { type: "button", class: "nuw-log-end" }, "to the end ↓");
    this.end.title = "show the last lines, and follow them";
    this.place = make("code", { class: "nuw-log-path" });
    this.copy = make("button", { type: "button", class: "nuw-log-copy" }, "copy path");
    this.foot = make("div", { class: "nuw-log-foot" }, this.copy, this.place);
    const stage = make("div", { class: "nuw-log-stage" }, this.frame, this.end);
    el.append(make("div", { class: "nuw-log", "data-lm-suppress-shortcuts": true }, this.bar, this.list, stage, this.foot));
  }

  listen() {
    const on = (target, name, action, options = {}) =>
      target.addEventListener(name, action, { signal: this.stop.signal, ...options });
    on(this.frame, "scroll", () => this.scrolled(), { passive: true });
    on(this.field, "input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.look(), TYPING_MS);
    });
    on(this.field, "keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.field.value = "";
      if (event.key === "Escape" || event.key === "Enter") this.look();
    });
    on(this.list, "click", (event) => {
      const hit = event.target.closest("button[data-number]");
      if (hit) this.tell({ at: Number(hit.dataset.number), follow: false });
    });
    on(this.end, "click", () => { this.tell({ at: 0, follow: true }); this.sticks(); this.frame.focus({ preventScroll: true }); });
    on(this.copy, "click", () => this.copied());
  }

  look() {
    clearTimeout(this.typing);
    this.typing = 0;
    this.tell({ search: this.field.value });
  }

  /** Draw once for all traits of a message. */
  later(draw) {
    this.waiting.add(draw);
    if (this.waiting.size > 1) return;
    queueMicrotask(() => {
      const due = [...this.waiting];
      this.waiting.clear();
      if (!this.stop.signal.aborted) for (const name of Object.keys(DRAWS)) if (due.includes(name)) this[name]();
    });
  }

  /** Bring the lines to those of now: what is drawn already stays, so that a selection lasts. */
  lines() {
    const [text, first, at] = [this.get("text"), this.get("first"), this.get("at")];
    const wanted = text ? text.split("\n") : [];
    this.frame.style.height = `${this.get("height")}px`;
    const gone = this.drop(first, wanted);
    if (gone && !this.get("follow")) this.frame.scrollTop -= gone;
    const fresh = wanted.slice(this.rows.length).map((line, n) => this.row(first + this.rows.length + n, line));
    const nothing = wanted.length ? [] : [make("div", { class: "nuw-log-none" }, this.get("empty"))];
    for (const none of this.frame.querySelectorAll(".nuw-log-none")) none.remove();
    this.body.append(...fresh.map((row) => row.node), ...nothing);
    this.rows.push(...fresh);
    this.head(at);
    this.seek(at);
    this.marks();
    this.sticks();
  }

  /** Take away rows that are not wanted; what stays is the beginning. @returns {number} their height */
  drop(first, wanted) {
    const shift = this.rows.length ? first - this.rows[0].number : 0;
    const kept = shift >= 0 && this.rows.slice(shift).every((row, n) => row.text === wanted[n]);
    const gone = kept ? this.rows.splice(0, shift) : this.rows.splice(0);
    const before = gone.length ? this.frame.scrollHeight : 0;
    for (const { node } of gone) node.remove();
    return kept && gone.length ? before - this.frame.scrollHeight : 0;
  }

  row(number, text) {
    const node = make("div", { class: "nuw-log-line", "data-number": number });
    node.textContent = text || " ";
    const what = kind(text);
    if (what) node.dataset.kind = what;
    return { number, text, node };
  }

  head(at) {
    const [about, n, path] = [this.get("about"), this.get("n_lines"), this.get("path")];
    this.about.textContent = about;
    this.about.title = about;
    this.frame.setAttribute("aria-label", `log of ${about || "nothing yet"}`);
    const [from, to] = [this.get("first"), this.get("first") + this.rows.length - 1];
    const some = this.rows.length < n ? `lines ${count(from)}–${count(to)} of ${count(n)}` : `${count(n)} line${n === 1 ? "" : "s"}`;
    this.count.textContent = n || at ? some : "";
    this.place.textContent = path;
    this.place.title = path;
    this.foot.style.visibility = path ? "visible" : "hidden";
  }

  /** Show the line one has come to, once its surroundings are here. */
  seek(at) {
    const key = `${at} ${this.get("first")}`;
    if (!at) this.sought = "";
    const row = at ? this.rows.find(({ number }) => number === at) : null;
    for (const { node } of this.rows) node.classList.toggle("nuw-log-at", row?.node === node);
    if (!row || this.sought === key) return;
    this.sought = key;
    const { node } = row;
    this.frame.scrollTop = node.offsetTop - (this.frame.clientHeight - node.offsetHeight) / 2;
  }

  /** Mark the words in the lines, where the browser can do it without touching them. */
  marks() {
    const words = this.get("search").trim().toLowerCase();
    const written = this.typing || document.activeElement === this.field; // by a hand, just now
    if (!written && this.field.value !== this.get("search")) this.field.value = this.get("search");
    if (typeof Highlight === "undefined") return;
    const known = CSS.highlights.get("nuw-log") ?? new Highlight();
    for (const range of this.ranges ?? []) known.delete(range);
    this.ranges = words ? this.rows.flatMap(({ node }) => spots(node.firstChild, words)) : [];
    for (const range of this.ranges) known.add(range);
    CSS.highlights.set("nuw-log", known);
  }

  finds() {
    const [matches, n, words] = [this.get("matches"), this.get("n_matches"), this.get("search").trim()];
    const rows = matches.map(([number, text]) => {
      const button = make("button", { type: "button", "data-number": number, title: "show the lines around it" });
      const place = make("span", { class: "nuw-log-number" }, count(number));
      const line = make("span", { class: "nuw-log-hit" });
      line.textContent = text;
      button.append(place, line);
      return make("div", { role: "listitem" }, button);
    });
    const beyond = n - matches.length;
    if (beyond > 0) rows.push(make("div", { class: "nuw-log-none" }, `… and ${count(beyond)} more`));
    this.list.replaceChildren(...rows);
    this.list.hidden = !rows.length;
    this.hits.textContent = words ? `${this.get("at_least") ? "more than " : ""}${n ? count(n) : "no"} line${n === 1 ? "" : "s"} found` : "";
    this.marks();
  }

  get low() { return this.frame.scrollHeight - this.frame.scrollTop - this.frame.clientHeight < NEAR_PX; }

  sticks() {
    const [follow, at] = [this.get("follow"), this.get("at")];
    if (follow && !at) this.frame.scrollTop = this.frame.scrollHeight;
    this.whole = this.size;
    this.end.hidden = (follow && !at) || !this.rows.length;
  }

  get size() { return `${this.frame.clientHeight} of ${this.frame.scrollHeight}`; }

  /** A hand scrolls; a page that is laid out anew is no hand. */
  scrolled() {
    if (this.get("at") || this.frame.clientHeight === 0 || this.size !== this.whole) return;
    const follow = this.low;
    if (follow !== this.get("follow")) this.tell({ follow });
  }

  async copied() {
    const path = this.get("path");
    let said = "✓ copied";
    try {
      await navigator.clipboard.writeText(path);
    } catch {
      getSelection().selectAllChildren(this.place);
      said = document.execCommand("copy") ? said : "press Ctrl+C";
    }
    this.copy.textContent = said;
    setTimeout(() => { this.copy.textContent = "copy path"; }, SAID_MS);
  }

  close() {
    clearTimeout(this.typing);
    this.sizes.disconnect();
    for (const range of this.ranges ?? []) CSS.highlights?.get("nuw-log")?.delete(range);
    this.stop.abort();
  }
}

/** Where words stand in a text, as ranges. */
function spots(node, words) {
  const [found, text] = [[], node.data.toLowerCase()];
  for (let i = text.indexOf(words); i >= 0; i = text.indexOf(words, i + words.length)) {
    if (i + words.length > node.length) break; // lower case may be longer than the text
    const range = new Range();
    range.setStart(node, i);
    range.setEnd(node, i + words.length);
    found.push(range);
  }
  return found;
}

function render({ model, el }) {
  const view = new LogView(model, el);
  return () => view.close();
}

export default { render };
