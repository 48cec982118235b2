// Nodes of the page, and what is told to Python.

const SVG = "http://www.w3.org/2000/svg";
const SOON_MS = 80;

/** A new element with attributes and children. @returns {any} */
function make(tag, attributes = {}, ...children) {
  const node = tag.startsWith("svg:")
    ? document.createElementNS(SVG, tag.slice(4))
    : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/** Gathers what changes, so that Python gets the newest of each and no more. */
class Wire {
  constructor(model) {
    this.model = model;
    this.waiting = {};
    this.due = Infinity;
  }

  /** Tell Python: at once, or in the next animation frame with all that gathers until then. */
  send(changes, now = false) {
    Object.assign(this.waiting, changes);
    this.plan(now ? 0 : 1);
  }

  /** Tell this page first, then Python. */
  tell(changes, now = false) {
    this.put(changes);
    this.plan(now ? 0 : 1);
  }

  /** Tell this page, and Python soon: nothing there depends on every step of a pan. */
  tellSoon(changes) {
    this.put(changes);
    this.plan(2);
  }

  put(changes) {
    for (const [name, value] of Object.entries(changes)) this.model.set(name, structuredClone(value));
  }

  /** @param {number} when 0 now, 1 in the next frame, 2 a little later */
  plan(when) {
    if (when === 0) this.flush();
    if (when === 0 || when >= this.due) return;
    this.due = when;
    const act = () => { if (this.due <= when) this.flush(); };
    if (when === 1) requestAnimationFrame(act);
    else setTimeout(act, SOON_MS);
  }

  flush() {
    const changes = this.waiting;
    [this.waiting, this.due] = [{}, Infinity];
    this.put(changes);
    this.model.save_changes();
  }
}
